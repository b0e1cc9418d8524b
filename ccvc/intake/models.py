"""Tables of the intake room: a file taken in, what became of each of its rows, and every finding."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.intake.shapes.parts import shown


class State(models.TextChoices):
    """How far a file has come."""

    MAPPING = "mapping", _("Chờ xác nhận cột")
    READING = "reading", _("Đang đọc")
    READ = "read", _("Đã đọc, chờ trình")
    PROPOSED = "proposed", _("Đã trình thay đổi")
    FAILED = "failed", _("Không đọc được")


class Verdict(models.TextChoices):
    """What became of one person's row."""

    OK = "ok", _("Đạt")
    WARNING = "warning", _("Đạt, cần xem lại")
    REFUSED = "refused", _("Bị từ chối")
    UNCHANGED = "unchanged", _("Không thay đổi")
    DUPLICATE = "duplicate", _("Trùng trong tệp")
    REVIEW = "review", _("Chờ chọn hồ sơ")


RETURNED = (Verdict.REFUSED, Verdict.DUPLICATE)
TAKEN = (Verdict.OK, Verdict.WARNING)


class Intake(models.Model):
    """One file taken in for one unit; `cursor` and `proposed_to` are the last rows done in each act.

    The bytes stand in the node's home under their SHA-256. Every row is judged as of `judged_on`, also where
    reading is taken up again on a later day. `asked_at` is set while proposing waits for the worker;
    `problem` (JSON) says why a file could not be read, or its rows not be proposed. `mapping` (JSON) holds the
    columns as confirmed, where the file is not in our template and they were; `sheets` (JSON) those it was read
    by. `left_rows` counts the rows, `left_fields` (paths, a line each) names the fields, not to be proposed;
    `left_before` (JSON: row, number, name) the rows left out before the file was read anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    agency_code = models.CharField(max_length=35)
    unit_code = models.CharField(max_length=35)
    unit_id = models.BigIntegerField(db_index=True)
    valid_from = models.DateField()
    judged_on = models.DateField()
    created_by = models.BigIntegerField(null=True)
    created_by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    problem = models.TextField(blank=True)
    mapping = models.TextField(blank=True, default="", db_default="")
    sheets = models.TextField(blank=True, default="", db_default="")
    left_fields = models.TextField(blank=True, default="", db_default="")
    left_before = models.TextField(blank=True, default="", db_default="")
    total = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    ok = models.PositiveIntegerField(default=0)
    warning = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    review = models.PositiveIntegerField(default=0, db_default=0)
    left_rows = models.PositiveIntegerField(default=0, db_default=0)
    strays = models.PositiveIntegerField(default=0)
    proposed_to = models.PositiveIntegerField(default=0)
    proposed = models.PositiveIntegerField(default=0)
    proposed_unchanged = models.PositiveIntegerField(default=0)
    conflicts = models.PositiveIntegerField(default=0)
    batch_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_code", "unit_code", "sha256"], name="one_intake_per_file_and_unit"
            )
        ]
        indexes = [models.Index(fields=["-created_at"], name="intake_newest")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def taken(self) -> int:
        """Rows that can be proposed."""
        return self.ok + self.warning - self.left_rows

    @property
    def returned(self) -> int:
        """Rows that go back to be mended."""
        return self.refused + self.duplicate


class IntakeRow(models.Model):
    """One person's row: `document` is what it gives (JSON), `cells` its cells as typed, where it goes back.

    A row of a table that belongs to nobody in the file stands here by itself, under its own `sheet`. `changed`
    names the fields and tables (paths, a line each) in which it differed from the dossier when it was read;
    a row `left_out` is not proposed.
    """

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="rows")
    sheet = models.CharField(max_length=100)
    row = models.PositiveIntegerField()
    personal_id = models.CharField(max_length=12)
    full_name = models.TextField()
    unit_code = models.CharField(max_length=35)
    kind = models.CharField(max_length=10)
    person_key = models.UUIDField(null=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    document = models.TextField()
    cells = models.TextField()
    changed = models.TextField(default="", db_default="")
    left_out = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["intake", "sheet", "row"], name="one_verdict_per_row")]
        indexes = [models.Index(fields=["intake", "verdict", "row"], name="intake_row_verdict")]

    def __str__(self) -> str:
        return f"{self.row}: {self.verdict}"

    @property
    def place(self) -> int:
        """The row as the person sees it in its sheet."""
        return shown(self.row)


class Severity(models.TextChoices):
    """How heavy a finding weighs."""

    ERROR = "error", _("Lỗi")
    WARNING = "warning", _("Cảnh báo")


class IntakeFinding(models.Model):
    """One finding: `row` and `column` as the person sees them in the file; row 0 speaks of the whole file.

    `person_row` is the row of the person it is about, also where it stands on the sheet of a table.
    """

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="findings")
    person_row = models.PositiveIntegerField(null=True)
    sheet = models.CharField(max_length=100)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=3)
    path = models.CharField(max_length=200)
    label = models.TextField()
    code = models.CharField(max_length=40)
    message = models.TextField()
    next_step = models.TextField()
    severity = models.CharField(max_length=10, choices=Severity.choices)
    cell = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["intake", "person_row"], name="intake_finding_person"),
            models.Index(fields=["intake", "severity", "code"], name="intake_finding_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.column}{self.row}: {self.code}"

    @property
    def unknown_in(self) -> str:
        """The code list that does not know the cell's text; empty where something else was found."""
        field = standard.current().fields.get(self.path) if self.code == "INT-CODE" else None
        return field.code_list or "" if field else ""


class Likeness(models.TextChoices):
    """How surely a row without a number is of one dossier."""

    CERTAIN = "certain", _("Chắc chắn")
    POSSIBLE = "possible", _("Cần xem")


class Match(models.Model):
    """A row without a number, and whose dossier an officer said it is; a reread of the file leaves that standing.

    `said` (JSON) is what the row says of who it is, `asked` its digest; `candidates` (JSON) the keys of dossiers
    it may be of, the likeliest first; `cells` its cells as typed, so that it can be judged once it is said.
    `chosen` is None where it is said to be nobody's.
    """

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="matches")
    row = models.PositiveIntegerField()
    said = models.JSONField()
    asked = models.CharField(max_length=64)
    likeness = models.CharField(max_length=10, choices=Likeness.choices)
    candidates = models.JSONField()
    cells = models.TextField()
    chosen = models.UUIDField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["intake", "row"], name="one_match_per_row")]

    def __str__(self) -> str:
        return f"{self.row}: {self.chosen or self.likeness}"


class ColumnMapping(models.Model):
    """What an officer confirmed of the columns under the same headings; the newest holds for the next file.

    `content` (JSON) is a `shapes.mapping.Shape`; rows are never changed, so that they tell who changed what.
    """

    agency_code = models.CharField(max_length=35)
    fingerprint = models.CharField(max_length=64)
    content = models.TextField()
    file_name = models.CharField(max_length=255)
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_by_name = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agency_code", "fingerprint", "-id"], name="column_mapping_newest")]

    def __str__(self) -> str:
        return f"{self.file_name} {self.confirmed_at:%d/%m/%Y}"


class DatabaseRead(models.Model):
    """One snapshot of an agency's database: how far it read, which counts once its intake is proposed.

    `marks` (JSON) holds the watermark reached on each sheet; they hold for this mapping (by SHA-256) alone.
    """

    source = models.CharField(max_length=40)
    mapping_sha256 = models.CharField(max_length=64)
    intake = models.OneToOneField(Intake, on_delete=models.CASCADE, related_name="database_read")
    marks = models.TextField()
    read_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["source", "-read_at"], name="database_read_newest")]

    def __str__(self) -> str:
        return f"{self.source} {self.read_at:%d/%m/%Y %H:%M}"
