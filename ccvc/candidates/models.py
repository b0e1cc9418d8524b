"""Searches as they were made, what they found, and definitions kept under a name."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from ccvc.candidates.domain import Definition, definition_of

LONGEST_PURPOSE = 300
LONGEST_NAME = 120
BEST_FIRST = ("-holding", "failing", "name_key", "person")
"""Whoever holds most stands first; of those, whom fewer criteria speak against."""


class Saved(models.Model):
    """A definition under a name; whoever it is shared with runs it within their own reach."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("tên", max_length=LONGEST_NAME)
    definition = models.JSONField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "bộ tiêu chí đã lưu"

    def __str__(self) -> str:
        return self.name

    @property
    def asked(self) -> Definition:
        """What is sought."""
        return definition_of(self.definition)


class Share(models.Model):
    """A saved definition shown to another account."""

    saved = models.ForeignKey(Saved, models.CASCADE, related_name="shares")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    shared_at = models.DateTimeField()

    class Meta:
        verbose_name = "bộ tiêu chí được chia sẻ"
        constraints = [models.UniqueConstraint(fields=["saved", "account"], name="candidates_share_once")]

    def __str__(self) -> str:
        return f"{self.saved_id} → {self.account_id}"


class Search(models.Model):
    """One search as it was made: by whom, what for, of what, as of when, and how many came to what.

    `reached` people lay within reach; of those the columns told at once that `passed_over` fail a criterion that must
    hold; the documents of the rest, `to_judge`, are judged in the order of their ids as far as `place`. Counts by
    answer are of those judged.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    purpose = models.CharField("mục đích", max_length=LONGEST_PURPOSE)
    definition = models.JSONField()
    known_at = models.DateTimeField()
    valid_on = models.DateField()
    rules = models.CharField("ấn bản quy tắc", max_length=16)
    reached = models.PositiveIntegerField(default=0)
    passed_over = models.PositiveIntegerField(default=0)
    to_judge = models.PositiveIntegerField(default=0)
    judged = models.PositiveIntegerField(default=0)
    holding = models.PositiveIntegerField(default=0)
    untold = models.PositiveIntegerField(default=0)
    failing = models.PositiveIntegerField(default=0)
    place = models.CharField(max_length=36, blank=True)
    problem = models.JSONField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lượt tìm theo tiêu chí"
        indexes = [models.Index(fields=["account", "started_at"], name="candidates_search_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def asked(self) -> Definition:
        """What was sought."""
        return definition_of(self.definition)


class Result(models.Model):
    """One person a search lists: one letter a criterion (y, n, c), and what orders the list."""

    search = models.ForeignKey(Search, models.CASCADE, related_name="results")
    person = models.UUIDField()
    answer = models.CharField(max_length=12)
    letters = models.CharField(max_length=20)
    holding = models.PositiveSmallIntegerField()
    failing = models.PositiveSmallIntegerField()
    name_key = models.BinaryField()

    class Meta:
        verbose_name = "người đáp ứng tiêu chí"
        constraints = [models.UniqueConstraint(fields=["search", "person"], name="candidates_result_once")]

    def __str__(self) -> str:
        return f"{self.search_id}/{self.person}"
