"""Asking an authority's services over HTTP: only at addresses allowed beforehand, and within bounds."""

from __future__ import annotations

import ssl
import time
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

import httpx

from ccvc.signing.trouble import told
from ccvc.standard.problems import Problem

SECONDS = 10.0
TROUBLE = (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError)


@dataclass(frozen=True)
class Question:
    """What to ask: a body makes it a POST; `most` bytes of an answer are read, for `seconds` in all."""

    url: str
    most: int
    body: bytes | None = None
    kind: str = ""
    seconds: float = SECONDS


def ask(question: Question, allowed: Collection[str]) -> bytes:
    """The answer's body. Problem SIG-ADDRESS where the address is not one of those allowed, SIG-UNREACHABLE else.

    Redirections are not followed and no proxy is taken from the environment: nothing else is ever asked.
    """
    if question.url not in allowed:
        raise Problem("SIG-ADDRESS", address=question.url)
    method, headers = ("GET", {}) if question.body is None else ("POST", {"Content-Type": question.kind})
    deadline = time.monotonic() + question.seconds
    try:
        with (
            httpx.Client(
                timeout=question.seconds, follow_redirects=False, trust_env=False, verify=_tls()
            ) as client,
            client.stream(method, question.url, content=question.body, headers=headers) as streamed,
        ):
            if streamed.status_code != httpx.codes.OK:
                raise _unreachable(question, code := f"HTTP {streamed.status_code}", code)
            return _bounded(streamed, question, deadline)
    except TROUBLE as error:
        raise Problem("SIG-UNREACHABLE", address=question.url, **told(error)) from error


@cache
def _tls() -> ssl.SSLContext:
    """Made once: reading all authorities of the system takes longer than most answers."""
    return ssl.create_default_context()


def _bounded(streamed: httpx.Response, question: Question, deadline: float) -> bytes:
    """The body; a service that sends too much, or a byte now and then, is left."""
    held = bytearray()
    for part in streamed.iter_bytes():
        held += part
        if len(held) > question.most:
            raise _unreachable(
                question, f"dài hơn {question.most} byte", f"longer than {question.most} bytes"
            )
        if time.monotonic() > deadline:
            raise _unreachable(
                question, f"lâu hơn {question.seconds:g} giây", f"longer than {question.seconds:g} seconds"
            )
    return bytes(held)


def _unreachable(question: Question, reason: str, reason_en: str) -> Problem:
    return Problem("SIG-UNREACHABLE", address=question.url, reason=reason, reason_en=reason_en)
