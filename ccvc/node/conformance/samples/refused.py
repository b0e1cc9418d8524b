"""Packages that are taken, in which records are refused: one for each code a sender can cause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ccvc import standard
from ccvc.node.conformance.samples.draft import Draft, approved
from ccvc.node.conformance.samples.sample import Maker, Sample
from ccvc.node.conformance.samples.scheme import (
    OTHER,
    SENDER,
    STRANGER,
    Approval,
    Change,
    Scheme,
    approval_line,
    change,
    change_lines,
    document,
    person,
)

Lines = Callable[[Scheme], Sequence[bytes]]
FUTURE, EARLIER = "2099-01", "2023-05"
UNREADABLE = b'{"standard":"2026-07","identity":{"full_name":"\xff"}}'


def one(code: str, lines: Lines, record: int = 1) -> Maker:
    """A package of its own in which one record is refused."""
    return lambda scheme: Sample(Draft(scheme, lines(scheme)).build(), refused=[(record, code)])


def single(make: Callable[[], Change]) -> Lines:
    """One change under a valid approval."""
    return lambda scheme: approved(scheme, make())


def unknown_line(scheme: Scheme) -> list[bytes]:
    return [*approved(scheme, change(1)), b'{"text":"?","type":"note"}']


def by_stranger(scheme: Scheme) -> list[bytes]:
    by = scheme.issue(SENDER, "approve", by=scheme.stranger, days=300)
    return [approval_line([change(1)], Approval(by), scheme.at), *change_lines([change(1)])]


def misshapen(scheme: Scheme) -> list[bytes]:
    approval = Approval(scheme.pair(SENDER, "approve"), payload=b'{"format":"ccvc-approval/1"}')
    return [approval_line([change(1)], approval, scheme.at), *change_lines([change(1)])]


def by_other_agency(scheme: Scheme) -> list[bytes]:
    approval = Approval(scheme.pair(STRANGER, "approve"), STRANGER)
    return [approval_line([change(1)], approval, scheme.at), *change_lines([change(1)])]


def missing_leaves(scheme: Scheme) -> list[bytes]:
    approval = Approval(scheme.pair(SENDER, "approve"), leaves=b"")
    return [approval_line([change(1)], approval, scheme.at), *change_lines([change(1)])]


def under_nothing(scheme: Scheme) -> list[bytes]:
    return [approved(scheme, change(1))[0], *change_lines([change(1)], approval=5)]


def reworded(scheme: Scheme) -> list[bytes]:
    return [approved(scheme, change(1))[0], *change_lines([change(1, reason="Viết lại sau khi ký")])]


def other_document(scheme: Scheme) -> list[bytes]:
    spoilt = replace(change(1), document=standard.canonical(document(1, full_name="Nguyễn Văn Khác")))
    return [approved(scheme, change(1))[0], *change_lines([spoilt])]


def twins(scheme: Scheme) -> list[bytes]:
    number = document(1)["identity"]["personal_id"]
    return approved(scheme, change(1), change(2, document(2, personal_id=number)))


LINES: dict[str, tuple[Lines, int]] = {
    "EXC-LINE": (unknown_line, 2),
    "EXC-APPROVAL-SIGNATURE": (by_stranger, 1),
    "EXC-APPROVAL-FORMAT": (misshapen, 1),
    "EXC-APPROVAL-AGENCY": (by_other_agency, 1),
    "EXC-APPROVAL-LEAVES": (missing_leaves, 1),
    "EXC-CHANGE-APPROVAL": (under_nothing, 1),
    "EXC-CHANGE-LEAF": (reworded, 1),
    "EXC-CHANGE-DOCUMENT": (other_document, 1),
    "EXC-CHANGE-STATEMENT": (single(lambda: change(1, kind="invent")), 1),
    "EXC-CHANGE-AGENCY": (single(lambda: change(1, agency=STRANGER)), 1),
    "REG-INVALID": (single(lambda: change(1, document(1, birth_date="1985-13-40"))), 1),
    "REG-UNREADABLE": (single(lambda: change(1, raw=UNREADABLE)), 1),
    "REG-DUPLICATE": (twins, 2),
    "REG-CHAIN": (single(lambda: change(1, number=2, base="0" * 64, kind="update")), 1),
    "REG-NUMBER": (single(lambda: change(1, personal_id="040085099999")), 1),
    "REG-STANDARD": (single(lambda: change(1, standard=EARLIER)), 1),
    "STD-VERSION-UNKNOWN": (single(lambda: change(1, standard="2020-01")), 1),
    "REG-STATEMENT": (single(lambda: change(1, valid_from="hôm nay")), 1),
    "REG-NEWER": (single(lambda: change(1, {**document(1), "standard": FUTURE}, standard=FUTURE)), 1),
}


def of_other(scheme: Scheme, known: Change) -> bytes:
    """A package of another agency, number 1 of its own stream."""
    return Draft(scheme, approved(scheme, known, agency=OTHER), OTHER).build()


def theirs() -> Change:
    return change(7, agency=OTHER, unit=OTHER)


def conflict(scheme: Scheme) -> Sample:
    """The same personal number as a person of another agency."""
    claimed = change(1, document(1, personal_id=document(7)["identity"]["personal_id"]))
    mine = Draft(scheme, approved(scheme, claimed)).build()
    return Sample(mine, [of_other(scheme, theirs())], refused=[(1, "REG-CONFLICT")])


def not_manager(scheme: Scheme) -> Sample:
    """A next version of a person of another agency."""
    mine = change(7, person=str(person(7)), number=2, base=theirs().hash, kind="update")
    data = Draft(scheme, approved(scheme, mine)).build()
    return Sample(data, [of_other(scheme, theirs())], refused=[(1, "REG-NOT-MANAGER")])


def stream(scheme: Scheme, *contents: Sequence[bytes]) -> list[bytes]:
    """Packages of one stream, numbered and chained."""
    made: list[bytes] = []
    previous = None
    for number, lines in enumerate(contents, start=1):
        draft = Draft(scheme, lines, stated={"sequence": number, "previous": previous})
        made.append(draft.build())
        previous = draft.digest
    return made


def replaces(scheme: Scheme) -> Sample:
    """A version that is there, with other content."""
    other = change(1, document(1, full_name="Nguyễn Văn Khác"))
    *before, data = stream(scheme, approved(scheme, change(1)), approved(scheme, other))
    return Sample(data, before, refused=[(1, "REG-REPLACES")])


def passed(scheme: Scheme) -> Sample:
    """A version that was refused, after a newer one was accepted."""
    bad = change(1, document(1, birth_date="1985-13-40"))
    good = change(1, number=2, base=bad.hash, kind="correct")
    *before, data = stream(scheme, *(approved(scheme, version) for version in (bad, good, bad)))
    return Sample(data, before, refused=[(1, "REG-PASSED")])


SAMPLES: dict[str, Maker] = {
    **{code: one(code, lines, record) for code, (lines, record) in LINES.items()},
    "REG-CONFLICT": conflict,
    "REG-NOT-MANAGER": not_manager,
    "REG-REPLACES": replaces,
    "REG-PASSED": passed,
}
