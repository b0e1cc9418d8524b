"""The signing program as a page and its reader meet it, over a key in memory that opens with a PIN."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from ccvc.accounts.models import User
from ccvc.signing import certificates
from ccvc.signing.certificates import Issuer
from ccvc.signing.helper.desk import Desk, algorithm_of
from ccvc.signing.helper.serving import serving
from ccvc.signing.models import SigningMeans
from ccvc.signing.signers import SoftwareSigner
from ccvc.standard.problems import Problem

HTTP = httpx.Client(verify=False, trust_env=False)
ORIGIN, PIN = "http://testserver", "405172"


def desk_of(issuer: Issuer, **named: Any) -> Desk:
    """A program over a key certified for the approver of H41."""
    key = ec.generate_private_key(ec.SECP256R1())
    given = {"common_name": "approver", "person": "Người approver", "agency_code": "H41", "use": "approve"}
    cert = certificates.issue(issuer, key.public_key(), **{**given, **named})

    def opened(pin: str) -> SoftwareSigner:
        if pin != PIN:
            raise Problem("SIG-PIN")
        return SoftwareSigner(key, (cert,))

    return Desk((cert,), algorithm_of(cert), opened, say=lambda _: None)


class Officer:
    """A page of the node in the officer's browser, and the officer before the program's own page."""

    def __init__(self, desk: Desk, address: str) -> None:
        self.desk, self.address = desk, address
        self.headers = {"Origin": ORIGIN}

    def program(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        sent = {**self.headers, **headers}
        if body is None:
            return HTTP.get(self.address + path, headers=sent)
        return HTTP.post(self.address + path, json=body, headers=sent)

    def pair(self) -> None:
        token = self.program("/v1/pair", {"code": self.desk.code}).json()["token"]
        self.headers["Authorization"] = f"Bearer {token}"

    def ask(self, given: dict[str, Any]) -> dict[str, str]:
        """Hand on what is to be signed."""
        answer = self.program("/v1/requests", {name: given[name] for name in given if name != "id"})
        assert answer.status_code == 200, answer.text
        found: dict[str, str] = answer.json()
        return found

    def confirm(self, page: str, pin: str = PIN, act: str = "sign", **headers: str) -> httpx.Response:
        """Read the program's own page and answer it, as its reader does."""
        form = HTTP.get(page).text.partition('name="form" value="')[2].partition('"')[0]
        answered = {"form": form, "pin": pin, "act": act}
        return HTTP.post(page, data=answered, headers={"Origin": self.address, **headers})

    def signed(self, given: dict[str, Any]) -> str:
        asked = self.ask(given)
        assert self.confirm(asked["confirm"]).status_code == 200
        signature: str = self.program(f"/v1/requests/{asked['id']}").json()["signature"]
        return signature


class Reader(Officer):
    """The officer with a page of the node open too, and the token enrolled as a means of signing."""

    def __init__(self, desk: Desk, address: str, user: User, whose: str) -> None:
        super().__init__(desk, address)
        self.node = Client(headers={"accept": "application/json"})
        self.node.force_login(user)
        self.pair()
        found = self.program("/v1/certificates").json()
        given = self.node.post(f"/signing/{whose}/local/begin/", {**found, "label": "USB"}).json()
        done = {"id": given["id"], "signature": self.signed(given)}
        assert self.node.post(f"/signing/{whose}/local/complete/", done).status_code == 200
        self.means = SigningMeans.objects.filter(kind="local").latest("pk")

    def begin(self, address: str, **sent: Any) -> Any:
        """What a page is given to have signed."""
        return self.node.post(f"{address}begin/", {**sent, "means": self.means.pk}).json()

    def complete(self, address: str, given: Any, signature: str) -> Any:
        return self.node.post(f"{address}complete/", {"id": given["id"], "signature": signature})


@contextmanager
def reader(issuer: Issuer | None, user: User, whose: str = "mine") -> Iterator[Reader]:
    """A person of H41 before their page and their token; of the seal, the clerk."""
    assert issuer is not None
    seal = {"common_name": "H41", "person": None, "use": "seal"}
    named = seal if whose == "seal" else {"common_name": user.username, "person": user.full_name}
    desk = desk_of(issuer, **named)
    with serving(desk, [ORIGIN]) as address:
        yield Reader(desk, address, user, whose)
