"""Quality: a finding on the planted person that quotes their name, with a suggestion."""

from __future__ import annotations

from django.utils import timezone

from ccvc.quality.actions import judge_due
from ccvc.quality.models import Finding
from ccvc.worklists.actions import compute_due
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples
from tests.access.world.words import NAME


def plant(here: Planted) -> Samples:
    compute_due()
    judge_due()
    finding = Finding.objects.create(
        person=here.key,
        rule="CLEAN-SPACES",
        family="clean",
        path="identity.full_name",
        severity="hint",
        sensitivity="basic",
        suggestion=[["identity.full_name", NAME, f"{NAME} Mới"]],
        counts=True,
        since=timezone.localdate(),
    )
    return Samples(values={"finding": [finding.pk]})
