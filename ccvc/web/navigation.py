"""What the menu and the entry page offer: a declared list, narrowed by rights and node kind."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ccvc.access.domain import Right, Subject, require
from ccvc.standard.problems import Problem

Text = str | Promise


@dataclass(frozen=True)
class Entry:
    """One page of the menu.

    Any one of `rights` opens it, none are needed where it is empty; `own` needs a dossier of one's own;
    `kind` is the node kind the page exists on, empty for both; `whole` asks for the right over the whole agency.
    """

    section: str
    label: Text
    text: Text
    name: str
    icon: str
    rights: tuple[Right, ...] = ()
    own: bool = False
    kind: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Link:
    """An entry whose page exists: what templates print."""

    entry: Entry
    url: str
    current: bool


@dataclass(frozen=True)
class Section:
    """A titled part of the menu."""

    key: str
    label: Text
    links: list[Link]


SECTIONS: dict[str, Text] = {
    "mine": _("Của tôi"),
    "work": _("Xử lý hồ sơ"),
    "national": _("Cơ sở dữ liệu quốc gia"),
    "exchange": _("Kết nối, đồng bộ"),
    "reading": _("Tổng hợp"),
    "standard": _("Tiêu chuẩn"),
}

ENTRIES = (
    Entry(
        "mine",
        _("Hồ sơ của tôi"),
        _("Xem hồ sơ, lịch sử thay đổi và kê khai khi có thay đổi."),
        "dossiers:mine",
        "user",
        own=True,
        kind="component",
    ),
    Entry(
        "mine",
        _("Kê khai của tôi"),
        _("Theo dõi từng bước của những thay đổi bạn đã kê khai."),
        "changes:mine",
        "pen",
        own=True,
        kind="component",
    ),
    Entry(
        "mine",
        _("Chờ tôi xác nhận"),
        _("Những nội dung cơ quan kê khai cho bạn, chờ bạn xác nhận là đúng."),
        "changes:confirming",
        "check",
        own=True,
        kind="component",
    ),
    Entry(
        "mine",
        _("Ai đã xem hồ sơ của tôi"),
        _("Mỗi lượt xem hồ sơ của bạn, người xem và mục đích."),
        "access:looks",
        "eye",
        own=True,
    ),
    Entry(
        "mine",
        _("Phương tiện ký của tôi"),
        _("Khoá ký, chứng thư số; thêm, chọn, báo mất hoặc thay thế."),
        "means:mine",
        "key",
        rights=(Right.MEANS_KEEP,),
    ),
    Entry(
        "mine",
        _("Con dấu số của cơ quan"),
        _("Khoá ký của cơ quan do văn thư giữ; thêm, chọn, báo mất hoặc thay thế."),
        "means:seal",
        "stamp",
        rights=(Right.SEAL_USE,),
    ),
    Entry(
        "work",
        _("Việc cần xử lý"),
        _("Các thay đổi đang chờ bạn kiểm tra hoặc thẩm định."),
        "changes:inbox",
        "inbox",
        rights=(Right.CHANGE_CHECK, Right.CHANGE_VERIFY, Right.CHANGE_APPROVE),
        kind="component",
    ),
    Entry(
        "work",
        _("Việc quá hạn"),
        _("Đề nghị quá thời hạn xử lý và hồ sơ mới chưa được kê khai."),
        "changes:late",
        "clock",
        rights=(Right.CHANGE_CHECK, Right.CHANGE_VERIFY, Right.CHANGE_APPROVE),
        kind="component",
    ),
    Entry(
        "work",
        _("Thông báo thời hạn"),
        _("Hệ thống nhắc việc sắp đến hạn, quá hạn của bạn."),
        "changes:notices",
        "inbox",
        rights=(Right.CHANGE_CHECK, Right.CHANGE_VERIFY, Right.CHANGE_APPROVE),
        kind="component",
    ),
    Entry(
        "work",
        _("Quy trình phê duyệt"),
        _("Các bước, người thực hiện và thời hạn theo quy chế phê duyệt nội bộ."),
        "changes:procedures",
        "list",
        rights=(Right.PROCEDURE_EDIT, Right.CHANGE_CHECK, Right.CHANGE_VERIFY, Right.CHANGE_APPROVE),
        kind="component",
    ),
    Entry(
        "work",
        _("Ủy quyền"),
        _("Ủy quyền bằng văn bản: ai, bước nào, đến khi nào; chấm dứt trước hạn."),
        "changes:delegations",
        "users",
        rights=(Right.GRANTS_EDIT, Right.CHANGE_CHECK, Right.CHANGE_VERIFY, Right.CHANGE_APPROVE),
        kind="component",
    ),
    Entry(
        "work",
        _("Thao tác bị từ chối"),
        _("Ai đã thử làm gì với đề nghị thay đổi mà không được phép."),
        "changes:refusals",
        "shield",
        rights=(Right.LEDGER_SEE,),
        kind="component",
    ),
    Entry(
        "work",
        _("Phê duyệt và ký số"),
        _("Xem phần thay đổi, phê duyệt bằng chữ ký số, từng hồ sơ hoặc theo đợt."),
        "changes:approve",
        "stamp",
        rights=(Right.CHANGE_APPROVE,),
        kind="component",
    ),
    Entry(
        "work",
        _("Chốt dữ liệu tháng"),
        _("Rà soát tháng, lập số liệu, ký chốt và xem kết quả đối soát."),
        "closings:list",
        "calendar",
        rights=(Right.CLOSING_SEE,),
        kind="component",
        whole=True,
    ),
    Entry(
        "work",
        _("Danh sách hồ sơ"),
        _("Tìm, lọc và mở hồ sơ trong phạm vi được giao."),
        "dossiers:list",
        "folder",
        rights=(Right.DOSSIER_LIST,),
        kind="component",
    ),
    Entry(
        "work",
        _("Văn bản từ hồ sơ"),
        _("Sơ yếu lý lịch, trích ngang, trích dọc, giấy xác nhận đã xuất."),
        "documents:list",
        "printer",
        rights=(Right.DOCUMENT_ISSUE, Right.DOCUMENT_SIGN),
        kind="component",
    ),
    Entry(
        "work",
        _("Ký văn bản"),
        _("Văn bản xuất từ hồ sơ, chờ chữ ký số của bạn."),
        "documents:sign",
        "pen",
        rights=(Right.DOCUMENT_SIGN,),
        kind="component",
    ),
    Entry(
        "work",
        _("Ký số của cơ quan"),
        _("Văn bản đã có chữ ký người có thẩm quyền, chờ con dấu số."),
        "documents:seal",
        "stamp",
        rights=(Right.SEAL_USE,),
        kind="component",
    ),
    Entry(
        "work",
        _("Tiếp nhận từ bảng tính"),
        _("Tải biểu mẫu, nạp tệp, xem lỗi theo dòng và cột."),
        "intake:list",
        "upload",
        rights=(Right.INTAKE_RUN,),
        kind="component",
    ),
    Entry(
        "work",
        _("Cách ghi của cơ quan"),
        _("Giá trị cơ quan tự ghi ứng với mã nào: đề nghị, xác nhận, rút lại."),
        "catalogues:meanings",
        "copy",
        rights=(Right.INTAKE_RUN, Right.MEANING_CONFIRM),
        kind="component",
    ),
    Entry(
        "work",
        _("Bản ghi bị trả lại"),
        _("Hồ sơ chưa được cơ sở dữ liệu quốc gia tiếp nhận, lý do và cách sửa."),
        "exchange:refused",
        "alert",
        rights=(Right.DOSSIER_LIST,),
        kind="component",
    ),
    Entry(
        "work",
        _("Chất lượng dữ liệu"),
        _("Điểm cần xem trong hồ sơ: đúng, đủ, sạch, sống; gợi ý sửa."),
        "quality:list",
        "check-double",
        rights=(Right.QUALITY_SEE,),
        kind="component",
    ),
    Entry(
        "national",
        _("Chất lượng dữ liệu"),
        _("Điểm cần xem trong hồ sơ: đúng, đủ, sạch, sống; gợi ý sửa."),
        "quality:list",
        "check-double",
        rights=(Right.QUALITY_SEE,),
        kind="national",
    ),
    Entry(
        "national",
        _("Các cơ sở dữ liệu thành phần"),
        _("Gói tin gần nhất, độ trễ và tỷ lệ khớp của từng cơ quan."),
        "registry:components",
        "database",
        rights=(Right.EXCHANGE_SEE,),
        kind="national",
    ),
    Entry(
        "national",
        _("Chốt tháng của các cơ quan"),
        _("Cơ quan nào chốt đúng hạn, muộn, không chốt, còn khác nhau."),
        "closings:overview",
        "calendar",
        rights=(Right.CLOSING_SEE,),
        kind="national",
    ),
    Entry(
        "national",
        _("Tìm người trong toàn quốc"),
        _("Tìm theo tên có dấu hoặc không dấu, số định danh, cơ quan."),
        "registry:people",
        "search",
        rights=(Right.REGISTER_SEARCH,),
        kind="national",
    ),
    Entry(
        "exchange",
        _("Tình trạng trao đổi"),
        _("Gói tin đã gửi, đã nhận, biên nhận và việc cần xử lý."),
        "exchange:status",
        "swap",
        rights=(Right.EXCHANGE_SEE,),
    ),
    Entry(
        "exchange",
        _("Dịch vụ chữ ký số"),
        _("Dấu thời gian, trạng thái chứng thư số: có trả lời không, bao nhiêu lượt phê duyệt đang chờ."),
        "web:signing_services",
        "stamp",
        rights=(Right.NODE_ADMIN,),
    ),
    Entry(
        "work",
        _("Báo cáo truy vết"),
        _("Ai đã làm gì với hồ sơ, theo quyền nào; ai đã xem. Dùng cho thanh tra."),
        "inspection:trace",
        "search",
        rights=(Right.INSPECTION_TRACE,),
        kind="component",
    ),
    Entry(
        "reading",
        _("Thống kê"),
        _("Số lượng theo cơ quan, giới tính, độ tuổi, trình độ."),
        "insight:statistics",
        "chart",
        rights=(Right.STATISTICS_SEE,),
    ),
    Entry(
        "reading",
        _("Điểm chất lượng dữ liệu"),
        _("Điểm của từng cơ quan, đơn vị theo bốn nhóm, và xu hướng."),
        "quality:scores",
        "star",
        rights=(Right.STATISTICS_SEE,),
    ),
    Entry(
        "reading",
        _("Cơ quan, đơn vị"),
        _("Cây tổ chức theo ngày, mã định danh điện tử, đơn vị kế thừa."),
        "organisations:tree",
        "tree",
        rights=(Right.ORGANISATION_SEE,),
    ),
    Entry(
        "reading",
        _("Sổ cái"),
        _("Nhật ký chỉ ghi thêm, đầu sổ trao đổi với các nút khác, kết quả kiểm tra."),
        "inspection:ledger",
        "shield",
        rights=(Right.LEDGER_SEE,),
    ),
    Entry(
        "standard",
        _("Danh mục mới"),
        _("Mã mới, mã đã đóng, và hồ sơ còn dùng mã đã đóng."),
        "catalogues:published",
        "list",
        rights=(Right.DOSSIER_LIST, Right.CATALOGUE_PUBLISH),
    ),
    Entry(
        "standard",
        _("Công bố danh mục"),
        _("Thêm mã, đóng mã của một danh mục; mọi cơ quan nhận được tự động."),
        "catalogues:publish",
        "send",
        rights=(Right.CATALOGUE_PUBLISH,),
        kind="national",
    ),
    Entry(
        "standard",
        _("Tiêu chuẩn dữ liệu"),
        _("Các nhóm, trường thông tin, danh mục mã và căn cứ pháp lý."),
        "web:standard",
        "book",
    ),
)


def offered(entry: Entry, subject: Subject | None) -> bool:
    """Whether the subject may open the entry on this kind of node."""
    if entry.kind and entry.kind != settings.CCVC_KIND:
        return False
    if entry.own:
        return subject is not None and subject.person_key is not None
    if not entry.rights:
        return True
    if subject is None:
        return False
    return any(
        subject.may(right) and (not entry.whole or _over_all(subject, right)) for right in entry.rights
    )


def _over_all(subject: Subject, right: Right) -> bool:
    """Whether the subject has the right over the whole agency of the node."""
    try:
        require(subject, right, settings.CCVC_AGENCY)
    except Problem:
        return False
    return True


def address(entry: Entry) -> str:
    """Address of the entry's page; empty while its room has none."""
    try:
        return reverse(entry.name)
    except NoReverseMatch:
        return ""


def links(subject: Subject | None, path: str) -> list[Link]:
    """Every entry the subject may open, the longest that leads to `path` marked as current."""
    open_to = [(entry, url) for entry in ENTRIES if offered(entry, subject) and (url := address(entry))]
    here = max((url for _entry, url in open_to if path.startswith(url)), key=len, default="")
    return [Link(entry, url, url == here) for entry, url in open_to]


def sections(subject: Subject | None, path: str) -> list[Section]:
    """The menu: sections in their declared order, those without a link left out."""
    offered_links = links(subject, path)
    parts = [
        Section(key, label, [link for link in offered_links if link.entry.section == key])
        for key, label in SECTIONS.items()
    ]
    return [part for part in parts if part.links]
