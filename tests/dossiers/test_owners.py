"""A person's own account: opened for their dossier, or tied to it once, never to another's."""

from __future__ import annotations

import json

import pytest

from ccvc.access.domain import Subject
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.dossiers.actions import account_of_person
from ccvc.dossiers.models import Dossier
from ccvc.ledger.models import Entry
from ccvc.standard.problems import Problem
from tests.people import AGENCY, dossier, found_agency, kept

pytestmark = pytest.mark.django_db
SYSTEM = Subject.system("test")
PASSWORD = "mưa rơi trên mái ngói cũ"
FIRST, SECOND = "040085000001", "040085000002"


@pytest.fixture(autouse=True)
def agency(db, tmp_path, settings):
    settings.CCVC_HOME, settings.CCVC_AGENCY = tmp_path, AGENCY
    agency = found_agency(tmp_path)
    kept(agency, dossier(1))
    kept(agency, dossier(2, full_name="Trần Thị Bình"))
    return agency


def refused(*given):
    with pytest.raises(Problem) as problem:
        account_of_person(SYSTEM, *given)
    return problem.value.code


def test_a_new_account_has_the_persons_name_and_reads_their_dossier_alone(client):
    made = account_of_person(SYSTEM, FIRST, "an.nguyen", PASSWORD)
    assert made.full_name == "Nguyễn Văn An"
    assert subject_of(made).person_key == Dossier.objects.get(personal_id=FIRST).key
    client.force_login(made)
    assert client.get("/dossiers/mine", follow=True).status_code == 200
    other = Dossier.objects.get(personal_id=SECOND).key
    assert client.get(f"/dossiers/{other}", follow=True).status_code == 404


def test_an_account_is_tied_once_and_that_is_on_record():
    owner = User.objects.get(username="owner")
    assert account_of_person(SYSTEM, FIRST, "owner").pk == owner.pk
    assert account_of_person(SYSTEM, FIRST, "owner").pk == owner.pk
    acts = [json.loads(entry.payload)["act"] for entry in Entry.objects.filter(subject="account:owner")]
    assert "tie" in acts


def test_neither_an_account_nor_a_dossier_has_two():
    account_of_person(SYSTEM, FIRST, "owner")
    assert refused(FIRST, "second", PASSWORD) == "ACC-PERSON-TAKEN"
    User.objects.filter(username="owner").update(full_name="Trần Thị Bình")
    assert refused(SECOND, "owner") == "ACC-TIED"


def test_an_account_of_another_name_and_a_number_nobody_has_are_refused():
    assert refused(SECOND, "owner") == "ACC-PERSON-NAME"
    assert refused("040085099999", "owner") == "DOS-UNKNOWN"
    assert refused(SECOND, "binh", "123") == "ACC-PASSWORD-WEAK"
    assert not User.objects.filter(username="binh").exists()


def test_a_name_typed_otherwise_is_the_same_account():
    first = account_of_person(SYSTEM, FIRST, "An.Nguyen", PASSWORD)
    assert account_of_person(SYSTEM, FIRST, " an.nguyen ").pk == first.pk
