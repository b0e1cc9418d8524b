"""Asking for pages as one of the agency's people."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from tests.people import Agency


def signed_in(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.users[name])
    return client


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return str(answer.content.decode())


def inbox(client: Client, **query: str) -> str:
    return text(client.get(reverse("changes:inbox"), query))
