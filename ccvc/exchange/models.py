"""Partners, the packages sent to and taken from them, what became of each record, and where each stream
stands.

Sealed packages are kept as the bytes that travelled: encrypted, signed, and so checkable years later.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KIND_LABELS = {
    "changes": _("Thay đổi hồ sơ"),
    "snapshot": _("Chốt tháng"),
    "receipt": _("Biên nhận"),
    "share": _("Thông báo"),
    "catalogue": pgettext_lazy("loại gói", "Danh mục"),
    "transfer": _("Chuyển hồ sơ"),
}


class Peer(models.Model):
    """Another node: at a component the national node, at the national node each component."""

    class State(models.TextChoices):
        ENROLLED = "enrolled", _("Đang trao đổi")
        SUSPENDED = "suspended", _("Đang đình chỉ")

    class Transport(models.TextChoices):
        """How packages go to this peer; `mailbox` keeps them until the peer fetches them."""

        HTTPS = "https", _("Kết nối HTTPS")
        MAILBOX = "mailbox", _("Nơi nhận tự lấy về")
        FILE = "file", _("Thư mục hoặc thiết bị lưu trữ")

    agency_code = models.CharField("mã cơ quan", max_length=35, unique=True)
    name = models.CharField("tên cơ quan", max_length=300)
    certificates = models.JSONField("chứng thư (PEM theo mục đích)", default=dict)
    transport = models.CharField(max_length=10, choices=Transport, default=Transport.MAILBOX)
    address = models.CharField("địa chỉ", max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ENROLLED)
    enrolled_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField("liên lạc gần nhất", null=True)
    trouble = models.JSONField("điều làm dừng việc nhận", null=True)

    class Meta:
        verbose_name = "nút đối tác"

    def __str__(self) -> str:
        """Code and name, as lists show them."""
        return f"{self.agency_code} {self.name}"


class Cursor(models.Model):
    """Where the stream with a peer stands in one direction; its row lock is what orders the stream.

    `out`: last number given to a package, its manifest's digest, and the feed position packed so far; at the
    national node `catalogue` is the number of the last change set of code lists packed.
    `in`: last number taken, and its manifest's digest; `epoch` counts how often a peer restored from an older backup
    began another history, each taken up by a person.
    """

    class Direction(models.TextChoices):
        OUT = "out", _("Gửi đi")
        IN = "in", _("Nhận về")

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="cursors")
    direction = models.CharField(max_length=3, choices=Direction)
    sequence = models.PositiveBigIntegerField(default=0)
    manifest_sha256 = models.CharField(max_length=64, null=True)
    position = models.PositiveBigIntegerField(default=0)
    catalogue = models.PositiveIntegerField(default=0, db_default=0)
    epoch = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["peer", "direction"], name="exchange_cursor_once")]

    def __str__(self) -> str:
        """Direction and number."""
        return f"{self.peer_id} {self.direction} {self.sequence}"


class Outbound(models.Model):
    """A package this node built; `data` never changes. `group` names what a room above sent as one package."""

    class State(models.TextChoices):
        BUILT = "built", _("Chờ gửi")
        DELIVERED = "delivered", _("Đã gửi, chờ biên nhận")
        RECEIPTED = "receipted", _("Đã có biên nhận")
        REFUSED = "refused", _("Bị từ chối")
        REPLACED = "replaced", _("Đã đóng gói lại")

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="outbound")
    sequence = models.PositiveBigIntegerField()
    package_id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=10)
    manifest_sha256 = models.CharField(max_length=64, unique=True)
    group = models.UUIDField(null=True)
    data = models.BinaryField()
    size = models.PositiveBigIntegerField()
    first_position = models.PositiveBigIntegerField(null=True)
    last_position = models.PositiveBigIntegerField(null=True)
    records = models.PositiveIntegerField()
    changes = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.BUILT)
    attempts = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    last_error = models.JSONField(null=True)
    built_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)
    receipted_at = models.DateTimeField(null=True)
    accepted = models.PositiveIntegerField(null=True)
    refused = models.PositiveIntegerField(null=True)
    pending = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = "gói gửi đi"
        constraints = [models.UniqueConstraint(fields=["peer", "sequence"], name="exchange_outbound_once")]
        indexes = [
            models.Index(
                fields=["peer", "sequence"], name="exchange_outbound_open", condition=~Q(state="receipted")
            )
        ]

    def __str__(self) -> str:
        """Number and state."""
        return f"{self.peer_id} #{self.sequence} {self.state}"

    @property
    def kind_label(self) -> str:
        """The kind in words."""
        return str(KIND_LABELS.get(self.kind, self.kind))

    @property
    def look(self) -> str:
        """The state as pages dress it."""
        looks = {"built": "waiting", "delivered": "sent", "receipted": "done", "replaced": "closed"}
        return looks.get(self.state, "refused")

    @property
    def may_retry(self) -> bool:
        """Whether a person may let it go again: refused before it was taken, or waiting to be tried."""
        return self.receipted_at is None and (self.state == self.State.REFUSED or self.last_error is not None)

    @property
    def may_resend(self) -> bool:
        """Whether its changes are to be packed again: taken, then refused whole."""
        return self.state == self.State.REFUSED and self.receipted_at is not None and self.changes > 0


class Inbound(models.Model):
    """A package taken from a peer: verified whole before it was stored, judged record by record afterwards.

    `verdicts` holds [record, verdict, code] of each record not accepted: with `data` it tells, years later,
    what this node took and what it did not. `epoch` is the history of the peer it belongs to (`Cursor`).
    """

    class State(models.TextChoices):
        STORED = "stored", _("Chờ xử lý")
        ACCEPTED = "accepted", _("Đã xử lý")
        QUARANTINED = "quarantined", _("Bị từ chối toàn bộ")

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="inbound")
    epoch = models.PositiveIntegerField(default=0, db_default=0)
    sequence = models.PositiveBigIntegerField()
    package_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    manifest_sha256 = models.CharField(max_length=64, unique=True)
    data = models.BinaryField()
    size = models.PositiveBigIntegerField()
    records = models.PositiveIntegerField()
    via = models.CharField(max_length=10)
    state = models.CharField(max_length=12, choices=State, default=State.STORED)
    problem = models.JSONField(null=True)
    received_at = models.DateTimeField(default=timezone.now)
    processed_at = models.DateTimeField(null=True)
    accepted = models.PositiveIntegerField(null=True)
    refused = models.PositiveIntegerField(null=True)
    pending = models.PositiveIntegerField(null=True)
    verdicts = models.JSONField(default=list)
    receipt = models.OneToOneField(Outbound, models.PROTECT, null=True, related_name="receipt_for")

    class Meta:
        verbose_name = "gói nhận về"
        constraints = [
            models.UniqueConstraint(fields=["peer", "epoch", "sequence"], name="exchange_inbound_once")
        ]
        indexes = [
            models.Index(
                fields=["peer", "sequence"], name="exchange_inbound_waiting", condition=Q(state="stored")
            )
        ]

    def __str__(self) -> str:
        """Number and state."""
        return f"{self.peer_id} #{self.sequence} {self.state}"

    @property
    def kind_label(self) -> str:
        """The kind in words."""
        return str(KIND_LABELS.get(self.kind, self.kind))

    @property
    def look(self) -> str:
        """The state as pages dress it."""
        return {"stored": "waiting", "accepted": "done"}.get(self.state, "refused")


class Quarantine(models.Model):
    """A package refused before it took a number, kept for inspection; the same bytes are kept once.

    `signed` tells those whose signature held (a gap, a fork) from what anyone could have sent:
    only the latter give way when too many are kept.
    """

    data_sha256 = models.CharField(max_length=64, unique=True)
    data = models.BinaryField()
    size = models.PositiveBigIntegerField()
    claimed_sender = models.CharField(max_length=35, blank=True)
    signed = models.BooleanField(default=False)
    problem = models.JSONField()
    via = models.CharField(max_length=10)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "gói giữ lại để xem xét"

    def __str__(self) -> str:
        """Sender as claimed and what was wrong."""
        return f"{self.claimed_sender or '?'} {self.problem.get('code', '')}"


class Queued(models.Model):
    """A line a room above wants sent: written in its own transaction, packed when the node next sends.

    So a transaction that works for one peer never waits for the stream of another. Lines of one `group` are a
    package by themselves; one that names a `position` goes only behind that position of the change feed.
    """

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="queued")
    kind = models.CharField(max_length=10)
    line = models.BinaryField()
    group = models.UUIDField(null=True)
    position = models.PositiveBigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "bản ghi chờ đóng gói"

    def __str__(self) -> str:
        """Kind and time."""
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class RecordVerdict(models.Model):
    """A record the receiver did not accept: work to do, until a newer change of the person is accepted."""

    class Verdict(models.TextChoices):
        REFUSED = "refused", _("Bị từ chối")
        PENDING = "pending", _("Chưa kết luận")
        ACCEPTED = "accepted", _("Được chấp nhận sau")

    outbound = models.ForeignKey(Outbound, models.PROTECT, related_name="verdicts")
    record = models.PositiveIntegerField()
    person = models.UUIDField(db_index=True)
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict)
    code = models.CharField(max_length=60)
    path = models.CharField(max_length=300, blank=True)
    message = models.TextField()
    next_step = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "bản ghi cần xử lý"
        constraints = [models.UniqueConstraint(fields=["outbound", "record"], name="exchange_verdict_once")]
        indexes = [
            models.Index(
                fields=["person"], name="exchange_verdict_open", condition=Q(resolved_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        """Code and verdict."""
        return f"{self.code} {self.verdict}"


class Repeat(models.Model):
    """A version the receiver did not believe, to be sent once more under its number; packed once `outbound` is set.

    `signature` and `leaf` are of the approval it goes with: its own, or one given again.
    """

    outbound = models.ForeignKey(Outbound, models.PROTECT, null=True, related_name="repeats")
    position = models.PositiveBigIntegerField()
    person = models.UUIDField(db_index=True)
    number = models.PositiveIntegerField()
    signature = models.ForeignKey("signing.Signature", models.PROTECT, related_name="+")
    leaf = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "phiên bản gửi lại"
        constraints = [
            models.UniqueConstraint(
                fields=["position"], condition=Q(outbound=None), name="exchange_repeat_waiting_once"
            )
        ]

    def __str__(self) -> str:
        """Person and number."""
        return f"{self.person}/{self.number}"


class Carried(models.Model):
    """An approval that went to a peer, and how far its evidence was then: what is gathered later follows it.

    `is_open`: not whole yet. `renew_by`: of the last stamp that went along; a later one means it was stamped again.
    """

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="+")
    signature = models.ForeignKey("signing.Signature", models.PROTECT, related_name="+")
    is_open = models.BooleanField()
    renew_by = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "phê duyệt đã gửi kèm bằng chứng"
        constraints = [models.UniqueConstraint(fields=["peer", "signature"], name="exchange_carried_once")]
        indexes = [
            models.Index(fields=["peer"], name="exchange_carried_open", condition=Q(is_open=True)),
            models.Index(fields=["renew_by"], name="exchange_carried_renew"),
        ]

    def __str__(self) -> str:
        """Which approval."""
        return f"{self.signature_id} {'open' if self.is_open else 'whole'}"


class Notice(models.Model):
    """A notice from the national node about one person, shown to those who manage the dossier."""

    inbound = models.ForeignKey(Inbound, models.PROTECT, related_name="notices")
    line = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    person = models.UUIDField(db_index=True)
    holder = models.CharField(max_length=35)
    claimant = models.CharField(max_length=35)
    code = models.CharField(max_length=60)
    message = models.TextField()
    next_step = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "thông báo từ nút quốc gia"
        constraints = [models.UniqueConstraint(fields=["inbound", "line"], name="exchange_notice_once")]

    def __str__(self) -> str:
        """Code of the notice."""
        return f"{self.kind} {self.code}"


class Delay(models.Model):
    """A time in which approved changes were not known to have reached the national node as the law wants it.

    `changes` and `since` (when the first of them was approved) are as last looked at; it ends when all has arrived.
    """

    class Urgency(models.TextChoices):
        SOON = "soon", _("Sắp đến hạn đồng bộ")
        LATE = "late", _("Quá hạn đồng bộ")
        ESCALATED = "escalated", _("Quá hạn đồng bộ, đã báo cấp trên")

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="delays")
    urgency = models.CharField(max_length=10, choices=Urgency, blank=True)
    changes = models.PositiveIntegerField()
    since = models.DateTimeField()
    began_at = models.DateTimeField()
    looked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lần chậm đồng bộ"
        constraints = [
            models.UniqueConstraint(
                fields=["peer"], condition=Q(ended_at__isnull=True), name="exchange_one_open_delay"
            )
        ]

    def __str__(self) -> str:
        """Urgency and count."""
        return f"{self.urgency} {self.changes}"
