"""A reorganisation of units to be signed: its statement names every step by their digest, and the steps are shown.

What the steps come to (the tree, the people named) is bound by a digest of its own, which the node's page shows too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from ccvc.signing.helper.papers import LONGEST, unreadable

FORMAT, PURPOSE = "ccvc-reorganisation/1", "reorganise"
REORGANISING = "Ký duyệt sắp xếp tổ chức"
SHOWN = 16
"""So many letters of the digest stand on the node's page."""
ACTS = {
    "open": "Thành lập",
    "rename": "Đổi tên",
    "move": "Chuyển cơ quan quản lý",
    "merge": "Sáp nhập, hợp nhất vào",
    "split": "Chia thành",
    "separate": "Tách một phần sang",
    "dissolve": "Giải thể, bàn giao cho",
    "reopen": "Lập lại",
}
PARTS = {
    "into": "",
    "code": "mã ",
    "name": "tên ",
    "parent_code": "thuộc ",
    "administrative_code": "mã hành chính ",
}
ALL = "*"
SEPARATED = re.compile(r"[^\s,;]+")


@dataclass(frozen=True)
class Step:
    """One step: which unit, what is done, and what becomes of it."""

    unit: str
    act: str
    outcome: str


def read_reorganisation(
    stated: bytes, steps: Sequence[Mapping[str, str]]
) -> tuple[tuple[tuple[str, str], ...], tuple[Step, ...]]:
    """What the statement says in words, and every step; Problem SIG-HELPER-UNREADABLE for other steps than its own.

    ValueError, KeyError, TypeError, AttributeError for what is no such thing.
    """
    said = orjson.loads(stated)
    if said["format"] != FORMAT or orjson.dumps(said, option=orjson.OPT_SORT_KEYS) != stated:
        raise unreadable("ccvc-reorganisation")
    kept = orjson.dumps(list(steps), option=orjson.OPT_SORT_KEYS)
    if not steps or hashlib.sha256(kept).hexdigest() != said["steps"]:
        raise unreadable("steps")
    return _facts(said, len(steps)), tuple(map(_step, steps))


def _facts(said: Mapping[str, Any], steps: int) -> tuple[tuple[str, str], ...]:
    undoing = (("Hoàn nguyên đợt", str(said["undoes"])),) if said["undoes"] else ()
    return (
        ("Đợt sắp xếp", str(said["title"])),
        ("Căn cứ", str(said["basis"])),
        ("Từ ngày", f"{date.fromisoformat(said['on']):%d/%m/%Y}"),
        ("Người soạn", str(said["drafted_by"])),
        *undoing,
        ("Số việc", str(steps)),
        ("Mã bản đã xem", str(said["digest"])[:SHOWN]),
    )


def _step(row: Mapping[str, str]) -> Step:
    parts = [f"{word}{row[name]}"[:LONGEST] for name, word in PARTS.items() if row.get(name)]
    return Step(str(row.get("unit", "")), ACTS[row["act"]], "; ".join([*parts, *_more(row)]))


def _more(row: Mapping[str, str]) -> list[str]:
    """Who goes there, and whether job positions end."""
    people = row.get("people", "")
    named = (
        f"{len(SEPARATED.findall(people))} người được nêu số định danh" if people and people != ALL else ""
    )
    return [text for text in (named, "vị trí việc làm kết thúc" if row.get("positions") else "") if text]
