"""Units, what they were on each day, and what followed them."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ccvc.organisations.domain import KIND_LABELS, LONGEST_CODE
from ccvc.organisations.domain.positions import LONGEST_POSITION_CODE, requirements
from ccvc.rules.criteria import Criterion


def _days() -> Func:
    return Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange")


def _one(expression: F | Func) -> Func:
    # btree_gist is not in the embedded server: a range of one number is equal to itself alone (parts.md 1).
    return Func(expression, expression, Value("[]"), function="int8range")


class Unit(models.Model):
    """One body through all its names, codes and places; what it was on a day is its state of that day."""

    key = models.UUIDField(unique=True, default=uuid4, editable=False)
    kind = models.CharField(
        max_length=20, choices=[(kind.value, label) for kind, label in KIND_LABELS.items()]
    )
    opened_on = models.DateField("thành lập ngày")
    closed_on = models.DateField("ngày cuối cùng tồn tại", null=True, blank=True)
    national = models.BooleanField("thuộc danh mục quốc gia", default=False)

    class Meta:
        verbose_name = "đơn vị"
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="organisations_unit_dates",
            )
        ]

    def __str__(self) -> str:
        """Key and kind: the name depends on the day."""
        return f"{self.kind} {self.key}"


class UnitState(models.Model):
    """What a unit was from one day to another, both included, as known from `known_from` until `known_to`.

    A state is never overwritten: a change ends what was known of it and writes what is known now.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="states")
    code = models.CharField("mã định danh điện tử", max_length=LONGEST_CODE)
    name = models.CharField("tên", max_length=300)
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="child_states")
    administrative_code = models.CharField("mã đơn vị hành chính", max_length=5, blank=True)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    basis = models.CharField("căn cứ", max_length=500)
    certainty = models.CharField("độ chắc chắn", max_length=1, default="S")
    known_from = models.DateTimeField(default=timezone.now)
    known_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "trạng thái của đơn vị"
        indexes = [
            models.Index(
                fields=["parent"], name="organisations_state_parent", condition=Q(known_to__isnull=True)
            ),
            models.Index(
                fields=["code"], name="organisations_state_code", condition=Q(known_to__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="organisations_state_dates",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("unit")),
                name="organisations_state_not_in_itself",
            ),
            ExclusionConstraint(
                name="organisations_one_state_a_day",
                expressions=[(_one(F("unit_id")), "&&"), (_days(), "&&")],
                condition=Q(known_to__isnull=True),
            ),
            ExclusionConstraint(
                name="organisations_one_unit_a_code",
                # Halved, so that the range's upper end never overflows.
                expressions=[
                    (
                        _one(Func(F("code"), template="(hashtextextended(%(expressions)s, 0) >> 1)")),
                        "&&",
                    ),
                    (_days(), "&&"),
                ],
                condition=Q(known_to__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        """Code and name."""
        return f"{self.code} {self.name}"


class Succession(models.Model):
    """One unit took over from another on a day; `people`: whoever of the closed one went nowhere else belongs to it.

    `positions`: so do the job positions of the closed one; otherwise they ended with it.
    """

    class Way(models.TextChoices):
        """How."""

        MERGE = "merge", _("hợp nhất, sáp nhập")
        SPLIT = "split", _("chia, tách")
        RENAME = "rename", _("đổi tên, tổ chức lại")
        MOVE = "move", _("chuyển cơ quan quản lý")

    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="followed_by")
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="follows")
    kind = models.CharField(max_length=10, choices=Way)
    on = models.DateField("từ ngày")
    basis = models.CharField("căn cứ", max_length=500)
    certainty = models.CharField("độ chắc chắn", max_length=1, default="S")
    people = models.BooleanField("nhận người", default=True)
    positions = models.BooleanField("nhận vị trí việc làm", default=True)
    known_from = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "kế thừa"
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "on"], condition=Q(people=True), name="organisations_one_takes_people"
            ),
            models.UniqueConstraint(
                fields=["predecessor", "successor", "on"], name="organisations_succession_once"
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="organisations_not_after_itself"
            ),
        ]

    def __str__(self) -> str:
        """Who follows whom."""
        return f"{self.predecessor_id} → {self.successor_id} ({self.on})"


class Reorganisation(models.Model):
    """Changes of the tree on one day by one decision: drafted by one person, signed off by another, then history.

    `steps`: as the decision names them. `units`: ids of those it changes or puts others under. `outcome`: keys and
    earlier states of the units, from which a later reorganisation undoes it. `digest`: of what was signed off, which
    `statement` names, the exact text that was signed.
    """

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("đang soạn")
        APPLIED = "applied", _("đã thực hiện")
        WITHDRAWN = "withdrawn", _("đã rút")

    key = models.UUIDField(unique=True, default=uuid4, editable=False)
    title = models.CharField("tên gọi", max_length=300)
    basis = models.CharField("căn cứ", max_length=500)
    on = models.DateField("từ ngày")
    steps = models.JSONField()
    units = ArrayField(models.BigIntegerField(), default=list)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    drafted_by = models.CharField(max_length=150)
    drafted_name = models.CharField(max_length=200)
    drafted_at = models.DateTimeField(default=timezone.now)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_name = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    statement = models.TextField(blank=True)
    signature = models.ForeignKey("signing.Signature", models.PROTECT, null=True, related_name="+")
    outcome = models.JSONField(default=dict)

    class Meta:
        verbose_name = "đợt sắp xếp tổ chức"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="applied") | ~Q(decided_by="") & ~Q(decided_by=F("drafted_by")),
                name="organisations_two_sign_off",
            ),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(state="applied"), name="organisations_undone_once"
            ),
        ]

    def __str__(self) -> str:
        """Title and day."""
        return f"{self.title} ({self.on})"


class Reassignment(models.Model):
    """Somebody named to go elsewhere than the rest of a closed or divided unit: the draft of a decision on them."""

    reorganisation = models.ForeignKey(Reorganisation, models.PROTECT, related_name="reassignments")
    person = models.UUIDField()
    before = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    after = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "người cần quyết định riêng"
        constraints = [
            models.UniqueConstraint(fields=["reorganisation", "person"], name="organisations_reassigned_once")
        ]

    def __str__(self) -> str:
        """Who goes where."""
        return f"{self.person}: {self.before_id} → {self.after_id}"


class Position(models.Model):
    """Places of one job position at a unit from one day to another, both included, by the decision that approved it.

    Never overwritten: another approval ends what was known of those days and is written beside it. `code` is what
    dossiers name at `employment.job_position_code`; `criteria`: what else is required, rows of subject, test, values.
    """

    class Kind(models.TextChoices):
        """The lists of positions of NĐ 232/2026/NĐ-CP."""

        MANAGEMENT = "management", _("lãnh đạo, quản lý")
        PROFESSIONAL = "professional", _("chuyên môn, nghiệp vụ")
        SUPPORT = "support", _("hỗ trợ, phục vụ")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="positions")
    code = models.CharField("mã vị trí việc làm", max_length=LONGEST_POSITION_CODE)
    name = models.CharField("tên", max_length=300)
    kind = models.CharField("danh mục", max_length=20, choices=Kind)
    leadership = models.BooleanField("giữ chức vụ lãnh đạo, quản lý", default=False)
    ranks = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    job_level = models.PositiveSmallIntegerField("bậc nghề nghiệp tối thiểu", null=True, blank=True)
    criteria = models.JSONField(default=list)
    places = models.PositiveIntegerField("số lượng")
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    decision_number = models.CharField("số quyết định", max_length=300)
    decided_on = models.DateField("ngày quyết định")
    issuer = models.CharField("cơ quan ban hành", max_length=300)
    entered_by = models.CharField("người nhập", max_length=150)
    known_from = models.DateTimeField(default=timezone.now)
    known_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "vị trí việc làm"
        indexes = [models.Index(fields=["unit", "code"], name="organisations_position_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="organisations_position_dates",
            ),
            models.CheckConstraint(
                condition=Q(job_level__isnull=True) | Q(job_level__range=(1, 5)),
                name="organisations_position_level",
            ),
            ExclusionConstraint(
                name="organisations_one_position_a_day",
                expressions=[
                    (_one(F("unit_id")), "&&"),
                    (
                        _one(Func(F("code"), template="(hashtextextended(%(expressions)s, 0) >> 1)")),
                        "&&",
                    ),
                    (_days(), "&&"),
                ],
                condition=Q(known_to__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        """Code and name."""
        return f"{self.code} {self.name}"

    def requirements(self) -> tuple[Criterion, ...]:
        """What somebody in it must fulfil, as criteria to be asked of a dossier."""
        return requirements(self.ranks, self.job_level, self.criteria)
