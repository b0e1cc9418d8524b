"""Why someone looks at a person: chosen and written once, kept for half an hour, recorded with every look."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

KEPT = timedelta(minutes=30)
SESSION_KEY = "register_purpose"
SHORTEST, LONGEST = 5, 200
KINDS = {
    "appointment": _("Thẩm định nhân sự được đề nghị bổ nhiệm, giới thiệu ứng cử"),
    "transfer": _("Thẩm định tiếp nhận, điều động, biệt phái, luân chuyển"),
    "verification": _("Xác minh theo yêu cầu của cơ quan có thẩm quyền"),
    "conflict": _("Xử lý một người do hai cơ quan cùng khai"),
    "inspection": _("Thanh tra, kiểm tra"),
    "other": _("Việc khác"),
}


class PurposeForm(forms.Form):
    """What for, and by which document or piece of work."""

    kind = forms.ChoiceField(label=_("Mục đích"), choices=[("", _("Chọn mục đích")), *KINDS.items()])
    basis = forms.CharField(
        label=_("Căn cứ: số văn bản hoặc việc đang làm"),
        help_text=_("Ví dụ: Công văn 1234/SNV-CCVC ngày 20/11/2026. Người được xem thấy mục đích này."),
        min_length=SHORTEST,
        max_length=LONGEST,
    )

    def words(self) -> str:
        """The purpose as it is recorded and shown to the person, in Vietnamese whatever the page's language."""
        with translation.override("vi"):
            return f"{KINDS[self.cleaned_data['kind']]}: {self.cleaned_data['basis']}"


def keep(session: SessionBase, words: str) -> None:
    """Keep a purpose for half an hour."""
    session[SESSION_KEY] = {"words": words, "until": (timezone.now() + KEPT).isoformat()}


def kept(session: SessionBase) -> str:
    """The purpose still kept; empty where none was said, or too long ago."""
    found = session.get(SESSION_KEY) or {}
    until = parse_datetime(found.get("until", ""))
    return str(found["words"]) if until is not None and until > timezone.now() else ""
