"""The policy file: what it may say, and what it must never say."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccvc.access.policy import FILE, Right, load, policy
from ccvc.access.policy import Role as PolicyRole

READING = {Right.DOSSIER_READ, Right.DOSSIER_READ_SENSITIVE, Right.DOSSIER_LIST, Right.REGISTER_READ}


def role(name: str) -> PolicyRole:
    return policy().roles[name]


def test_every_role_of_the_design_is_there_with_vietnamese_words() -> None:
    assert set(policy().roles) == {
        *("person", "officer", "verifier", "approver", "clerk"),
        *("administrator", "cataloguer", "analyst", "appraiser", "inspector", "steward", "system"),
    }
    assert role("approver").label() == "Người phê duyệt"
    assert role("approver").label("en") == "Approver"
    assert set(policy().labels) == set(Right)


@pytest.mark.parametrize("name", ["administrator", "cataloguer", "analyst", "clerk"])
def test_who_runs_counts_or_seals_reads_no_person(name: str) -> None:
    assert not role(name).rights & READING
    assert not role(name).reads


def test_the_steps_of_a_change_are_different_rights() -> None:
    steps = {Right.CHANGE_CHECK, Right.CHANGE_VERIFY, Right.CHANGE_APPROVE}
    for name, found in policy().roles.items():
        assert name == "system" or len(found.rights & steps) <= 1


def test_only_the_owner_reads_secret_data_of_a_dossier() -> None:
    assert {name for name, found in policy().roles.items() if "secret" in found.reads} == {"person", "system"}
    assert not role("system").grantable


def test_exclusion_works_both_ways() -> None:
    assert policy().clash("administrator", "officer")
    assert policy().clash("officer", "administrator")
    assert not policy().clash("officer", "clerk")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"dossier_read_sensitive", ', ""),
        ('reads = ["basic"]', 'reads = ["basic", "sensitive"]'),
        ('reads = ["basic"]', 'reads = ["everything"]'),
        ('excludes = ["officer", "verifier", "approver"]', 'excludes = ["nobody"]'),
        ('"statistics_see", "organisation_see", "closing_see", "headcount_see"]', '"statistics_see", "fly"]'),
        ('node_admin = { vi = "quản trị nút", en = "run the node" }', ""),
        (
            'rights = ["statistics_see", "organisation_see", "closing_see", "headcount_see"]',
            'rights = ["dossier_read"]',
        ),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "policy.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=r"\w"):
        load(file)
