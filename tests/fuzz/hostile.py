"""Values that have broken programs before: texts, numbers, days, and places to put them."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

TEXTS = (
    "",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\u00a0",
    " x",
    "x ",
    "\u00a0Nguyễn Văn An",
    "An\u00a0",
    "Nguyễn\u00a0An",
    "a  b",
    "\u2003x",
    "\u3000x\u3000",
    "\u200bAn",
    "A\u200bn",
    "\u200d",
    "\u2060",
    "\ufeffAn",
    "\u00ad",
    "\u034f",
    "\u202eneyugN",
    "\u2066x\u2069",
    "\u200f1",
    "\u061c",
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\u2028",
    "a\u2029b",
    "\ud800",
    "a\udfffb",
    "\ufffe",
    "\uffff",
    "\U0010ffff",
    "\U000e0041",
    "e\u0301" * 40,
    "Z" + "\u0300" * 400,
    "Nguyễn Văn An",
    "Nguyê\u0303n",
    "Ng\u0323",
    "İ",
    "ß",
    "ﬁ",
    "ǆ",
    "½",
    "²",
    "٣١/٠٢/٢٠٢٠",
    "०१२",
    "０４００８５",
    "Ⅷ",
    "A" * 501,
    "A" * 10_001,
    "ă" * 4_000,
    "x" * 70_000,
    "<script>alert(1)</script>",
    "<!--",
    "]]>",
    "&amp;",
    "&#0;",
    "'; DROP TABLE x; --",
    "\\",
    "\\u0000",
    "\\x",
    '"',
    "''",
    "%s%n%%",
    "{0}",
    "{where}",
    "{",
    "}",
    "$$",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "-nt-",
    "x",
    "X",
    "không",
    "Không rõ",
    "none",
    "null",
    "true",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "-1e400",
    "1e-400",
    "1e9999999",
    "1e999999999",
    "0",
    "-0",
    "00",
    "1,5",
    "1.5",
    "1.000.000,50",
    "--1",
    "+1",
    "0x10",
    "1_000",
    "٣",
    "9" * 30,
    "9" * 5_000,
    "0." + "0" * 5_000,
    "1e",
    ".",
    ",",
    "31/02/2020",
    "29/02/2100",
    "00/00/0000",
    "0000-00-00",
    "2026-02-29",
    "9999-12-31",
    "10000-01-01",
    "0001-01-01",
    "1799-12-31",
    "2200-01-01",
    "1985-3-7",
    "07/03/85",
    "2026-11-21T00:00:00Z",
    "2026-11-21T25:61:61+99:99",
    "24:00",
    "1985",
    "13/1985",
    "tháng 3",
    "#REF!",
    "#N/A",
    "#",
    "()",
    "040085000001",
    "40085000001",
    "0400850000012",
    "04008500000O",
    "H41",
    "H41.12",
    "h41",
    "Z99",
    "H41." + "1." * 40,
    "ccvc-change/1",
    "2026-07",
    "2023-05",
    "1900-01",
    "9999-99",
    "00000000-0000-0000-0000-000000000000",
    "f" * 64,
    "F" * 64,
)

NUMBERS: tuple[Any, ...] = (
    0,
    1,
    -1,
    2,
    10,
    100,
    255,
    256,
    65_535,
    65_536,
    2**31 - 1,
    2**31,
    -(2**31) - 1,
    2**53 - 1,
    2**53,
    2**53 + 1,
    2**63 - 1,
    2**63,
    2**64,
    -(2**63) - 1,
    10**30,
    10**4_000,
    0.0,
    -0.0,
    0.1,
    1.5,
    1e15,
    1e16,
    1e22,
    1e300,
    -1e300,
    5e-324,
    45_000,
    45_000.5,
    2_958_465,
    2_958_466,
    1e400,
    -1e400,
    float("nan"),
)

SCALARS: tuple[Any, ...] = (
    None,
    True,
    False,
    [],
    {},
    [[]],
    [None],
    {"": None},
    {"state": "none"},
    {"state": []},
)


def text(rng: Random) -> str:
    """A hostile text, or two of them run together, or random letters."""
    kind = rng.random()
    if kind < 0.7:
        return rng.choice(TEXTS)
    if kind < 0.85:
        return rng.choice(TEXTS) + rng.choice(TEXTS)
    return "".join(
        chr(rng.choice((rng.randrange(0x80), rng.randrange(0x2100), rng.randrange(0x110000))))
        for _ in range(rng.randrange(12))
    )


def printable(rng: Random) -> str:
    """A hostile text that can be encoded in UTF-8."""
    return text(rng).encode(errors="replace").decode()


def scalar(rng: Random) -> Any:
    """A hostile text, number or other value of JSON, which may be changed further."""
    kind = rng.random()
    if kind < 0.6:
        return text(rng)
    return rng.choice(NUMBERS) if kind < 0.85 else copy.deepcopy(rng.choice(SCALARS))


def nested(rng: Random) -> Any:
    """Lists and objects in one another, some way down."""
    made: Any = scalar(rng)
    for _ in range(rng.choice((2, 20, 90, 300))):
        made = [made] if rng.random() < 0.5 else {rng.choice(("a", "id", "state", "")): made}
    return made
