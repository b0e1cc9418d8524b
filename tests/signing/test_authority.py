"""The whole verdict on a version's approval: what was checked, and whether the signer held the right at that moment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from ccvc.access.actions import withdraw_grant
from ccvc.access.models import Grant
from ccvc.signing.actions import examine
from ccvc.signing.verdicts import Verdict
from tests.people import SYSTEM, Agency, dossier, kept


def line(found: Verdict) -> Any:
    return next(one for one in found.checks if one.kind == "authority")


def test_the_grant_an_approver_signed_by_is_named_also_after_it_is_withdrawn(agency: Agency) -> None:
    version = kept(agency, dossier())
    found = examine(version.signature)
    assert (found.status, line(found).code) == ("valid", "SIG-CHECKED-AUTHORITY")
    assert "QĐ 1/QĐ-TEST" in line(found).message()
    grant = Grant.objects.get(user__username="approver")
    withdraw_grant(SYSTEM, grant, basis="QĐ 2/QĐ-TEST")
    assert examine(version.signature).ok


def test_a_grant_of_the_very_second_of_the_signature_had_been_given(agency: Agency) -> None:
    version = kept(agency, dossier())
    at = version.signature.at
    for given, code in (
        (at + timedelta(microseconds=999_999), "SIG-CHECKED-AUTHORITY"),
        (at + timedelta(seconds=1), "SIG-AUTHORITY-UNKNOWN"),
    ):
        Grant.objects.filter(user__username="approver").update(granted_at=given)
        assert line(examine(version.signature)).code == code


def test_without_a_grant_at_that_moment_we_cannot_tell(agency: Agency) -> None:
    version = kept(agency, dossier())
    Grant.objects.filter(user__username="approver").update(granted_at=timezone.now() + timedelta(hours=1))
    assert (examine(version.signature).status, line(examine(version.signature)).code) == (
        "unknown",
        "SIG-AUTHORITY-UNKNOWN",
    )
    Grant.objects.filter(user__username="approver").update(
        granted_at=timezone.now() - timedelta(days=400), valid_to=date(2025, 12, 31)
    )
    assert examine(version.signature).status == "unknown"


@pytest.mark.parametrize("role", ["officer", "approver"])
def test_the_page_of_a_version_shows_what_was_checked(agency: Agency, client: Any, role: str) -> None:
    version = kept(agency, dossier())
    client.force_login(agency.users[role])
    page = client.get(f"/dossiers/{version.dossier.key}/versions/1/").content.decode()
    assert "Những gì đã kiểm tra" in page
    assert "chỉ theo lời người ký" in page, "no time-stamping service is configured here, and it is said"
