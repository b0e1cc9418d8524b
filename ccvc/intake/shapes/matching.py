"""Columns told by what stands over them: labels and synonyms of the standard, habits of lists. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import msgspec

from ccvc import standard
from ccvc.intake.layout import Column, Sheet, letters
from ccvc.intake.shapes.mapping import Rule, Use
from ccvc.intake.shapes.words import bare_key, key

NAME = "identity.full_name"
SEX = "identity.sex"
BIRTH = "identity.birth_date"

COUNTERS = frozenset({"stt", "tt", "sott", "sothutu", "sothutudong"})
_PASSED_OVER = COUNTERS | {"ghichu", "chuky", "kynhan", "kyten", "kyxacnhan", "tuoi", "ghi chu", "xacnhan"}
_NAME_BEGINS = {"hovatendem", "hodem", "holot", "hovachulot", "ho", "hotendem", "hovadem", "hovatenlot"}
_NAME_ENDS = {"ten", "tengoi"}
_SEXES = {"nam": "Nam", "nữ": "Nữ", "nu": "Nữ"}
_OTHER_PEOPLE = ("vochong", "hotencha", "hotenme", "concai", "giadinh", "thannhan", "nguoithan", "nguoinhan")
_SHORTEST_PART = 6

Headings = Mapping[int, tuple[str, ...]]


class Spellings:
    """The ways of writing the columns of a sheet. `known`: labels of all first, since an exact label wins."""

    def __init__(self, sheet: Sheet) -> None:
        self.known: dict[str, list[Column]] = {}
        for wanted, column in _spellings(sheet):
            self.known.setdefault(wanted, []).append(column)
        self._longest_first = sorted(
            (k for k in self.known if len(k) >= _SHORTEST_PART), key=len, reverse=True
        )
        self._within: dict[str, Sequence[Column]] = {}

    def within(self, text: str) -> Sequence[Column]:
        """The columns whose spelling is the longest that stands in a text; a sheet's headings say much twice."""
        if text not in self._within:
            best = next((k for k in self._longest_first if k in text), "")
            self._within[text] = self.known.get(best, ())
        return self._within[text]


@dataclass(slots=True)
class Match:
    """What the headings of one block say of its columns, for one sheet of the layout."""

    sheet: Sheet
    headings: Headings
    spellings: Spellings
    used: dict[str, str] = field(default_factory=dict)  # path -> letters of its first column
    twice: list[tuple[str, str, str]] = field(
        default_factory=list
    )  # (letters, heading, letters of the first)

    uses: list[Use] = field(default_factory=list)  # for each column with a heading, in order

    def tell(self) -> None:
        """Tell the columns."""
        found = [self._use(index, texts) for index, texts in sorted(self.headings.items())]
        self.uses = _names_in_two(found, self.headings)

    @property
    def columns(self) -> int:
        """How many columns were told."""
        return sum(bool(use.path) for use in self.uses)

    @property
    def score(self) -> int:
        """How many different fields were found."""
        return len(self.used)

    def _use(self, index: int, texts: tuple[str, ...]) -> Use:
        blank = Use(column=letters(index), heading=" / ".join(texts))
        if key(texts[-1]) in _PASSED_OVER:
            return msgspec.structs.replace(blank, confidence="sure")
        if _of_others(texts[:-1]):
            return blank
        return self._by_marks(blank, texts) or self._by_words(blank, texts) or self._near(blank, texts)

    def _by_words(self, blank: Use, texts: tuple[str, ...]) -> Use | None:
        """A label or synonym: of all the texts over one another, then of fewer, the lowest alone last."""
        for wanted in _keys(texts):
            if fitting := self.spellings.known.get(wanted):
                return self._taken(blank, fitting)
        return None

    def _taken(self, blank: Use, fitting: Sequence[Column]) -> Use:
        """The k-th column with a heading fills the k-th field so labelled; one too many fills none."""
        column = next((c for c in fitting if c.path not in self.used), None)
        if column is None:
            first = self.used[fitting[0].path]
            if not self._goes_on(blank, fitting[0].path, first):
                self.twice.append((blank.column, blank.heading, first))
                return blank
            return msgspec.structs.replace(blank, path=NAME, rule="join", confidence="sure")
        self.used[column.path] = blank.column
        return msgspec.structs.replace(blank, path=column.path, confidence="sure")

    def _goes_on(self, blank: Use, path: str, first: str) -> bool:
        """One heading merged over two columns: the name in two parts."""
        here, there = blank.index, next((i for i in self.headings if letters(i) == first), -1)
        return path == NAME and here == there + 1 and self.headings[here] is not None and self._same(here)

    def _same(self, index: int) -> bool:
        return self.headings[index] == self.headings.get(index - 1)

    def _by_marks(self, blank: Use, texts: tuple[str, ...]) -> Use | None:
        """A column for one sex, or for one code, of the field named above it."""
        lowest, above = texts[-1], self._above(texts)
        sex = _SEXES.get(lowest.strip().casefold())
        if sex and (above is None or above.path in {SEX, BIRTH}):
            birth = above is not None and above.path == BIRTH
            self._hold((SEX, BIRTH) if birth else (SEX,), blank.column)
            rule: Rule = "by-sex" if birth else "mark"
            return msgspec.structs.replace(
                blank,
                path=BIRTH if birth else SEX,
                rule=rule,
                code=sex,
                confidence="sure" if above else "likely",
            )
        if above is None or above.field is None or above.field.type != "code" or len(texts) == 1:
            return None
        code = standard.current().codes[above.field.code_list or ""].find(lowest)
        if not code or any(k in self.spellings.known for k in _keys(texts) if k != key(lowest)):
            return None
        self._hold((above.path,), blank.column)
        return msgspec.structs.replace(blank, path=above.path, rule="mark", code=lowest, confidence="sure")

    def _above(self, texts: tuple[str, ...]) -> Column | None:
        """The field that the headings above the lowest name."""
        fitting = next((f for k in _keys(texts[:-1]) if (f := self.spellings.known.get(k))), None)
        return fitting[0] if fitting else None

    def _hold(self, paths: Sequence[str], column: str) -> None:
        for path in paths:
            self.used.setdefault(path, column)

    def _near(self, blank: Use, texts: tuple[str, ...]) -> Use:
        """A heading that says a known one and more: likely, no more."""
        text = key(texts[-1])
        free = [c for c in self.spellings.within(text) if c.path not in self.used]
        if not free or _of_others(texts[-1:]):
            return blank
        self.used[free[0].path] = blank.column
        return msgspec.structs.replace(blank, path=free[0].path, confidence="likely")


def match(sheet: Sheet, headings: Headings, spellings: Spellings) -> Match:
    """What a block's headings tell."""
    found = Match(sheet, headings, spellings)
    found.tell()
    return found


def _spellings(sheet: Sheet) -> Iterator[tuple[str, Column]]:
    for column in sheet.every:
        yield key(column.label), column
    for column in sheet.every:
        yield from ((key(text), column) for text in (column.field.synonyms if column.field else ()))


@lru_cache(maxsize=20_000)
def _of_others(texts: tuple[str, ...]) -> bool:
    """Whether headings speak of other people than the one the row is of."""
    return any(word in key(text) for text in texts for word in _OTHER_PEOPLE)


@lru_cache(maxsize=20_000)
def _keys(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_read(texts))


def _read(texts: tuple[str, ...]) -> Iterator[str]:
    """Ways of reading headings over one another: together from above, from below, the lowest alone."""
    for start in range(len(texts)):
        yield key(" ".join(texts[start:]))
        if start < len(texts) - 1:
            yield key(" ".join(reversed(texts[start:])))
    if texts:
        yield bare_key(" ".join(texts))
        yield bare_key(texts[-1]) or bare_key(" ".join(texts[:-1]))


def _names_in_two(uses: list[Use], headings: Headings) -> list[Use]:
    """Family name in one column and given name in the next are one name."""
    found = list(uses)
    for n, (one, two) in enumerate(pairwise(uses)):
        begins, ends = key(headings[one.index][-1]), key(headings[two.index][-1])
        if begins in _NAME_BEGINS and ends in _NAME_ENDS:
            found[n : n + 2] = [
                msgspec.structs.replace(use, path=NAME, rule="join", confidence="sure") for use in (one, two)
            ]
    if any(use.path == NAME and use.rule == "join" for use in found):
        found = [msgspec.structs.replace(use, rule="join") if use.path == NAME else use for use in found]
    return found
