"""A component with people who come to their days at known times, computed."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from ccvc.standard.quality.case import later
from ccvc.worklists.actions import compute_due
from tests import people

TODAY = timezone.localdate()


def paid(number, clock, **more):
    """Somebody on step 3 of a scale with 36 months a step, whose time counts from a day."""
    whole = people.dossier(number, full_name=f"Nguyễn Văn Số {number}")
    whole["employment"] |= {
        "rank": "01.003",
        "salary_group": "A1",
        "salary_step": 3,
        "salary_coefficient": "3.00",
    }
    whole["employment"] |= {"raise_clock_from": clock.isoformat()} if clock else {}
    whole["employment"] |= more
    return whole


def due_on(day):
    """Since when somebody holds a step who is due on a day."""
    return later(day, -36)


@pytest.fixture
def agency(db, tmp_path, settings):
    settings.CCVC_HOME, settings.CCVC_AGENCY, settings.CCVC_KIND = tmp_path, people.AGENCY, "component"
    return people.found_agency(tmp_path)


@pytest.fixture
def known(agency):
    """Overdue, due tomorrow, due in years, and one of whom the dossier does not say since when; all of one unit."""
    clocks = {
        "overdue": date(TODAY.year - 4, 1, 1),
        "soon": due_on(TODAY.replace(day=1)),
        "later": TODAY.replace(day=1),
        "untold": None,
    }
    kept = {
        name: people.kept(agency, paid(number, clock)).dossier.key
        for number, (name, clock) in enumerate(clocks.items(), start=1)
    }
    compute_due()
    return kept
