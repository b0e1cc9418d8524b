"""Signing in through the page: the record of attempts, the wait, the address gone to."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ccvc.accounts import actions
from ccvc.accounts.models import SignInAttempt

PASSWORD = "bốn-con-voi-đi-bộ"
Outcome = SignInAttempt.Outcome

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _an(settings: Any) -> None:
    # Argon2 is slow on purpose; what is tried here is the counting, and test_accounts tries the hashing.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    actions.create_user(username="an", full_name="Nguyễn Văn An", password=PASSWORD)


def post(
    client: Client, password: str = PASSWORD, username: str = "an", address: str = "10.0.0.1", **data: str
) -> Any:
    return client.post(
        reverse("accounts:sign_in"),
        {"username": username, "password": password, **data},
        REMOTE_ADDR=address,
    )


def outcomes() -> list[str]:
    return list(SignInAttempt.objects.order_by("id").values_list("outcome", flat=True))


def age(by: timedelta) -> None:
    for attempt in SignInAttempt.objects.all():
        SignInAttempt.objects.filter(pk=attempt.pk).update(at=attempt.at - by)


def test_success_opens_a_session_and_is_recorded(client: Client) -> None:
    response = post(client, username=" AN ", next="/me/looks")
    assert response.status_code == 302
    assert response["Location"] == "/me/looks"
    assert "_auth_user_id" in client.session
    assert list(SignInAttempt.objects.values_list("username", "address", "outcome")) == [
        ("an", "10.0.0.1", Outcome.SUCCEEDED)
    ]


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "Nguyễn Văn An", ""]
)
def test_next_leads_nowhere_else(client: Client, target: str) -> None:
    assert post(client, next=target)["Location"] == "/"


def test_wrong_password_and_unknown_account_read_the_same(client: Client) -> None:
    wrong = post(client, "sai")
    unknown = post(client, "sai", username="không-có")
    assert wrong.status_code == unknown.status_code == 422
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in wrong.content.decode()
    assert "ACC-SIGNIN-WRONG" in unknown.content.decode()
    assert outcomes() == [Outcome.FAILED, Outcome.FAILED]


def test_what_is_no_account_is_not_stored_readable(client: Client) -> None:
    post(client, "sai", username=PASSWORD)
    assert SignInAttempt.objects.get().username.startswith("?")


def test_after_five_failures_even_the_right_password_waits(client: Client) -> None:
    for _ in range(5):
        post(client, "sai")
    refused = post(client)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 30
    assert re.search(r"Hãy chờ (30|2\d) giây rồi đăng nhập lại.", refused.content.decode())
    assert "_auth_user_id" not in client.session
    assert outcomes() == [Outcome.FAILED] * 5 + [Outcome.REFUSED]


def test_the_wait_ends_and_grows_with_the_next_failure(client: Client) -> None:
    for _ in range(5):
        post(client, "sai")
    age(timedelta(seconds=31))
    assert post(client, "sai").status_code == 422
    age(timedelta(seconds=31))
    assert post(client).status_code == 429
    age(timedelta(seconds=30))
    assert post(client).status_code == 302


def test_success_forgives_the_failures_before_it(client: Client) -> None:
    for _ in range(4):
        post(client, "sai")
    post(client)
    for _ in range(4):
        assert post(client, "sai").status_code == 422
    assert post(client).status_code == 302


def test_a_stranger_elsewhere_does_not_shut_the_owner_out(client: Client) -> None:
    for _ in range(6):
        post(client, "sai", address="203.0.113.9")
    assert post(client).status_code == 302


def test_guessing_one_account_from_many_addresses_is_held_back(client: Client) -> None:
    for number in range(20):
        SignInAttempt.objects.create(username="an", address=f"203.0.113.{number}")
    assert post(client, address="198.51.100.1").status_code == 429


def test_guessing_many_accounts_from_one_address_is_held_back(client: Client) -> None:
    for number in range(50):
        SignInAttempt.objects.create(username=f"người-{number}", address="10.0.0.1")
    assert post(client).status_code == 429
    assert post(client, address="10.0.0.2").status_code == 302


def test_signing_out_needs_a_post_and_ends_the_session(client: Client) -> None:
    post(client)
    assert client.get(reverse("accounts:sign_out")).status_code == 405
    assert client.post(reverse("accounts:sign_out"))["Location"] == reverse("accounts:sign_in")
    assert "_auth_user_id" not in client.session


def test_who_is_signed_in_needs_no_sign_in_page(client: Client) -> None:
    post(client)
    assert client.get(reverse("accounts:sign_in") + "?next=/me/looks")["Location"] == "/me/looks"
