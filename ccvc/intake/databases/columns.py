"""How the columns of a snapshot become cells: out of old encodings, through the tables of values. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from ccvc import standard
from ccvc.intake.cells.results import Raw
from ccvc.intake.databases.mapping import Filled, SourceMap
from ccvc.intake.databases.values import Kept, cell, value_of, words
from ccvc.standard.encodings import Encoding, convert, decode, recognise_table
from ccvc.standard.problems import Problem

AUTO = "auto"
CODED = ("code", "codes", "boolean")
SAMPLED = 2_000  # rows by which an encoding is recognised

Row = Sequence[Kept]
Text = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the cell of one field is read of a row: from which place, in which encoding, through which table."""

    column: str
    place: int
    encoding: Encoding
    text: Text
    table: str = ""
    map: Mapping[str, str] | None = None
    coded: bool = False

    def cell(self, row: Row) -> Raw | None:
        """The cell. A code no table lists becomes words that no field takes; free text stays as it is."""
        kept = self._text(row[self.place])
        if self.map is None:
            return cell(kept)
        word = words(kept)
        if word in self.map:
            return self.map[word]
        return unlisted(word, self.table) if word and self.coded else cell(kept)

    def unlisted(self, row: Row) -> str:
        """The value that its table does not list; empty where it does."""
        word = words(self._text(row[self.place]))
        return "" if self.map is None or word in self.map else word

    def _text(self, kept: Kept) -> Kept:
        if isinstance(kept, str):
            return self.text(kept)
        if isinstance(kept, dict) and "bytes" in kept:
            return self._decoded(value_of(kept))
        return kept

    def _decoded(self, raw: bytes) -> str:
        try:
            return decode(raw, self.encoding)
        except UnicodeDecodeError as error:
            encoding = str(self.encoding)
            raise Problem("INT-DB-BYTES", where=self.column, column=self.column, encoding=encoding) from error


def unlisted(word: str, table: str) -> str:
    """The cell of a code no table lists: the row goes back, and says why."""
    return f"“{word}” chưa có trong bảng quy đổi “{table}”"


def readings(
    source: SourceMap, key: str, columns: Sequence[str], rows: Callable[[], Iterable[Row]]
) -> list[Reading]:
    """For each field of a sheet how it is read; the first of the `rows` tell encodings that are to be found."""
    filled = list(source.sheets[key].filled(key))
    places = {name: place for place, name in enumerate(columns, start=1)}
    named = [how.encoding or source.encoding or Encoding.UNICODE for _, how in filled]
    found = _recognised(columns, rows()) if AUTO in named else {}
    return [
        _reading(source, path, how, places[how.column], found[how.column] if name == AUTO else _named(name))
        for (path, how), name in zip(filled, named, strict=True)
    ]


def _recognised(columns: Sequence[str], rows: Iterable[Row]) -> dict[str, tuple[Encoding, Text]]:
    first = list(islice(rows, SAMPLED))
    texts = [
        [value for row in first if isinstance(value := row[place], str)]
        for place, _ in enumerate(columns, start=1)
    ]
    verdicts = zip(columns, recognise_table(texts), strict=True)
    return {name: (verdict.encoding or Encoding.UNICODE, verdict.read) for name, verdict in verdicts}


def _named(name: str) -> tuple[Encoding, Text]:
    encoding = Encoding(name)
    return encoding, (str if encoding is Encoding.UNICODE else lambda text: convert(text, encoding))


def _reading(source: SourceMap, path: str, how: Filled, place: int, text: tuple[Encoding, Text]) -> Reading:
    if not how.values:
        return Reading(how.column, place, *text)
    declared = standard.current().fields.get(path)
    coded = declared is not None and declared.type in CODED
    return Reading(how.column, place, *text, how.values, source.values[how.values].map, coded)
