from __future__ import annotations

import threading
from typing import Any

import orjson
import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from ccvc.ledger import actions, domain, selectors
from ccvc.ledger.models import Entry, Head
from ccvc.signing import merkle
from ccvc.standard.problems import Problem


class Inspector:
    """Someone whose right to see the ledger was checked above."""

    username = "thanhtra"


LOOKER = Inspector()


def fill(count: int) -> None:
    for number in range(count):
        actions.append("administrative", f"s{number}", {"act": "test", "n": number})


@pytest.mark.django_db
def test_entries_follow_one_another_and_carry_their_hash() -> None:
    fill(3)
    entry = actions.append("versions", "4-9", {"last": 9, "first": 4})
    kept = Entry.objects.get(pk=entry.pk)
    assert (kept.index, kept.payload) == (3, '{"first":4,"last":9}')
    covered = domain.leaf_bytes(3, "versions", "4-9", kept.payload, kept.at)
    assert bytes(kept.leaf_hash) == merkle.leaf_hash(covered)
    assert orjson.loads(covered)["format"] == "ccvc-ledger/1"


@pytest.mark.django_db
def test_an_act_nobody_could_name_is_not_entered() -> None:
    with pytest.raises(ValueError, match="declared nowhere"), transaction.atomic():
        actions.append("unheard_of", "s", {})
    with pytest.raises(ValueError, match="declared nowhere"):
        domain.register_reader("unheard_of", lambda _payload, _index: iter(()))
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_the_head_is_the_root_over_all_entries() -> None:
    assert bytes(selectors.head(LOOKER).root) == merkle.EMPTY_ROOT
    for size in range(1, 20):
        fill(1)
        leaves = [bytes(h) for h in Entry.objects.order_by("index").values_list("leaf_hash", flat=True)]
        head = Head.objects.get()
        assert (head.size, bytes(head.root)) == (size, merkle.root(leaves))


@pytest.mark.django_db
def test_appending_takes_two_statements(django_assert_num_queries: Any) -> None:
    fill(5)
    with django_assert_num_queries(2):
        fill(1)
    assert Head.objects.get().size == Entry.objects.count() == 6


@pytest.mark.django_db
def test_an_entry_goes_with_the_transaction_of_its_act() -> None:
    fill(2)
    before = Head.objects.values().get()

    @transaction.atomic
    def give_up() -> None:
        actions.append("administrative", "given up", {})
        raise LookupError

    with pytest.raises(LookupError):
        give_up()
    assert Head.objects.values().get() == before
    assert Entry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_lock_needs_a_transaction() -> None:
    with transaction.atomic():
        assert actions.lock().size == 0
    with pytest.raises(TransactionManagementError):
        actions.lock()


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_leave_no_gap_and_a_true_root() -> None:
    def write(name: str) -> None:
        try:
            for number in range(10):
                actions.append("administrative", f"{name}{number}", {})
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    rows = list(Entry.objects.order_by("index").values_list("index", "leaf_hash"))
    assert [index for index, _ in rows] == list(range(40))
    assert bytes(Head.objects.get().root) == merkle.root([bytes(leaf) for _, leaf in rows])


@pytest.mark.django_db
def test_every_entry_can_be_proved_at_every_size() -> None:
    fill(13)
    leaves = [bytes(h) for h in Entry.objects.order_by("index").values_list("leaf_hash", flat=True)]
    for size in range(1, 14):
        for index in range(size):
            found = selectors.prove_inclusion(LOOKER, index, size)
            assert found.holds()
            assert (found.root, found.proof) == (
                merkle.root(leaves[:size]),
                merkle.inclusion_proof(leaves[:size], index),
            )
        grown = selectors.prove_consistency(LOOKER, size)
        assert grown.holds()
        assert grown.proof == merkle.consistency_proof(leaves, size)


@pytest.mark.django_db
def test_a_proof_takes_two_statements(django_assert_num_queries: Any) -> None:
    fill(13)
    with django_assert_num_queries(2):
        proved = selectors.prove_inclusion(LOOKER, 4)
    assert proved.holds()


@pytest.mark.django_db
@pytest.mark.parametrize("index", [-1, 3, 99])
def test_what_is_not_there_cannot_be_proved_or_read(index: int) -> None:
    fill(3)
    for call in (selectors.prove_inclusion, selectors.entry):
        with pytest.raises(Problem) as raised:
            call(LOOKER, index)
        assert raised.value.code == "LED-NO-ENTRY"
    with pytest.raises(Problem):
        selectors.prove_consistency(LOOKER, index + 1 if index > 0 else 0)
    with pytest.raises(Problem):
        selectors.prove_inclusion(LOOKER, 1, 4)


@pytest.mark.django_db
def test_entries_are_listed_newest_first_and_in_pages() -> None:
    fill(6)
    actions.append("versions", "s2", {})
    assert [e.index for e in selectors.entries(LOOKER, limit=3)] == [6, 5, 4]
    assert [e.index for e in selectors.entries(LOOKER, before=4, limit=2)] == [3, 2]
    assert [e.index for e in selectors.entries(LOOKER, about="s2")] == [6, 2]
    assert [e.index for e in selectors.entries(LOOKER, about="s2", kind="versions")] == [6]
    assert selectors.entry(LOOKER, 6).kind == "versions"
