"""What every refusal must be: a stable code, Vietnamese words, a next step, and nothing half done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.access.world import fingerprint

CODE = re.compile(r"<code>([A-Z]{3}-[A-Z0-9-]+)</code>")
VIETNAMESE = re.compile(
    r"[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE
)


def said(answer: Any) -> tuple[str, str]:
    """Code and words of a refusal on a page; its words are Vietnamese and say what to do."""
    page = answer.content.decode()
    box = re.search(r'<div class="problem" role="alert">.*?Mã lỗi.*?</div>', page, re.DOTALL)
    assert box is not None, page[-3000:]
    found, text = CODE.search(box[0].rpartition("Mã lỗi")[2]), re.sub(r"<[^>]+>", " ", box[0])
    assert found is not None
    assert VIETNAMESE.search(text)
    assert "Việc cần làm:" in text
    return found[1], " ".join(text.split())


def said_in_json(answer: Any) -> str:
    """Code of a refusal to a program; its words are Vietnamese and say what to do."""
    body = answer.json()
    assert VIETNAMESE.search(body["message"])
    assert VIETNAMESE.search(body["next"])
    return str(body["code"])


@contextmanager
def nothing_but(*tables: str) -> Iterator[None]:
    """No row of any other table is different afterwards."""
    before = set(fingerprint())
    yield
    changed = {table for table, *_ in before ^ set(fingerprint())}
    assert changed <= set(tables), changed - set(tables)


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}
