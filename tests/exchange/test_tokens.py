"""A request token proves who asks for what, for five minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ccvc.exchange.domain.tokens import check_token, make_token
from ccvc.standard.problems import Problem
from tests.exchange.scheme import COMPONENT, NATIONAL, OTHER, holder, node, trust

TARGET = "/exchange/v1/mailbox?after=3"


def token(by=None, **changed) -> str:
    by = by or node(COMPONENT, "sign")
    given = {"sender": COMPONENT, "receiver": NATIONAL, "method": "GET", "target": TARGET}
    return make_token(**{**given, **changed}, key=by.key, chain=by.chain)


def check(header: str, **changed) -> str:
    given = {
        "receiver": NATIONAL,
        "method": "GET",
        "target": TARGET,
        "trust": trust(),
        "at": datetime.now(UTC),
    }
    return check_token(header, **{**given, **changed})


def code_of(header: str, **changed) -> str:
    with pytest.raises(Problem) as caught:
        check(header, **changed)
    return caught.value.code


def test_a_token_names_the_agency_that_asks():
    assert check(token()) == COMPONENT


@pytest.mark.parametrize(
    "changed", [{"target": "/exchange/v1/mailbox?after=4"}, {"method": "POST"}, {"receiver": OTHER}]
)
def test_a_token_for_another_request_does_not_serve(changed):
    assert code_of(token(), **changed) == "EXC-TOKEN-TARGET"


def test_a_token_ends_after_five_minutes():
    assert check(token(), at=datetime.now(UTC) + timedelta(seconds=250)) == COMPONENT
    assert code_of(token(), at=datetime.now(UTC) + timedelta(minutes=30)) == "EXC-TOKEN-TIME"


def test_a_node_cannot_ask_for_another_agency():
    assert code_of(token(by=node(OTHER, "sign"))) == "EXC-SENDER"


def test_a_certificate_for_another_use_does_not_ask():
    assert code_of(token(by=holder(COMPONENT, "tls"))) == "EXC-CERT-USE"


@pytest.mark.parametrize(
    "header", ["", "Bearer abc", "CCVC ", "CCVC a.b", "CCVC a.b.c", "CCVC " + "a" * 20_000]
)
def test_what_is_no_token_is_refused(header: str):
    assert code_of(header).startswith("EXC-")


def test_a_changed_token_is_refused():
    good = token()
    head, payload, signature = good.split(".")
    assert code_of(".".join((head, payload[:-4] + "AAAA", signature))) in {"EXC-TOKEN", "EXC-SIGNATURE"}
