"""Invented data for the gallery of components; no person or figure here is real."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from ccvc.standard import Difference

GROUPS = (
    ("identity", "Thông tin cơ bản về bản thân", 31, ""),
    ("family", "Quan hệ gia đình", 6, ""),
    ("history", "Lịch sử bản thân", 4, ""),
    ("career", "Tuyển dụng, bổ nhiệm, điều động", 12, "warn"),
    ("education", "Trình độ đào tạo, bồi dưỡng", 9, ""),
    ("employment", "Tiền lương, phụ cấp", 18, ""),
    ("affiliation", "Đảng, đoàn thể", 5, ""),
    ("military", "Quân đội, khen thưởng, kỷ luật", 7, "bad"),
    ("assets", "Hoàn cảnh kinh tế", 3, ""),
    ("health", "Tình trạng sức khỏe", 4, ""),
)
AGENCIES = (
    ("Bộ Nội vụ", 412_360),
    ("Thành phố Hà Nội", 128_541),
    ("Thành phố Hồ Chí Minh", 121_907),
    ("Tỉnh Thanh Hóa", 64_212),
    ("Tỉnh Nghệ An", 61_448),
    ("Tỉnh Lâm Đồng", 38_020),
    ("Tỉnh Cà Mau", 21_377),
)
AGES = (
    ("Dưới 25", 1_120, 2_340),
    ("25 – 29", 8_410, 14_260),
    ("30 – 34", 17_300, 29_770),
    ("35 – 39", 24_950, 38_410),
    ("40 – 44", 27_410, 41_020),
    ("45 – 49", 19_880, 28_330),
    ("50 – 54", 13_240, 15_910),
    ("55 trở lên", 8_070, 4_120),
)
SEXES = (("Nam", 120_380), ("Nữ", 174_160))
LEVELS = (
    ("Đại học", 201_440),
    ("Thạc sĩ", 51_320),
    ("Cao đẳng", 24_910),
    ("Trung cấp", 12_660),
    ("Tiến sĩ", 4_210),
)
MONTHS = tuple(
    (f"{month:02}", value) for month, value in enumerate((412, 388, 530, 610, 575, 702, 968, 1204), 4)
)
PEOPLE = (
    ("Nguyễn Thị Hòa", "001185004217", "Chuyên viên chính", "Phòng Tổ chức cán bộ", "approved"),
    (
        "Trần Văn An",
        "038079011562",
        "Giáo viên hạng II",
        "Trường Trung học Lê Lợi",
        "checking",
    ),
    (
        "Lê Hoàng Minh Đức",
        "096091000873",
        "Công chức văn hóa",
        "Phường An Xuyên",
        "returned",
    ),
    ("Kpă H'Nhơn", "064188007340", "Bác sĩ hạng III", "Trung tâm Y tế khu vực Chư Sê", "conflict"),
)


DIFFERENCES = [
    Difference("identity.full_name", "Nguyễn Thị Hoà", "Nguyễn Thị Hòa"),
    Difference("identity.birth_date", "1985", "1985-03-12"),
    Difference("identity.religion", None, {"state": "none"}),
    Difference("identity.phone", "0912000000", {"state": "withheld"}),
]
FAULT = {
    "code": "EXC-GAP",
    "message": "Gói số 7 đến trước gói số 6.",
    "where": "Gói tin H38-G09-000007",
    "next": "Hãy gửi lại gói số 6 rồi gửi tiếp các gói sau.",
}


class ExampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Họ và tên khai sinh", help_text="Viết đúng như trong giấy khai sinh.")
    birth = forms.DateField(label="Ngày sinh", input_formats=["%d/%m/%Y"], help_text="Ví dụ: 12/03/1985")
    level = forms.ChoiceField(label="Trình độ chuyên môn", choices=[("", "Chọn trình độ"), *LEVELS])
    sex = forms.ChoiceField(label="Giới tính", choices=[("1", "Nam"), ("2", "Nữ")], widget=forms.RadioSelect)
    file = forms.FileField(label="Tài liệu chứng minh", required=False, help_text="Tệp PDF, không quá 10 MB.")
    reason = forms.CharField(label="Lý do thay đổi", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    sure = forms.BooleanField(label="Tôi cam đoan lời khai trên là đúng sự thật.")


def steps() -> list[dict[str, Any]]:
    """A change on its way: two steps done, the third open."""
    now = timezone.now()
    return [
        {"label": "Kê khai", "state": "done", "who": "Nguyễn Thị Hòa", "at": now - timedelta(days=3)},
        {"label": "Kiểm tra", "state": "done", "who": "Phạm Quốc Bảo", "at": now - timedelta(days=1)},
        {"label": "Thẩm định", "state": "current", "note": "Đang chờ 5 giờ"},
        {"label": "Phê duyệt và ký số", "state": "waiting"},
    ]


EVENTS = (
    (0, "Phiên bản 4", "approved", "Đỗ Thị Lan phê duyệt", "Nâng bậc lương thường xuyên từ bậc 3 lên bậc 4."),
    (210, "Phiên bản 3", "effective", "Đỗ Thị Lan phê duyệt", "Bổ sung bằng thạc sĩ Luật kinh tế."),
    (611, "Phiên bản 2", "", "Vũ Đình Toàn phê duyệt", "Đính chính nơi sinh theo giấy khai sinh."),
)


def events() -> list[dict[str, Any]]:
    """A dossier's history, newest first."""
    now = timezone.now() - timedelta(hours=2)
    return [
        {
            "at": now - timedelta(days=days),
            "title": title,
            "state": state,
            "who": who,
            "text": text,
            "hash": hashlib.sha256(title.encode()).hexdigest(),
        }
        for days, title, state, who, text in EVENTS
    ]


def context() -> dict[str, Any]:
    """All that the gallery prints."""
    return {
        "tabs": [
            {"key": key, "label": label, "count": count, "tone": tone, "url": f"#{key}"}
            for key, label, count, tone in GROUPS
        ],
        "agencies": AGENCIES,
        "ages": AGES,
        "sexes": SEXES,
        "levels": LEVELS,
        "months": MONTHS,
        "trend": [3, 4, 4, 6, 5, 9, 8, 12, 11, 16],
        "people": PEOPLE,
        "differences": DIFFERENCES,
        "fault": FAULT,
        "steps": steps(),
        "events": events(),
        "an_hour_ago": timezone.now() - timedelta(minutes=52),
    }
