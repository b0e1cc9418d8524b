"""Which encoding a column of text is written in: known, or it cannot be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ccvc.standard.encodings.evidence import Evidence, Tally, as_unicode, tally
from ccvc.standard.encodings.tables import CODECS, Encoding, characters, convert, is_unicode
from ccvc.standard.encodings.words import Says, readings, words

ENOUGH = 2.0
"""The least score that makes an old encoding sure."""

ENOUGH_AMONG_UNICODE, WORDS_AMONG_UNICODE = 6.0, 3
"""The same where other values of the column are Unicode: people go on in Unicode where a file began in TCVN3."""

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """The encoding of a column (None: cannot be told), how sure that is (0 to 1), and what speaks for it.

    `mixed`: other values of the column are Unicode. `small_only`: no capital was met in TCVN3, so the font may have
    been one of capitals. `examples`: words as they stand and as they are read.
    """

    encoding: Encoding | None
    confidence: float
    weight: float = 0
    against: int = 0
    mixed: bool = False
    small_only: bool = False
    examples: tuple[tuple[str, str], ...] = ()

    @property
    def is_old(self) -> bool:
        """Whether values must be converted to be read."""
        return self.encoding is not None and self.encoding.is_old

    def read(self, value: str, *, capitals: bool = False) -> str:
        """One value of the column in Unicode; a value that is not in the column's encoding stays as it is."""
        if self.encoding is None or value.isascii():
            return value.upper() if capitals else value
        if self.is_old and not self._applies(value):
            return value
        return convert(value, self.encoding, capitals=capitals)

    def _applies(self, value: str) -> bool:
        """In a mixed column a value must speak for itself; else it must not be right in Unicode, or foreign."""
        if self.encoding is None or is_unicode(value):
            return False
        said = [(word, readings(word)[self.encoding].says) for word in words(value)]
        if self.mixed or any(says is Says.FOR for _, says in said):
            return any(says is Says.FOR for _, says in said)
        return not any(
            says is Says.AGAINST or (says is Says.STRANGE and word.isalpha()) for word, says in said
        )


def recognise(values: Iterable[str]) -> Verdict:
    """Tell the encoding of a column, or of any text that one person wrote in one way."""
    return _verdict(tally(values))


def recognise_table(columns: Sequence[Iterable[str]]) -> list[Verdict]:
    """Tell the encodings of the columns of one table: a column that says too little follows the others."""
    tallies = [tally(values) for values in columns]
    verdicts = [_verdict(one) for one in tallies]
    sure = {verdict.encoding for verdict in verdicts if verdict.encoding and verdict.is_old}
    if len(sure) != 1:
        return verdicts
    (encoding,) = sure
    others_unicode = any(one.unicode for one in tallies)
    return [
        _old(one, encoding)
        if not verdict.is_old and _may_follow(one, encoding, others_unicode=others_unicode)
        else verdict
        for one, verdict in zip(tallies, verdicts, strict=True)
    ]


def recognise_bytes(values: Iterable[bytes]) -> Verdict:
    """Tell the encoding of bytes of text, as databases and text files hold them."""
    given = list(values)
    if all(map(_is_utf8, given)):
        return Verdict(Encoding.UNICODE, 1)
    shown = recognise(_shown(given, Encoding.TCVN3))
    if shown.is_old:
        return shown
    joined = as_unicode(_shown(given, Encoding.DECOMPOSED))
    if joined.score < ENOUGH:
        return Verdict(None, 0, joined.weight, joined.doubts, examples=_examples(joined))
    return Verdict(Encoding.DECOMPOSED, _confidence(joined.score / ENOUGH), joined.weight, joined.doubts)


def _verdict(found: Tally) -> Verdict:
    encoding, evidence = found.best()
    if found.unicode:
        sure = evidence.score >= ENOUGH_AMONG_UNICODE and len(evidence.words) >= WORDS_AMONG_UNICODE
        return _old(found, encoding) if sure else _unicode(found)
    if evidence.score >= ENOUGH:
        return _old(found, encoding)
    if evidence.score > 0 or (found.either == 1 and not evidence.doubts):
        return Verdict(None, 0, evidence.weight, evidence.doubts, examples=_examples(evidence))
    return _unicode(found)


def _unicode(found: Tally) -> Verdict:
    words = found.unicode + found.either + min(one.doubts for one in found.old.values())
    confidence = 1.0 if not words else _confidence(words)
    return Verdict(Encoding.DECOMPOSED if found.apart else Encoding.UNICODE, confidence)


def _old(found: Tally, encoding: Encoding) -> Verdict:
    evidence = found.old[encoding]
    return Verdict(
        encoding=encoding,
        confidence=_confidence(max(evidence.score, 0) / ENOUGH),
        weight=evidence.weight,
        against=evidence.doubts,
        mixed=found.unicode > 0,
        small_only=encoding is Encoding.TCVN3 and not found.capitals,
        examples=_examples(evidence),
    )


def _confidence(times: float) -> float:
    """Each time the evidence would have been enough takes half of the doubt away."""
    return float(1 - 0.5 ** (1 + times))


def _examples(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    longest = sorted(evidence.words.items(), key=lambda pair: -len(pair[1]))
    return tuple(longest[:_EXAMPLES])


def _may_follow(found: Tally, encoding: Encoding, *, others_unicode: bool) -> bool:
    """A column without a word against, and with one for; or with none for, in a table without Unicode."""
    evidence = found.old[encoding]
    if found.unicode or evidence.doubts:
        return False
    return evidence.weight > 0 or (found.either > 0 and not others_unicode)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode(CODECS[Encoding.UNICODE][0])
    except UnicodeDecodeError:
        return False
    return True


def _shown(values: Sequence[bytes], encoding: Encoding) -> list[str]:
    """The characters of the bytes, without what has none."""
    return [text for raw in values if (text := _characters(raw, encoding)) is not None]


def _characters(raw: bytes, encoding: Encoding) -> str | None:
    try:
        return characters(raw, encoding)
    except UnicodeDecodeError:
        return None
