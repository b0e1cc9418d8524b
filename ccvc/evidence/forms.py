"""The form that takes a paper: a file and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.dossiers.inputs import DayField
from ccvc.evidence import actions, domain
from ccvc.evidence.actions.receiving import Received, most_bytes
from ccvc.evidence.domain import Details
from ccvc.evidence.presentation import entry_label, kinds_on, language
from ccvc.standard.evidence import Demand
from ccvc.standard.problems import Problem

WHOLE = "whole"
"""What the page sends for the dossier as a whole, so that leaving the entry out means nothing."""
ASKED: Mapping[str, str] = {"number": "number", "date": "issued_on", "issuer": "issuer", "signer": "signer"}
"""Inputs by the particular the standard names."""
EMPTY: Mapping[str, Any] = {"issued_on": None}
PARTICULARS = ("number", "issued_on", "issuer", "signer", "signer_position")
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.tif,.tiff,.doc,.docx"


class PaperForm(forms.Form):
    """A file with its particulars; empty where nothing was chosen, if `empty_permitted`."""

    prefix = "paper"

    file = forms.FileField(
        label=_("Tệp giấy tờ"),
        allow_empty_file=True,  # the room says what is wrong with a file, with a code
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    kind = forms.ChoiceField(
        label=_("Loại giấy tờ"), help_text=_("Quyết định cần ghi đủ số, ngày và cơ quan ban hành.")
    )
    path = forms.ChoiceField(label=_("Chứng minh cho"))
    number = forms.CharField(label=_("Số, ký hiệu"), required=False, max_length=domain.LONGEST["number"])
    issued_on = DayField(label=_("Ngày cấp, ngày ban hành"), required=False)
    issuer = forms.CharField(
        label=_("Cơ quan cấp, cơ quan ban hành"), required=False, max_length=domain.LONGEST["issuer"]
    )
    signer = forms.CharField(label=_("Người ký"), required=False, max_length=domain.LONGEST["signer"])
    signer_position = forms.CharField(
        label=_("Chức vụ của người ký"), required=False, max_length=domain.LONGEST["signer_position"]
    )

    def __init__(self, entries: Sequence[str], *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.received: Received | None = None
        self.entry = ""
        self.demand: Demand | None = None
        self.held: dict[str, str] = {}
        self.lent: dict[str, Any] = {}
        self._offer("kind", kinds_on(standard.current().codes[domain.KINDS].on(timezone.localdate())))
        self._offer("path", [(entry or WHOLE, entry_label(entry)) for entry in entries])
        if len(entries) == 1:
            self.fields["path"].widget = forms.HiddenInput()
        self.fields["file"].help_text = _(
            "PDF, JPEG, PNG, TIFF hoặc Word, không quá {megabytes} MB. Tệp được giữ nguyên như đã gửi."
        ).format(megabytes=settings.CCVC_EVIDENCE_MEGABYTES)

    @classmethod
    def for_entry(cls, entry: str, *args: Any, demand: Demand | None = None) -> PaperForm:
        """The form for one entry, which is not asked for and not believed from the page; it may stay empty.

        Of an entry that rests on a paper it is that paper: others are attached to the change afterwards.
        """
        form = cls([entry], *args, empty_permitted=True)
        form.entry, form.demand = entry, demand
        del form.fields["path"]
        if demand:
            current, today = standard.current().codes[domain.KINDS], timezone.localdate()
            form._offer(
                "kind", kinds_on(tuple(code for code in current.on(today) if code.code in demand.kinds))
            )
            form.fields["kind"].initial = demand.kinds[0]
            form.fields["kind"].help_text = ""
        return form

    @property
    def demanded(self) -> str:
        """What people call the paper the entry rests on; "" where it rests on none."""
        return self.demand.name(language()) if self.demand else ""

    def leave_to(self, cells: Collection[str]) -> None:
        """Do not ask for what the entry's own inputs (`cells`) ask for: `lend` tells it."""
        said = self.demand.says if self.demand else {}
        self.held = {ASKED[name]: cell for name, cell in said.items() if cell in cells}
        for name in self.held:
            del self.fields[name]

    def lend(self, values: Mapping[str, Any]) -> None:
        """What was typed into the entry's own inputs, as a document holds it."""
        for name, cell in self.held.items():
            value = values.get(cell)
            self.lent[name] = _lent(name, value) if isinstance(value, str) else EMPTY.get(name, "")

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices
        field.initial = choices[0][0] if choices else ""

    def has_changed(self) -> bool:
        """Whether a file was chosen or anything was typed; the kind alone says nothing."""
        return bool({"file", *PARTICULARS} & set(self.changed_data))

    @property
    def given(self) -> bool:
        """Whether a paper was chosen."""
        return self.is_bound and self.has_changed()

    def details(self) -> Details:
        """What is said of the paper."""
        said = {name: self.cleaned_data[name] for name in ("kind", *PARTICULARS) if name in self.fields}
        name = self.cleaned_data["file"].name
        path = self.cleaned_data.get("path", self.entry)
        path = "" if path == WHOLE else path
        return Details(**said, **self.lent, path=path, file_name=name[-domain.LONGEST["file_name"] :])

    def clean(self) -> dict[str, Any]:
        """What is missing or impossible is said beside its input."""
        if not self.errors and self.cleaned_data.get("file"):
            try:
                domain.sound(self.details(), timezone.localdate())
            except Problem as problem:
                self.refuse(problem)
        return self.cleaned_data

    def receive(self, subject: Subject) -> bool:
        """Take the file in, once everything else is right; what is wrong with it is said beside it."""
        try:
            self.received = actions.receive(subject, _content(self.cleaned_data["file"]))
        except Problem as problem:
            self.refuse(problem)
        return self.received is not None

    def taken(self, subject: Subject, attach: Callable[[Received, Details], object]) -> bool:
        """Take the file in and attach it; False where one of both was refused, which is said beside its input."""
        if not self.receive(subject) or self.received is None:
            return False
        try:
            attach(self.received, self.details())
        except Problem as problem:
            self.refuse(problem)
            return False
        return True

    def refuse(self, problem: Problem) -> None:
        """Say a problem beside the input it speaks of, with what to do next; above all others what was lent."""
        name = problem.where if problem.where in self.fields else "file"
        said = f"{problem.message(language())} {problem.next_step(language())}"
        self.add_error(None if problem.where in self.held else name, said)


def _lent(name: str, text: str) -> Any:
    """A value of a document as a particular of a paper: a day that is known only in part is none."""
    return standard.read_day("/".join(reversed(text.split("-")))) if name == "issued_on" else text


def _content(file: UploadedFile[Any]) -> bytes:
    """The bytes of an upload, one more than may be at most: enough to refuse it."""
    return bytes(file.read(most_bytes() + 1))
