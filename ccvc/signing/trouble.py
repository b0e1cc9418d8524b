"""Why another machine gave no answer, in people's words: the system's own are in English, whatever the page's."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

Words = tuple[str, str]
KINDS: tuple[tuple[type[BaseException], Words], ...] = (
    (
        ssl.SSLError,
        ("không thiết lập được kết nối an toàn với bên kia", "no secure connection with the other side"),
    ),
    (socket.gaierror, ("không tìm thấy máy có tên này", "no machine of this name is found")),
    (ConnectionRefusedError, ("bên kia không nhận kết nối", "the other side takes no connection")),
    (ConnectionError, ("kết nối bị ngắt giữa chừng", "the connection was broken off")),
    (TimeoutError, ("quá thời gian chờ", "the time to wait is over")),
    (httpx.TimeoutException, ("quá thời gian chờ", "the time to wait is over")),
    (httpx.InvalidURL, ("địa chỉ không đúng quy cách", "the address is malformed")),
    (UnicodeError, ("địa chỉ không đúng quy cách", "the address is malformed")),
    (httpx.ProtocolError, ("câu trả lời không đúng giao thức HTTP", "the answer is not HTTP")),
    (ValueError, ("câu trả lời không đọc được", "the answer cannot be read")),
)
UNKNOWN: Words = ("lỗi kết nối", "the connection failed")


def told(error: BaseException) -> dict[str, str]:
    """`reason` and `reason_en` of a problem; the kind of the error or its number stands behind, for whoever mends it.

    Libraries wrap the system's errors in their own: the first of KINDS that stands anywhere behind names the reason.
    """
    chain = list(_chain(error))
    found = ((one, words) for kind, words in KINDS for one in chain if isinstance(one, kind))
    one, (vi, en) = next(found, (error, UNKNOWN))
    errno = getattr(one, "errno", None)
    mark = f"errno {errno}" if errno else type(one).__name__
    return {"reason": f"{vi} ({mark})", "reason_en": f"{en} ({mark})"}


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
