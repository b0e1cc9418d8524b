"""Why a service gave no answer is told in the reader's language, whatever the system's own words."""

from __future__ import annotations

import socket

import pytest

from ccvc.signing.fetching import Question, ask
from ccvc.standard.problems import Problem


def refusal(url: str, seconds: float = 0.2) -> Problem:
    with pytest.raises(Problem) as caught:
        ask(Question(url, 100, seconds=seconds), [url])
    return caught.value


def silent() -> socket.socket:
    """A service that takes a connection and says nothing."""
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    return server


def test_what_kept_a_service_from_answering_is_told_in_both_languages() -> None:
    with silent() as server:
        port = server.getsockname()[1]
        late = refusal(f"http://127.0.0.1:{port}/")
    assert "quá thời gian chờ (TimeoutError)" in late.message()
    assert "the time to wait is over (TimeoutError)" in late.message("en")
    down = refusal(f"http://127.0.0.1:{port}/")
    assert "bên kia không nhận kết nối (errno 111)" in down.message()
    assert "Connection refused" not in down.message("en")
    assert "the other side takes no connection (errno 111)" in down.message("en")
    assert "địa chỉ không đúng quy cách" in refusal("http://[::1/").message()
