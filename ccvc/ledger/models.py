"""The log: its entries, its head, and heads the node has signed."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q
from django.utils import timezone

from ccvc.standard.problems import Problem


class Entry(models.Model):
    """One act of the node, never changed. Its leaf hash covers every other column but `nodes` (domain.leaf_bytes)."""

    index = models.BigIntegerField("số thứ tự", primary_key=True)
    kind = models.CharField("loại", max_length=32)
    subject = models.CharField("đối tượng", max_length=200)
    payload = models.TextField("nội dung")
    leaf_hash = models.BinaryField("giá trị băm", max_length=32)
    nodes = models.BinaryField("giá trị băm của các cây con mà mục này làm đầy", default=b"")
    at = models.DateTimeField("lúc", default=timezone.now)

    class Meta:
        verbose_name = "mục sổ cái"
        indexes = [
            models.Index(fields=["kind", "-index"], name="ledger_entry_kind"),
            models.Index(fields=["subject", "-index"], name="ledger_entry_subject"),
        ]

    def __str__(self) -> str:
        """Number, kind and subject."""
        return f"{self.index} {self.kind} {self.subject}"


class Head(models.Model):
    """The one row whose lock orders all commits: size, root, and the frontier from which the log grows."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    root = models.BinaryField(max_length=32)
    frontier = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "đầu sổ cái"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="ledger_one_head")]

    def __str__(self) -> str:
        """Size and root."""
        return f"{self.size} {bytes(self.root).hex()}"


class SignedHead(models.Model):
    """A head signed by the node: given to others, it shows later whether the log was cut or rewritten."""

    size = models.BigIntegerField("độ dài")
    root = models.BinaryField("gốc", max_length=32)
    jws = models.JSONField("chữ ký")
    at = models.DateTimeField("ký lúc")
    agency = models.CharField("cơ quan ký", max_length=35, default="", db_default="")

    class Meta:
        verbose_name = "đầu sổ đã ký"
        indexes = [models.Index(fields=["-size"], name="ledger_signed_size")]

    def __str__(self) -> str:
        """Size and time."""
        return f"{self.size} {self.at:%Y-%m-%d %H:%M}"


class PeerHead(models.Model):
    """A signed head of another agency's log, as it was shown: the database refuses to change or delete it.

    `standing` is what it was beside the head held before (`witnessing.Standing`); `witness` is what this node signed
    of it, where it was good. `epoch` counts how often a person began to follow another log of that agency.
    """

    agency = models.CharField("cơ quan", max_length=35)
    epoch = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField("độ dài")
    root = models.BinaryField("gốc", max_length=32)
    at = models.DateTimeField("ký lúc")
    jws = models.JSONField("chữ ký")
    standing = models.CharField("so với đầu sổ đang giữ", max_length=10)
    witness = models.JSONField("chữ ký làm chứng", null=True)
    taken_at = models.DateTimeField("nhận lúc", default=timezone.now)

    class Meta:
        verbose_name = "đầu sổ của cơ quan khác"
        indexes = [models.Index(fields=["agency", "-id"], name="ledger_peer_head")]

    def __str__(self) -> str:
        """Whose log, and how long it is."""
        return f"{self.agency} {self.size}"


class Witness(models.Model):
    """What another agency signed of this node's log: the database refuses to change or delete it."""

    agency = models.CharField("cơ quan làm chứng", max_length=35)
    size = models.BigIntegerField("độ dài")
    root = models.BinaryField("gốc", max_length=32)
    at = models.DateTimeField("ký lúc")
    jws = models.JSONField("chữ ký")
    taken_at = models.DateTimeField("nhận lúc", default=timezone.now)

    class Meta:
        verbose_name = "chữ ký làm chứng"
        indexes = [models.Index(fields=["agency", "-id"], name="ledger_witness_by")]

    def __str__(self) -> str:
        """Who, and how long the log was."""
        return f"{self.agency} {self.size}"


class HeadAlarm(models.Model):
    """Two heads that cannot be of one log that only grows: open until a person says why."""

    class Side(StrEnum):
        """Whose log: the other agency's, or this node's own."""

        THEIRS = "theirs"
        OURS = "ours"

    agency = models.CharField("cơ quan", max_length=35)
    side = models.CharField(max_length=6)
    code = models.CharField(max_length=30)
    held = models.BigIntegerField("độ dài đang giữ")
    told = models.BigIntegerField("độ dài được báo")
    raised_at = models.DateTimeField("lúc", default=timezone.now)
    closed_at = models.DateTimeField("khép lúc", null=True)
    closed_by = models.CharField("người khép", max_length=150, blank=True)
    reason = models.CharField("lý do", max_length=500, blank=True)
    taken_up = models.BooleanField("theo sổ mới", default=False)

    class Meta:
        verbose_name = "cảnh báo về đầu sổ"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "side", "code"], condition=Q(closed_at=None), name="ledger_alarm_open_once"
            )
        ]

    def __str__(self) -> str:
        """Whose log, and what is wrong."""
        return f"{self.agency} {self.code}"

    @property
    def problem(self) -> Problem:
        """What is wrong, in words."""
        return Problem(self.code, where=self.agency, agency=self.agency, held=self.held, told=self.told)

    @property
    def words(self) -> dict[str, str]:
        """The same in each language."""
        return {"vi": self.problem.message("vi"), "en": self.problem.message("en")}


class Verification(models.Model):
    """That the log was verified, and what was found: the first faults as the report has them."""

    began_at = models.DateTimeField("bắt đầu lúc")
    ended_at = models.DateTimeField("xong lúc", default=timezone.now)
    size = models.BigIntegerField("độ dài")
    root = models.CharField("gốc", max_length=64)
    faults = models.JSONField("chỗ sai", default=list)
    count = models.PositiveIntegerField("số chỗ sai", default=0)
    by = models.CharField("người chạy", max_length=150)

    class Meta:
        verbose_name = "lần kiểm tra sổ cái"

    def __str__(self) -> str:
        """When, and what came of it."""
        return f"{self.ended_at:%Y-%m-%d %H:%M} {self.count}"
