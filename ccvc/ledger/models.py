"""The log: its entries, its head, and heads the node has signed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Entry(models.Model):
    """One act of the node. Its leaf hash covers all other columns but `nodes` (see domain.leaf_bytes)."""

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

    class Meta:
        verbose_name = "đầu sổ đã ký"
        indexes = [models.Index(fields=["-size"], name="ledger_signed_size")]

    def __str__(self) -> str:
        """Size and time."""
        return f"{self.size} {self.at:%Y-%m-%d %H:%M}"
