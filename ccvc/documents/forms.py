"""What is asked when a document is ordered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.accounts.models import User
from ccvc.documents import catalogue, copies, domain
from ccvc.documents.actions import CopyOrder, Order
from ccvc.documents.catalogue import Form
from ccvc.dossiers.inputs import DayField
from ccvc.standard.problems import Language, Problem


def language() -> Language:
    """The language of the page, as the standard names it."""
    return "en" if get_language() == "en" else "vi"


def choice_label(path: str) -> str:
    """What people call a field or group that may be chosen."""
    return standard.current().label(path, language())


class OrderForm(forms.Form):
    """Purpose, signer, moments, and what the form lets one choose."""

    purpose = forms.CharField(
        label=_("Mục đích sử dụng"),
        max_length=domain.LONGEST_PURPOSE,
        help_text=_("In ở phần Nơi nhận; người có hồ sơ cũng thấy nội dung này."),
    )
    signer = forms.ChoiceField(label=_("Người ký"))
    chosen = forms.MultipleChoiceField(
        label=_("Nội dung"), required=False, widget=forms.CheckboxSelectMultiple
    )
    valid_on = DayField(label=_("Có hiệu lực vào ngày"), required=False, help_text=_("Để trống: hôm nay."))
    known_on = DayField(
        label=_("Theo dữ liệu đã biết đến hết ngày"), required=False, help_text=_("Để trống: ngay bây giờ.")
    )

    def __init__(self, form: Form, signers: Sequence[User], *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.form, self.accounts = form, {user.username: user for user in signers}
        self._offer("signer", [(name, user.full_name) for name, user in self.accounts.items()])
        if form.choices:
            self._offer("chosen", [(path, choice_label(path)) for path in form.choices])
            self.fields["chosen"].initial = catalogue.choices(form, [])
        else:
            del self.fields["chosen"]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def order(self, people: Sequence[UUID]) -> Order:
        """What was asked for, of these people."""
        said = self.cleaned_data
        return Order(
            self.form.name,
            people,
            said["purpose"],
            self.accounts[said["signer"]],
            said.get("chosen") or (),
            _end_of(said["known_on"]),
            said["valid_on"],
        )

    def refuse(self, problem: Problem) -> None:
        """Say a problem beside the input it speaks of, with what to do next."""
        name = problem.where if problem.where in self.fields else None
        self.add_error(name, f"{problem.message(language())} {problem.next_step(language())}")


class CopyOrderForm(forms.Form):
    """The form of copy, what for, and the passage of an extract."""

    form = forms.ChoiceField(label=_("Hình thức sao"))
    purpose = forms.CharField(
        label=_("Mục đích sử dụng"),
        max_length=domain.LONGEST_PURPOSE,
        help_text=_("Người có hồ sơ cũng thấy nội dung này."),
    )
    excerpt = forms.CharField(
        label=_("Nội dung trích sao"),
        required=False,
        max_length=copies.LONGEST_EXCERPT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Chỉ ghi khi trích sao: gõ đúng phần nội dung của bản gốc, mỗi đoạn một dòng."),
    )

    def __init__(self, offered: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        choice = self.fields["form"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = list(offered)

    def order(self) -> CopyOrder:
        """What was asked for."""
        said = self.cleaned_data
        return CopyOrder(said["form"], said["purpose"], said["excerpt"])

    def refuse(self, problem: Problem) -> None:
        """Say a problem beside the input it speaks of, with what to do next."""
        name = problem.where if problem.where in self.fields else None
        self.add_error(name, f"{problem.message(language())} {problem.next_step(language())}")


def _end_of(day: date | None) -> datetime | None:
    """The end of a day in Vietnam, or now where it is today: nothing is known of what is to come."""
    if day is None or day == timezone.localdate():
        return None
    return timezone.make_aware(datetime.combine(day, time.max))
