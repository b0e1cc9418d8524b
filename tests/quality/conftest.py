"""A component with one dossier that has something to mend, judged."""

from __future__ import annotations

import pytest

from ccvc.quality.actions import judge_due
from ccvc.quality.models import Finding
from tests import people
from tests.registry import people as register_people
from tests.registry.conftest import component, national, other
from tests.registry.scheme import change

__all__ = ["component", "national", "other"]
SPOILT = "NGUYỄN VĂN AN"


@pytest.fixture
def kept(agency):
    """The version of a dossier with its name in capitals, judged today."""
    version = people.kept(agency, people.dossier(full_name=SPOILT))
    judge_due()
    return version


@pytest.fixture
def capitals(kept):
    """The finding on the name."""
    return Finding.objects.get(person=kept.dossier.key, rule="CLEAN-NAME-CAPITALS")


@pytest.fixture
def spoilt(component):
    """A person of H41 in the register whose name is in capitals, judged."""
    people.found_catalogue()
    document = register_people.document(1)
    document["identity"]["full_name"] = "NGUYỄN VĂN AN"
    component.send(change(1, document=document))
    judge_due()
    return Finding.objects.get(rule="CLEAN-NAME-CAPITALS")
