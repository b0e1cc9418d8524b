"""Proposals as they were checked: what the agency said, by whom it was checked, as of when, and what it came to."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from ccvc.proposals.domain import Person

LONGEST = 300


class Proposal(models.Model):
    """One document of an agency that proposes people for an office; checked once, at `checked_at`.

    `rules` names the edition of the rules; what the record said is read again as known then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.CharField("cơ quan đề nghị", max_length=LONGEST)
    document_number = models.CharField("số văn bản", max_length=LONGEST)
    document_date = models.DateField("ngày văn bản", null=True)
    position = models.CharField("chức vụ đề nghị", max_length=LONGEST)
    act = models.CharField("việc đề nghị", max_length=20)
    on = models.DateField("tính đến ngày")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()
    rules = models.CharField("ấn bản quy tắc", max_length=16)

    class Meta:
        verbose_name = "đề nghị bổ nhiệm đã đối chiếu"
        indexes = [models.Index(fields=["account", "checked_at"], name="proposals_account")]

    def __str__(self) -> str:
        return f"{self.document_number} {self.position}"

    @property
    def purpose(self) -> str:
        """What looks at its people are recorded with."""
        return f"Đối chiếu đề nghị bổ nhiệm: {self.document_number}, {self.agency}"[:LONGEST]


class Proposed(models.Model):
    """One person of a proposal: what is said of them, whose record it was held against, and what it came to.

    `finding`: found, unknown (no such number within reach), invalid (no number, or none that can be), repeated.
    `version` and `version_hash` name the version of the record.
    """

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="people")
    place = models.PositiveSmallIntegerField()
    personal_id = models.CharField(max_length=40, blank=True)
    full_name = models.CharField(max_length=LONGEST, blank=True)
    claims = models.JSONField(default=dict)
    finding = models.CharField(max_length=10)
    namesakes = models.PositiveSmallIntegerField(default=0)
    person = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=0)
    version_hash = models.CharField(max_length=64, blank=True)
    differing = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=12, blank=True)

    class Meta:
        verbose_name = "người được đề nghị"
        constraints = [models.UniqueConstraint(fields=["proposal", "place"], name="proposals_one_place")]

    def __str__(self) -> str:
        return f"{self.proposal_id}/{self.place}"

    @property
    def said(self) -> Person:
        """As the proposal names them."""
        return Person(self.personal_id, self.full_name, self.claims)
