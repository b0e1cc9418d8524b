"""A form filled with a dossier: lines and tables of text, as every layout prints them. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ccvc import standard
from ccvc.documents.catalogue import Column, Form, Item, Part

MISSING = "Chưa có dữ liệu"
NONE = "Không"
WIDEST = 7
"""Columns a table of the standard has before the rest of a row is told in one."""
LONGEST_WORD = 24
WIDTHS = {
    "date": 11,
    "partial_date": 11,
    "integer": 7,
    "decimal": 7,
    "boolean": 7,
    "code": 12,
    "personal_id": 12,
}
WIDE = 18
FIRST = ("from", "to", "year", "effective_from", "decided_on", "added_on", "declared_on")
"""Cells by which rows stand in order of time, the first one a table has."""
OTHER = "Thông tin khác"

Block = dict[str, Any]
Document = Mapping[str, Any]
Cell = dict[str, Any]


def fill(form: Form, document: Document, chosen: Sequence[str] = ()) -> list[Block]:
    """The blocks of a document about one person."""
    if form.groups:
        return list(_groups([*standard.current().groups], document))
    if form.kind == "down":
        return list(_groups(chosen, document))
    if form.kind == "confirmation":
        return [_line("", [_part(_field_part(path), document)]) for path in chosen]
    return [block for item in form.item for block in _item(item, document)]


def fill_across(documents: Sequence[Document], chosen: Sequence[str]) -> list[Block]:
    """One table of many people, numbered, with the chosen columns."""
    fields = [standard.current().fields[path] for path in chosen]
    head = ["TT", *(field.label_vi for field in fields)]
    widths = [4, *(_width(field) for field in fields)]
    rows = [
        [text(str(number)), *(value_of(document, path) for path in chosen)]
        for number, document in enumerate(documents, 1)
    ]
    return [
        {"t": "table", "no": "", "label": "", "head": head, "widths": widths, "rows": rows, "dense": True}
    ]


def head_of(form: Form, document: Document) -> list[Cell]:
    """The labelled values above the items."""
    return [_part(part, document) for part in form.head]


def text(value: str) -> Cell:
    """A given text."""
    return {"v": printable(value), "m": False}


def missing(words: str = MISSING) -> Cell:
    """What is not there, said in words."""
    return {"v": words, "m": True}


def printable(value: str) -> str:
    """Text without what would not be seen or would turn the reading order; very long words may be broken."""
    kept = unicodedata.normalize("NFC", value)
    if not kept.isprintable():
        kept = "".join(c for c in kept if c == "\n" or _visible(c))
    if len(kept) <= LONGEST_WORD:
        return kept
    words = [_breakable(word) if len(word) > LONGEST_WORD else word for word in kept.split(" ")]
    return " ".join(words)


def _visible(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _breakable(word: str) -> str:
    return "\u200b".join(word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD))


def value_of(document: Document, path: str) -> Cell:
    """The value at the path of a field, as people read it; what is missing or none says so."""
    group, _, name = path.partition(".")
    return shown(path, document.get(group, {}).get(name))


def shown(path: str, value: Any) -> Cell:
    """One value as people read it; a code of a rank with the code, which forms ask for."""
    if value is None or value in ("", []):
        return missing()
    if standard.state_of(value) == "none":
        return text(NONE)
    words = standard.display(path, value)
    field = standard.current().find(path)
    if isinstance(field, standard.Field) and field.code_list == "ranks" and words != value:
        words = f"{words} ({value})"
    return text(words)


def _field_part(path: str) -> Part:
    return Part(label=standard.current().label(path), path=path)


def _item(item: Item, document: Document) -> Iterator[Block]:
    if item.title:
        yield {"t": "title", "no": item.no, "text": item.title}
    elif item.table:
        yield _table(item.no, item.label, item.table, item.columns, _rows(document, item.table, item.where))
    else:
        yield _line(item.no, [_part(part, document) for part in item.parts])


def _line(no: str, parts: list[Cell]) -> Block:
    return {"t": "line", "no": no, "parts": parts}


def _part(part: Part, document: Document) -> Cell:
    if part.gap:
        found = missing()
    elif part.rows:
        found = _told(part, document)
    else:
        found = value_of(document, part.path)
    if part.upper and not found["m"]:
        found = found | {"v": found["v"].upper(), "strong": True}
    return {"l": part.label, **found}


def _told(part: Part, document: Document) -> Cell:
    """What the rows of a table say, one after another."""
    rows = _rows(document, part.rows, part.where)
    if not isinstance(rows, list):
        return rows
    told = [" – ".join(_given(part.rows, part.cells, row)) for row in (rows[-1:] if part.last else rows)]
    return text("; ".join(one for one in told if one)) if any(told) else missing()


def _given(table: str, cells: Sequence[str], row: Mapping[str, Any]) -> list[str]:
    shown_cells = (shown(f"{table}[].{cell}", row.get(cell)) for cell in cells)
    return [cell["v"] for cell in shown_cells if not cell["m"]]


def _rows(
    document: Document, path: str, where: Mapping[str, Sequence[str]]
) -> list[Mapping[str, Any]] | Cell:
    """The rows of a table that fit, in order of time; or the cell that says why there are none."""
    group, _, name = path.partition(".")
    rows = document.get(group, {}).get(name)
    if not isinstance(rows, list):
        return shown(path, rows)
    kept = [row for row in rows if all(_cell(row, cell) in wanted for cell, wanted in where.items())]
    return sorted(kept, key=_time) if kept else missing()


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _time(row: Mapping[str, Any]) -> str:
    """A row's beginning; one without stands last, in the order it was given."""
    found = next((row[name] for name in FIRST if row.get(name)), "9999")
    return str(found)


def _table(
    no: str, label: str, path: str, columns: Sequence[Column], rows: list[Mapping[str, Any]] | Cell
) -> Block:
    block = {"t": "table", "no": no, "label": label, "dense": False}
    head, widths = [column.label for column in columns], [column.width for column in columns]
    if not isinstance(rows, list):
        return block | {"head": head, "widths": widths, "rows": [], "none": rows["v"]}
    return block | {
        "head": head,
        "widths": widths,
        "rows": [[_joined(path, column, row) for column in columns] for row in rows],
    }


def _joined(path: str, column: Column, row: Mapping[str, Any]) -> Cell:
    if column.rest:
        cells = standard.current().tables[path].members
        named = ((cells[c].label_vi, shown(f"{path}[].{c}", row.get(c))) for c in column.cells)
        given = [f"{label}: {cell['v']}" for label, cell in named if not cell["m"]]
        return text("; ".join(given)) if given else text("")
    given = _given(path, column.cells, row)
    return text("; ".join(given)) if given else text("")


def _groups(names: Sequence[str], document: Document) -> Iterator[Block]:
    """Whole groups of the standard: what is given as lines and tables, what is not in one sentence."""
    groups = standard.current().groups
    for number, name in enumerate(names, 1):
        group = groups[name]
        yield {"t": "title", "no": str(number), "text": group.label_vi}
        at, absent = 0, []
        for field in group.fields:
            found = value_of(document, field.path)
            if found["m"]:
                absent.append(field.label_vi)
                continue
            at += 1
            yield _line(f"{number}.{at}", [{"l": standard.current().label(field.path), **found}])
        for table in group.tables:
            rows = _rows(document, table.path, {})
            if isinstance(rows, list):
                at += 1
                yield _table(f"{number}.{at}", table.label_vi, table.path, _columns(table, rows), rows)
            elif rows["m"]:
                absent.append(table.label_vi)
            else:
                at += 1
                yield _line(f"{number}.{at}", [{"l": table.label_vi, **rows}])
        if absent:
            yield {"t": "absent", "text": f"{MISSING}: {'; '.join(absent)}."}


def _columns(table: standard.Table, rows: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Columns for the cells any row has; beyond what a page holds, the rest in one."""
    cells = [field for field in table.fields if any(row.get(field.name) is not None for row in rows)]
    own = cells if len(cells) <= WIDEST else cells[: WIDEST - 2]
    columns = [Column(field.label_vi, [field.name], _width(field)) for field in own]
    rest = [field.name for field in cells[len(own) :]]
    return [*columns, Column(OTHER, rest, 2 * WIDE, rest=True)] if rest else columns


def _width(field: standard.Field) -> int:
    return WIDTHS.get(field.type, WIDE)
