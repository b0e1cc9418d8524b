"""What is checked and what it comes to, in the words of both languages."""

from __future__ import annotations

from typing import NamedTuple

WORDS = {
    "FORM": (
        "Tệp không đúng dạng bộ bằng chứng",
        "The file is not a proof bundle",
    ),
    "STATEMENT": (
        "Bản kê thay đổi đúng là nội dung đã được phê duyệt",
        "The statement is what was approved",
    ),
    "DOCUMENT": (
        "Hồ sơ kèm theo đúng là hồ sơ đã được phê duyệt",
        "The document enclosed is the one approved",
    ),
    "CHAIN": (
        "Nối đúng với phiên bản trước",
        "It follows the version before",
    ),
    "APPROVAL-SIGNATURE": (
        "Chữ ký phê duyệt đúng",
        "The signature of the approval holds",
    ),
    "APPROVAL-CERTIFICATE": (
        "Chứng thư của người phê duyệt có giá trị lúc ký",
        "The approver's certificate held when they signed",
    ),
    "ALGORITHM": (
        "Thuật toán được phép dùng vào ngày ấy",
        "The algorithms were allowed on that day",
    ),
    "STAMP": (
        "Dấu thời gian đóng đúng lên chữ ký này",
        "The time stamp is over this signature and holds",
    ),
    "STAMP-CERTIFICATE": (
        "Tổ chức cấp dấu thời gian có thẩm quyền lúc đóng dấu",
        "The authority of the time stamp was one when it stamped",
    ),
    "STATUS": (
        "Trả lời về tình trạng chứng thư là thật, đúng chứng thư",
        "The answer on the state of a certificate is genuine, and of that certificate",
    ),
    "TIME": (
        "Thời điểm ký (nếu là ghi chú: chỉ theo lời người ký, không có dấu thời gian chứng minh)",
        "When it was signed (where this is a note: the signer's word, which no time stamp proves)",
    ),
    "APPROVER": (
        "Người ký là người nêu trong phê duyệt",
        "The signer is the person the approval names",
    ),
    "ENTRY": (
        "Có trong mục của sổ cái",
        "It stands in the entry of the log",
    ),
    "LOG": (
        "Mục nằm trong sổ cái",
        "The entry stands in the log",
    ),
    "HEAD-SIGNATURE": (
        "Chữ ký của cơ quan trên đầu sổ cái đúng",
        "The agency's signature on the head of the log holds",
    ),
    "HEAD-CERTIFICATE": (
        "Chứng thư của cơ quan có giá trị lúc ký đầu sổ",
        "The agency's certificate held when the head was signed",
    ),
    "WITNESS-SIGNATURE": (
        "Chữ ký của cơ quan làm chứng đúng",
        "The signature of the witness holds",
    ),
    "WITNESS-CERTIFICATE": (
        "Chứng thư của cơ quan làm chứng có giá trị lúc ký",
        "The certificate of the witness held",
    ),
    "WITNESS": (
        "Sổ cái này nối tiếp đúng sổ cái mà cơ quan khác đã chứng kiến",
        "The log extends the one another agency witnessed",
    ),
    "TRUST": (
        "Chứng thư của các cơ quan cấp chứng thư đúng",
        "The certificates of the authorities hold",
    ),
    "REVOCATION": (
        "Danh sách thu hồi đúng và đủ",
        "The revocation lists hold and suffice",
    ),
    "ANCHOR": (
        "Dấu vân tay của cơ quan cấp chứng thư gốc",
        "The fingerprint of the root authority",
    ),
    "RECEIPT-SIGNATURE": (
        "Chữ ký của nút quốc gia trên biên nhận chuyển hồ sơ đúng",
        "The national node's signature on the receipt of the hand-over holds",
    ),
    "RECEIPT-CERTIFICATE": (
        "Chứng thư của nút quốc gia có giá trị lúc ký biên nhận",
        "The certificate of the national node held when it signed the receipt",
    ),
    "RECEIPT": (
        "Sổ cái của cơ quan này ghi đúng biên nhận ấy",
        "The log of this agency has entered that very receipt",
    ),
    "HANDOVER": (
        "Biên nhận của cơ quan chuyển và cơ quan nhận là một",
        "Giver and receiver hold the same receipt",
    ),
    "FILE": (
        "Tệp đối chiếu đúng với bằng chứng",
        "The file compared is the one proved",
    ),
}
LABELS = {
    "ok": ("ĐÚNG", "HOLDS"),
    "bad": ("SAI", "WRONG"),
    "unknown": ("CHƯA RÕ", "CANNOT TELL"),
    "note": ("GHI CHÚ", "NOTE"),
}
VERDICTS = {
    "valid": ("CÓ GIÁ TRỊ: mọi bước đều đúng.", "VALID: every step holds."),
    "invalid": ("KHÔNG CÓ GIÁ TRỊ: có bước sai.", "NOT VALID: a step is wrong."),
    "unknown": (
        "CHƯA KẾT LUẬN ĐƯỢC: còn điều phải xác nhận.",
        "CANNOT TELL: something is still to be confirmed.",
    ),
}
EXIT = {"valid": 0, "invalid": 1, "unknown": 2}


class Step(NamedTuple):
    """One thing checked: of what, its code, ok, bad, unknown or note, and the particulars."""

    about: str
    code: str
    status: str
    detail: str = ""
