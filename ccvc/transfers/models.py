"""Tables of the room: a hand-over as each of its nodes knows it, sealed parts on their way, what was asked for."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    """What this node is in a hand-over."""

    GIVER = "giver", _("Chuyển đi")
    RECEIVER = "receiver", _("Chuyển đến")
    NATIONAL = "national", _("Qua nút quốc gia")


class State(models.TextChoices):
    """Where a hand-over stands, as far as this node knows."""

    PREPARED = "prepared", _("Chờ xử lý xong thay đổi")
    OFFERED = "offered", _("Chờ nút quốc gia")
    OPENED = "opened", _("Đang chuyển hồ sơ")
    SEALED = "sealed", _("Chờ cơ quan nhận trả lời")
    ANSWERED = "answered", _("Đã trả lời, chờ nút quốc gia")
    WITHDRAWING = "withdrawing", _("Đang hủy, chờ nút quốc gia")
    SWITCHED = "switched", _("Đã chuyển quản lý")
    REFUSED = "refused", _("Cơ quan nhận từ chối")
    WITHDRAWN = "withdrawn", _("Đã hủy")
    LAPSED = "lapsed", _("Quá hạn trả lời")
    DENIED = "denied", _("Nút quốc gia không nhận")


ENDED = (State.SWITCHED, State.REFUSED, State.WITHDRAWN, State.LAPSED, State.DENIED)
OPEN = tuple(state for state in State if state not in ENDED)


class Twin(models.TextChoices):
    """What the receiver judges of a dossier of its own that has the number of the one coming."""

    SAME = "same", _("Cùng một người")
    OTHER = "other", _("Người khác")


class Transfer(models.Model):
    """One hand-over of one person's dossier. Its key is the same on all three nodes.

    `version` is the hash of version `number`, the last one, and `root` the Merkle root of the sealed parts (both
    hexadecimal). `key` wraps the content key for the receiver. `receipt` is the national node's word that the
    manager has changed: the same bytes on all three. `problem` says what is in the way: of what came, or of opening it.
    `opened_at` is when the dossier was opened here (receiver) or laid into the drawer (giver). `facts` say whose
    dossier is coming, by path; `twin` is the receiver's own dossier of the same number, and what was judged of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    side = models.CharField(max_length=10, choices=Side)
    state = models.CharField(max_length=12, choices=State)
    person = models.UUIDField(db_index=True)
    name = models.CharField(max_length=200)
    personal_id = models.CharField(max_length=12, null=True)
    giver = models.CharField(max_length=35)
    receiver = models.CharField(max_length=35)
    decision = models.CharField(max_length=100, blank=True)
    decided_on = models.DateField(null=True)
    effective_on = models.DateField()
    number = models.PositiveIntegerField(default=0)
    version = models.CharField(max_length=64, blank=True)
    expires_on = models.DateField(null=True)
    root = models.CharField(max_length=64, blank=True)
    parts = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    key = models.TextField(blank=True)
    begun_at = models.DateTimeField(default=timezone.now)
    begun_by = models.CharField(max_length=150)
    begun_by_name = models.CharField(max_length=200)
    answered_by = models.CharField(max_length=150, blank=True)
    answered_by_name = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    unit_id = models.BigIntegerField(null=True)
    problem = models.JSONField(null=True)
    ended_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)
    twin = models.UUIDField(null=True)
    twin_is = models.CharField(max_length=10, choices=Twin, blank=True)
    receipt = models.JSONField(null=True)
    receipt_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "lần chuyển hồ sơ"
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=[state.value for state in OPEN]),
                name="one_open_transfer_per_person",
            )
        ]
        indexes = [models.Index(fields=["side", "-begun_at"], name="transfer_side")]

    def __str__(self) -> str:
        """Whose, from whom, to whom."""
        return f"{self.person} {self.giver}→{self.receiver} {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether it has not come to an end."""
        return self.state in OPEN


class Part(models.Model):
    """A sealed part that has come to the receiver; let go once the dossier is opened or the hand-over has ended."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="sealed_parts")
    index = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["transfer", "index"], name="one_part_per_place")]

    def __str__(self) -> str:
        """Which part."""
        return f"{self.transfer_id} {self.index}"


class Request(models.Model):
    """An agency asks for the dossier of a person another one keeps; the keeper offers it, or says why not."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("Chờ trả lời")
        OFFERED = "offered", _("Đã được chuyển")
        DECLINED = "declined", _("Không được nhận")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    side = models.CharField(max_length=10, choices=Side)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    person = models.UUIDField(null=True)
    personal_id = models.CharField(max_length=12)
    asker = models.CharField(max_length=35)
    keeper = models.CharField(max_length=35, blank=True)
    decision = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.CharField(max_length=150)
    asked_by_name = models.CharField(max_length=200)
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "đề nghị chuyển hồ sơ"

    def __str__(self) -> str:
        """Who asks for whom."""
        return f"{self.asker} {self.personal_id} {self.state}"
