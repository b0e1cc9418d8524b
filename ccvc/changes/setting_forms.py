"""Forms of procedures of approval and of written delegations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django import forms
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.access.actions import LENT
from ccvc.access.actions import Terms as DelegationTerms
from ccvc.access.capacity import LONGEST_TITLE, Capacity, Lent, Mode
from ccvc.access.models import Grant
from ccvc.access.policy import Right, policy
from ccvc.access.wording import language, right_name, role_name
from ccvc.accounts.models import User
from ccvc.changes.domain import STEP_LABELS
from ccvc.changes.procedures import ORDER, RIGHTS, Written
from ccvc.dossiers.inputs import DayField
from ccvc.standard.problems import Problem

KINDS = [("create", _("Lập hồ sơ mới")), ("update", _("Thay đổi")), ("correct", _("Đính chính"))]
SOURCES = [
    ("own", _("Người có hồ sơ tự kê khai")),
    ("office", _("Cơ quan kê khai")),
    ("intake", _("Nhập từ tệp")),
]
MOST_DAYS = 60
EVERYTHING = _("Không chọn mục nào nghĩa là tất cả.")


def _several(
    label: Any, choices: Any = (), help_text: Any = "", *, required: bool = False
) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=required,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


class ProcedureForm(forms.Form):
    """A procedure as its decision gives it; a step no role is ticked for is left out."""

    title = forms.CharField(label=_("Tên quy trình"), max_length=200)
    unit = forms.CharField(
        label=_("Mã đơn vị"), max_length=35, help_text=_("Áp dụng cho đơn vị này và các đơn vị bên dưới.")
    )
    decision_number = forms.CharField(label=_("Số quyết định ban hành quy chế"), max_length=100)
    decision_date = DayField(label=_("Ngày quyết định"))
    valid_from = DayField(label=_("Áp dụng từ ngày"))
    valid_to = DayField(label=_("Đến hết ngày"), required=False)
    kinds = _several(_("Loại thay đổi"), KINDS, EVERYTHING)
    sources = _several(_("Nguồn kê khai"), SOURCES, EVERYTHING)
    groups = _several(_("Nhóm thông tin"), (), EVERYTHING)
    confirm_sources = _several(_("Hỏi người có hồ sơ xác nhận khi"), SOURCES)
    confirm_waits = forms.IntegerField(
        label=_("Chờ xác nhận tối đa (ngày làm việc)"), min_value=0, max_value=MOST_DAYS, initial=3
    )
    escalate_after = forms.IntegerField(
        label=_("Báo người phê duyệt sau khi quá hạn (ngày làm việc)"),
        min_value=0,
        max_value=MOST_DAYS,
        initial=2,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            (name, getattr(one, f"label_{language()}")) for name, one in standard.current().groups.items()
        ]
        self._offer("groups", groups)
        for step in ORDER:
            roles = [(name, role_name(name)) for name in _roles(step)]
            self.fields[f"{step}_roles"] = _several(STEP_LABELS[step], roles)
            self.fields[f"{step}_within"] = forms.IntegerField(
                label=_("Thời hạn (ngày làm việc)"), min_value=0, max_value=MOST_DAYS, initial=1
            )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def steps(self) -> list[Any]:
        """The fields of each step, for the page."""
        return [(self[f"{step}_roles"], self[f"{step}_within"]) for step in ORDER]

    def rest(self) -> list[Any]:
        """The other fields, for the page."""
        return [field for field in self if not field.name.endswith(("_roles", "_within"))]

    def written(self) -> Written:
        """What was filled in. Problem CHG-PROCEDURE where it cannot be one."""
        given = dict(self.cleaned_data)
        steps = [
            {"step": step, "roles": given[f"{step}_roles"], "within": given[f"{step}_within"] or 0}
            for step in ORDER
            if given[f"{step}_roles"]
        ]
        names = [name for name in self.base_fields if given.get(name) is not None]
        try:
            return msgspec.convert({name: given[name] for name in names} | {"steps": steps}, Written)
        except msgspec.ValidationError as error:
            raise Problem("CHG-PROCEDURE", where="", reason=str(error)) from error


def _roles(step: str) -> list[str]:
    """Roles a step can be given to."""
    rights = {RIGHTS["approve"]} if step == "approve" else set(RIGHTS.values())
    return [name for name, role in policy().roles.items() if role.grantable and role.rights & rights]


class DelegationForm(forms.Form):
    """A written delegation: whose grant, to whom, which rights, for how long, by which document."""

    grant = forms.ModelChoiceField(label=_("Quyền được ủy quyền"), queryset=Grant.objects.none())
    delegate = forms.CharField(label=_("Tài khoản người được ủy quyền"), max_length=64)
    rights = _several(_("Việc được ủy quyền"), required=True)
    unit_code = forms.CharField(label=_("Mã đơn vị"), max_length=35)
    valid_from = DayField(label=_("Từ ngày"))
    valid_to = DayField(label=_("Đến hết ngày"))
    document_number = forms.CharField(label=_("Số, ký hiệu văn bản ủy quyền"), max_length=100)
    document_date = DayField(label=_("Ngày văn bản"))
    mode = forms.ChoiceField(
        label=_("Thể thức ký"), choices=[(mode.value, Mode(mode.value).label) for mode in Lent]
    )
    for_title = forms.CharField(
        label=_("Ký thay, ký thừa chức vụ"), max_length=LONGEST_TITLE, help_text=_("Ví dụ: Giám đốc")
    )
    title = forms.CharField(
        label=_("Chức vụ người được ủy quyền"), max_length=LONGEST_TITLE, help_text=_("Ví dụ: Phó Giám đốc")
    )
    paper = forms.FileField(label=_("Bản chụp văn bản"), required=False, allow_empty_file=True)

    def __init__(self, grants: Sequence[Grant], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["grant"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = Grant.objects.filter(pk__in=[one.pk for one in grants]).select_related("user")
        field.label_from_instance = _grant_label  # type: ignore[method-assign,assignment] # as Django has it done
        rights = self.fields["rights"]
        assert isinstance(rights, forms.MultipleChoiceField)  # noqa: S101 - declared above
        rights.choices = [(right.value, right_name(right)) for right in LENT]

    def to(self) -> User | None:
        """The account named."""
        return User.objects.filter(username=self.cleaned_data["delegate"].strip().lower()).first()

    def terms(self) -> DelegationTerms:
        """What was filled in, but for the scan."""
        given = self.cleaned_data
        return DelegationTerms(
            rights=[Right(name) for name in given["rights"]],
            unit_code=given["unit_code"].strip(),
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            document_number=given["document_number"],
            document_date=given["document_date"],
            capacity=Capacity(given["mode"], given["for_title"].strip(), given["title"].strip()),
        )


def _grant_label(grant: Grant) -> str:
    return f"{grant.user.full_name} · {role_name(grant.role)} · {grant.unit_code}"
