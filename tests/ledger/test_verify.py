from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ccvc.ledger import actions, verification, walk
from ccvc.ledger.domain import Fault, Reader, Report, Row, leaf_bytes, register_reader
from ccvc.ledger.models import Entry, Head, SignedHead
from ccvc.ledger.verification import verify
from ccvc.signing import certificates, merkle, revocation, store
from ccvc.signing.certificates import Issuer
from ccvc.signing.verification import Trust
from tests.ledger.test_append import fill
from tests.owner import behind_the_back, tamper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("authority", "readers")]


def codes(report: Report) -> list[tuple[str, int]]:
    return [(fault.code, fault.index) for fault in report.faults]


def first(report: Report) -> tuple[str, int]:
    assert report.first_fault is not None
    return report.first_fault.code, report.first_fault.index


def flip(data: bytes | memoryview, place: int = 0) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


def change(number: int, /, **columns: Any) -> None:
    with behind_the_back():
        assert Entry.objects.filter(pk=number).update(**columns) == 1


def rebuild() -> None:
    """What a forger with the whole database would do: hash everything again, the head too."""
    frontier = merkle.Frontier()
    for index, entry in enumerate(Entry.objects.order_by("index")):
        leaf = merkle.leaf_hash(leaf_bytes(index, entry.kind, entry.subject, entry.payload, entry.at))
        with behind_the_back():
            Entry.objects.filter(pk=entry.pk).update(leaf_hash=leaf, nodes=b"".join(frontier.append(leaf)))
    Head.objects.update(size=frontier.size, root=frontier.root(), frontier=frontier.to_bytes())


def test_an_untouched_log_fits() -> None:
    assert verify().ok
    fill(21)
    actions.sign_head()
    fill(3)
    done: list[tuple[int, int]] = []
    report = verify(lambda at, of: done.append((at, of)))
    assert report.ok
    assert (report.size, report.root) == (24, bytes(Head.objects.get().root).hex())
    assert (report.unread, report.entries, report.signed_heads) == ({"administrative": 24}, {}, 1)
    assert done[-1] == (24, 24)
    assert report.as_json()["ok"] is True


def test_the_walk_is_the_same_in_batches_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    fill(11)
    change(9, subject="khác")
    for size in (1, 3, 11, 100):
        monkeypatch.setattr(verification, "BATCH", size)
        assert codes(verify(all_faults=True)) == [("LED-CHANGED", 9)]


@pytest.mark.parametrize("index", [0, 1, 5, 7, 12])
@pytest.mark.parametrize("column", ["kind", "subject", "payload", "at"])
def test_a_changed_row_is_named_alone(index: int, column: str) -> None:
    fill(13)
    entry = Entry.objects.get(pk=index)
    value = entry.at + timedelta(microseconds=1) if column == "at" else getattr(entry, column) + " "
    change(index, **{column: value})
    report = verify(all_faults=True)
    assert codes(report) == [("LED-CHANGED", index)]
    assert report.faults[0].message.startswith(f"Mục {index} của sổ cái")


@pytest.mark.parametrize("index", [0, 1, 5, 7, 12])
def test_a_changed_leaf_hash_is_found(index: int) -> None:
    fill(13)
    change(index, leaf_hash=flip(Entry.objects.get(pk=index).leaf_hash))
    assert first(verify()) == ("LED-CHANGED", index)


@pytest.mark.parametrize("index", [1, 3, 7, 11])
def test_a_changed_node_hash_is_found(index: int) -> None:
    fill(13)
    nodes = Entry.objects.get(pk=index).nodes
    for place in range(0, len(nodes), 32):
        change(index, nodes=flip(nodes, place))
        assert first(verify()) == ("LED-NODE", index)


@pytest.mark.parametrize("damage", [b"", b"x", bytes(31), bytes(64)])
def test_node_hashes_lost_or_added_are_found(damage: bytes) -> None:
    fill(6)
    change(5, nodes=damage)
    assert first(verify()) == ("LED-NODE", 5)
    change(5, nodes=Entry.objects.get(pk=1).nodes)
    change(4, nodes=bytes(32))
    assert first(verify()) == ("LED-NODE", 4)


def test_a_row_forged_with_its_own_hash_is_found_by_the_hash_above() -> None:
    fill(13)
    entry = Entry.objects.get(pk=6)
    leaf = merkle.leaf_hash(leaf_bytes(6, entry.kind, entry.subject, '{"act":"forged"}', entry.at))
    change(6, payload='{"act":"forged"}', leaf_hash=leaf)
    report = verify(all_faults=True)
    assert codes(report) == [("LED-NODE", 7)]
    assert "từ 6 đến 7" in report.faults[0].message


def test_the_last_row_forged_with_its_own_hash_is_found_by_the_head() -> None:
    fill(13)
    entry = Entry.objects.get(pk=12)
    leaf = merkle.leaf_hash(leaf_bytes(12, entry.kind, entry.subject, "{}", entry.at))
    change(12, payload="{}", leaf_hash=leaf)
    assert first(verify()) == ("LED-HEAD", 12)


@pytest.mark.parametrize("gone", [[0], [4], [5, 6, 7], [11], [12], [0, 12]])
def test_removed_rows_are_named(gone: list[int]) -> None:
    fill(13)
    tamper("DELETE FROM ledger_entry WHERE index = ANY(%s)", gone)
    report = verify(all_faults=True)
    ends = [fault.subject.split("-") for fault in report.faults if fault.code == "LED-GAP"]
    assert sorted(n for begin, end in ends for n in range(int(begin), int(end) + 1)) == gone
    assert first(verify()) == ("LED-GAP", gone[0])


def test_rows_exchanged_are_found() -> None:
    fill(13)
    change(4, index=100)
    change(5, index=4)
    change(100, index=5)
    assert codes(verify(all_faults=True))[:2] == [("LED-CHANGED", 4), ("LED-NODE", 4)]


def test_a_row_removed_and_the_rest_moved_up_is_found() -> None:
    fill(13)
    tamper("DELETE FROM ledger_entry WHERE index = 4")
    for index in range(5, 13):
        change(index, index=index - 1)
    assert first(verify()) == ("LED-CHANGED", 4)


def test_two_changes_are_both_named() -> None:
    fill(40)
    change(3, payload="{}")
    change(30, subject="khác")
    assert codes(verify(all_faults=True)) == [("LED-CHANGED", 3), ("LED-CHANGED", 30)]
    assert codes(verify()) == [("LED-CHANGED", 3)]


@pytest.mark.parametrize("column", ["root", "frontier"])
def test_a_changed_head_is_found(column: str) -> None:
    fill(13)
    Head.objects.update(**{column: flip(getattr(Head.objects.get(), column))})
    assert codes(verify(all_faults=True)) == [("LED-HEAD", 12)]


def test_a_lost_head_is_found() -> None:
    fill(3)
    Head.objects.all().delete()
    assert first(verify()) == ("LED-EXTRA", 0)


def test_rows_beyond_the_head_are_found() -> None:
    fill(5)
    Entry.objects.create(index=5, kind="versions", subject="x", payload="{}", leaf_hash=bytes(32))
    assert codes(verify(all_faults=True)) == [("LED-EXTRA", 5)]


def test_a_tail_cut_cleanly_is_seen_by_the_signed_head() -> None:
    fill(9)
    signed = actions.sign_head()
    tamper("DELETE FROM ledger_entry WHERE index >= 6")
    rebuild()
    report = verify(all_faults=True)
    assert codes(report) == [("LED-CUT", 6)]
    assert "còn 6 mục" in report.faults[0].message
    assert "9 mục" in report.faults[0].message
    tamper("DELETE FROM ledger_signedhead")
    assert verify().ok, "nothing in this database can show it any more"
    assert first(verify(heads=[signed.jws])) == ("LED-RESTORED", 6)


def test_a_log_rewritten_cleanly_is_seen_by_the_signed_head() -> None:
    fill(9)
    actions.sign_head()
    fill(4)
    change(3, payload='{"act":"forged"}')
    rebuild()
    assert codes(verify(all_faults=True)) == [("LED-SIGNED", 8)]


def test_a_head_is_signed_once_for_each_size() -> None:
    fill(2)
    signed = actions.sign_head()
    assert actions.sign_head().pk == signed.pk
    fill(1)
    assert actions.sign_head().size == 3
    assert SignedHead.objects.count() == 2


@pytest.mark.parametrize("column", ["size", "root", "at", "jws"])
def test_a_changed_signed_head_is_not_believed(column: str) -> None:
    fill(4)
    signed = actions.sign_head()
    value: Any = getattr(signed, column)
    if column == "size":
        value = 3
    elif column == "root":
        value = flip(value)
    elif column == "at":
        value += timedelta(seconds=1)
    else:
        value = copy.deepcopy(value)
        text = value["signatures"][0]["signature"]
        value["signatures"][0]["signature"] = ("B" if text[0] == "A" else "A") + text[1:]
    with behind_the_back():
        SignedHead.objects.update(**{column: value})
    report = verify(all_faults=True)
    assert [fault.code for fault in report.faults] == ["LED-SIGNATURE"]
    assert report.signed_heads == 0


def test_a_head_signed_by_a_stranger_is_not_believed(authority: Issuer, tmp_path: Path) -> None:
    fill(2)
    stranger = certificates.create_authority("CA lạ")
    own = store.node_keys()
    cert = certificates.issue(
        stranger, own.sign.key.public_key(), common_name="nút", agency_code="H41", use="sign"
    )
    store.save_node_key(tmp_path, "sign", own.sign.key, [cert])
    signed = actions.sign_head()
    assert [fault.code for fault in verify().faults] == ["LED-SIGNATURE"]
    trust = Trust((stranger.cert,), (), (revocation.read(revocation.crl(stranger)),))
    assert verify(heads=[signed.jws], trust=trust).signed_heads == 2


def test_a_signed_head_counts_even_when_no_revocation_list_is_left(authority: Issuer) -> None:
    fill(2)
    actions.sign_head()
    report = verify(trust=Trust((authority.cert,)))
    assert (report.ok, report.signed_heads) == (True, 1)


def test_readers_read_the_data_of_their_kind_again() -> None:
    def read(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
        if payload["n"] == 2:
            yield Fault.of("LED-DATA", index, "administrative", "s2", "document")

    register_reader("administrative", read)
    fill(4)
    report = verify(all_faults=True)
    assert codes(report) == [("LED-DATA", 2)]
    assert "“document”" in report.faults[0].message
    assert (report.entries, report.unread) == ({"administrative": 4}, {})


def test_a_reader_that_breaks_on_damaged_data_is_a_finding() -> None:
    def read(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
        if index == 1:
            raise KeyError("document")
        yield from ()

    register_reader("administrative", read)
    fill(3)
    assert codes(verify(all_faults=True)) == [("LED-UNREADABLE", 1)]


def test_a_changed_entry_is_not_believed_by_its_reader() -> None:
    asked: list[int] = []

    def read(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
        asked.append(index)
        yield from ()

    register_reader("administrative", read)
    fill(3)
    change(1, payload='{"n":7}')
    verify(all_faults=True)
    assert asked == [0, 2]


def test_one_reader_for_a_kind(readers: dict[str, Reader]) -> None:
    def read(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
        yield from ()

    register_reader("receipt", read)
    register_reader("receipt", read)
    with pytest.raises(ValueError, match="receipt"):
        register_reader("receipt", lambda payload, index: iter(()))
    assert list(readers) == ["receipt"]


def test_every_byte_of_every_row_counts() -> None:
    """Flip one bit in each byte of each stored column of a small log: no flip goes unseen."""
    fill(6)
    rows = [
        Row(e.index, e.kind, e.subject, e.payload, e.at, bytes(e.leaf_hash), bytes(e.nodes))
        for e in Entry.objects.order_by("index")
    ]
    head = Head.objects.get()

    def faults(changed: list[Row]) -> list[Fault]:
        steps = walk.Walk()
        found = [fault for row in changed for fault in steps.step(row)]
        return found + list(steps.finish(head.size, bytes(head.root), bytes(head.frontier)))

    assert faults(rows) == []
    for place, row in enumerate(rows):
        for column in ("kind", "subject", "payload", "leaf_hash", "nodes"):
            value = getattr(row, column)
            for at in range(len(value)):
                changed: Any = (
                    flip(value, at) if isinstance(value, bytes) else flip(value.encode(), at).decode()
                )
                parts = {**{name: getattr(row, name) for name in row.__struct_fields__}, column: changed}
                assert faults([*rows[:place], Row(**parts), *rows[place + 1 :]]), (place, column, at)
