"""Accounts: their names, their passwords, their one dossier."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError

from ccvc.accounts import actions
from ccvc.accounts.models import User
from ccvc.standard.problems import Problem

PASSWORD = "bốn-con-voi-đi-bộ"

pytestmark = pytest.mark.django_db


def an(**changes: Any) -> User:
    given: dict[str, Any] = {
        "username": "an.nguyen",
        "full_name": "Nguyễn Văn An",
        "password": PASSWORD,
    } | changes
    return actions.create_user(**given)


def test_passwords_are_kept_as_argon2_only() -> None:
    user = an()
    assert user.password.startswith("argon2$argon2id$")
    assert authenticate(username="AN.Nguyen ", password=PASSWORD) == user
    assert authenticate(username="an.nguyen", password=PASSWORD + "!") is None


@pytest.mark.parametrize("username", ["", "   ", "an nguyen", "a" * 65])
def test_bad_account_names_are_refused(username: str) -> None:
    with pytest.raises(Problem) as caught:
        an(username=username)
    assert caught.value.code == "ACC-USERNAME"


@pytest.mark.parametrize("password", ["ngắn", "password1234", "nguyễn văn an"])
def test_weak_passwords_are_refused_and_leave_no_account(password: str) -> None:
    with pytest.raises(Problem) as caught:
        an(password=password)
    assert caught.value.code == "ACC-PASSWORD-WEAK"
    assert not User.objects.exists()


def test_a_name_and_a_dossier_belong_to_one_account() -> None:
    key = uuid4()
    an(person_key=key)
    with pytest.raises(Problem) as same_name:
        an(username="AN.NGUYEN")
    with pytest.raises(Problem) as same_person:
        an(username="an2", person_key=key)
    assert (same_name.value.code, same_person.value.code) == ("ACC-USERNAME-TAKEN", "ACC-PERSON-TAKEN")


def test_the_database_itself_refuses_a_second_spelling() -> None:
    with pytest.raises(IntegrityError):
        User.objects.create(username="An", full_name="An")


def test_a_closed_account_opens_nothing() -> None:
    user = actions.set_active(an(), active=False)
    assert not user.is_active
    assert authenticate(username="an.nguyen", password=PASSWORD) is None
