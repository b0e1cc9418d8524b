"""Forms for adding a means of signing, one a kind, and for ending one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.means import actions
from ccvc.means.actions import Whose
from ccvc.signing.actions.ending import LONGEST_REASON
from ccvc.signing.models import SigningMeans
from ccvc.signing.signers.pkcs12 import MOST_BYTES
from ccvc.standard.problems import Problem


def _secret(label: Any, hint: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, help_text=hint, max_length=200, strip=False, widget=widget)


def _label() -> forms.CharField:
    return forms.CharField(label=_("Tên gọi"), max_length=100, required=False)


class Pkcs12Form(forms.Form):
    """A PKCS#12 file with its password, and the passphrase it is kept under here."""

    prefix = "pkcs12"

    file = forms.FileField(
        label=_("Tệp .p12 hoặc .pfx"),
        widget=forms.FileInput(attrs={"accept": ".p12,.pfx,application/x-pkcs12"}),
    )
    file_password = _secret(
        _("Mật khẩu của tệp"), _("Do tổ chức chứng thực giao cùng tệp; hệ thống không lưu.")
    )
    passphrase = _secret(
        _("Mật khẩu khoá ký mới"), _("Bạn nhập mật khẩu này mỗi lần ký. Một câu dễ nhớ gồm nhiều từ.")
    )
    again = _secret(_("Nhập lại mật khẩu khoá ký"))

    def clean_again(self) -> str:
        """The same twice."""
        if self.cleaned_data["again"] != self.cleaned_data.get("passphrase"):
            raise forms.ValidationError(_("Hai lần nhập không giống nhau."))
        return str(self.cleaned_data["again"])

    def keep(self, subject: Subject, whose: Whose) -> SigningMeans:
        """Take it in."""
        given = self.cleaned_data
        if given["file"].size > MOST_BYTES:
            raise Problem("SIG-PKCS12", where="file")
        return actions.add_pkcs12(
            subject, whose, given["file"].read(), given["file_password"], given["passphrase"]
        )


class TokenForm(forms.Form):
    """A token or module at the server."""

    prefix = "pkcs11"

    module = forms.ChoiceField(label=_("Thư viện"))
    token = forms.CharField(label=_("Tên thiết bị"), max_length=32)
    key = forms.CharField(
        label=_("Tên khoá"),
        max_length=100,
        required=False,
        help_text=_("Để trống nếu thiết bị chỉ có một khoá."),
    )
    pin = _secret(_("Mã PIN"), _("Để kiểm tra thiết bị; hệ thống không lưu."))
    label = _label()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "module", settings.CCVC_SIGNING_MODULES)

    def keep(self, subject: Subject, whose: Whose) -> SigningMeans:
        """Take it in."""
        given = self.cleaned_data
        place = {name: given[name] for name in ("module", "token", "key")}
        return actions.add_token(subject, whose, place, given["pin"], given["label"])


class RemoteForm(forms.Form):
    """A credential at a signing service."""

    prefix = "remote"

    service = forms.ChoiceField(label=_("Dịch vụ"))
    credential = forms.CharField(label=_("Mã chứng thư số tại dịch vụ"), max_length=200)
    pin = _secret(
        _("Mã PIN"), _("Thêm dấu cách và mã xác nhận (OTP) nếu dịch vụ yêu cầu; hệ thống không lưu.")
    )
    label = _label()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "service", settings.CCVC_SIGNING_SERVICES)

    def keep(self, subject: Subject, whose: Whose) -> SigningMeans:
        """Take it in."""
        given = self.cleaned_data
        place = {name: given[name] for name in ("service", "credential")}
        return actions.add_remote(subject, whose, place, given["pin"], given["label"])


def _offer(form: forms.Form, name: str, choices: Iterable[str]) -> None:
    chosen = form.fields[name]
    assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - declared above
    chosen.choices = [(one, one) for one in choices]


ADDING: dict[str, type[Pkcs12Form | TokenForm | RemoteForm]] = {
    "pkcs12": Pkcs12Form,
    "pkcs11": TokenForm,
    "remote": RemoteForm,
}


class EndForm(forms.Form):
    """Why a means ends, from when it does not count, and what takes its place."""

    reason = forms.CharField(
        label=_("Lý do"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )
    since_day = forms.CharField(
        label=_("Không có giá trị từ ngày"),
        required=False,
        max_length=10,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "placeholder": _("ngày/tháng/năm"), "autocomplete": "off"}
        ),
        help_text=_(
            "Ngày mất hoặc lộ khoá; chữ ký từ thời điểm đó bị coi là không hợp lệ. Để trống: từ bây giờ."
        ),
    )
    since_time = forms.TimeField(
        label=_("Giờ"),
        required=False,
        input_formats=["%H:%M"],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "00:00", "autocomplete": "off"}),
    )
    replaced_by = forms.TypedChoiceField(label=_("Thay bằng"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, others: Sequence[SigningMeans] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["replaced_by"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - declared above
        chosen.choices = [("", "—"), *((str(row.pk), row.label) for row in others)]

    def clean_since_day(self) -> Any:
        """The day, as people write it."""
        text = self.cleaned_data["since_day"].strip()
        day = standard.read_day(text) if text else None
        if text and day is None:
            raise forms.ValidationError(_("Ngày không đúng: ghi ngày/tháng/năm, ví dụ 07/03/2026."))
        return day

    def since(self) -> datetime | None:
        """The moment, by the clock of Vietnam; None for now."""
        day = self.cleaned_data.get("since_day")
        if day is None:
            return None
        return timezone.make_aware(datetime.combine(day, self.cleaned_data.get("since_time") or time()))
