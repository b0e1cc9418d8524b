from __future__ import annotations

import time
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccvc.signing import merkle

# Leaves and the roots of their first n, as the tests of Certificate Transparency (RFC 6962) give them.
VECTOR_LEAVES = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
]
VECTOR_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
VECTOR_INCLUSION = [
    (0, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (5, 8, ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (1, 5, ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
]  # fmt: skip
VECTOR_CONSISTENCY = [
    (1, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (2, 5, ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
]  # fmt: skip

hashes = st.lists(st.binary(max_size=6).map(merkle.leaf_hash), min_size=1, max_size=70)


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 9162 section 2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if index < k:
        return [*naive_path(index, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(index - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(first: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """RFC 9162 section 2.1.4.1, word for word."""
    if first == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if first <= k:
        return [*naive_subproof(first, leaves[:k], whole=whole), naive_root(leaves[k:])]
    return [*naive_subproof(first - k, leaves[k:], whole=False), naive_root(leaves[:k])]


@pytest.fixture
def vector() -> list[bytes]:
    return [merkle.leaf_hash(data) for data in VECTOR_LEAVES]


def test_roots_of_the_known_tree(vector: list[bytes]) -> None:
    assert [merkle.root(vector[: n + 1]).hex() for n in range(8)] == VECTOR_ROOTS
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("index", "size", "proof"), VECTOR_INCLUSION)
def test_inclusion_in_the_known_tree(vector: list[bytes], index: int, size: int, proof: list[str]) -> None:
    assert [h.hex() for h in merkle.inclusion_proof(vector[:size], index)] == proof


@pytest.mark.parametrize(("first", "size", "proof"), VECTOR_CONSISTENCY)
def test_consistency_of_the_known_tree(vector: list[bytes], first: int, size: int, proof: list[str]) -> None:
    assert [h.hex() for h in merkle.consistency_proof(vector[:size], first)] == proof


@given(hashes, st.data())
def test_proofs_equal_the_recursive_definition(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    first = data.draw(st.integers(1, len(leaves)))
    assert merkle.root(leaves) == naive_root(leaves)
    assert merkle.inclusion_proof(leaves, index) == naive_path(index, leaves)
    assert merkle.consistency_proof(leaves, first) == naive_subproof(first, leaves)


@given(hashes, st.data())
def test_inclusion_holds_only_for_the_leaf_in_its_place(leaves: list[bytes], data: st.DataObject) -> None:
    size, root = len(leaves), merkle.root(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(leaves, index)
    assert merkle.verify_inclusion(leaves[index], index, size, proof, root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"other leaf"), index, size, proof, root)
    assert not merkle.verify_inclusion(leaves[index], index, size, [*proof, root], root)
    assert not merkle.verify_inclusion(leaves[index], size, size, proof, root)
    if proof:
        damaged = bytearray(b"".join(proof))
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1
        assert not merkle.verify_inclusion(leaves[index], index, size, merkle.split(bytes(damaged)), root)
        assert not merkle.verify_inclusion(leaves[index], index, size, proof[:-1], root)


@given(hashes, st.data())
def test_consistency_holds_only_for_a_prefix(leaves: list[bytes], data: st.DataObject) -> None:
    size, root = len(leaves), merkle.root(leaves)
    first = data.draw(st.integers(1, size))
    old, proof = merkle.root(leaves[:first]), merkle.consistency_proof(leaves, first)
    assert merkle.verify_consistency(first, size, old, root, proof)
    rewritten = [merkle.leaf_hash(b"rewritten"), *leaves[1:first]]
    assert not merkle.verify_consistency(first, size, merkle.root(rewritten), root, proof)
    assert not merkle.verify_consistency(first, size, old, merkle.root([*leaves, old]), proof)
    assert not merkle.verify_consistency(0, size, old, root, proof)
    if proof:
        assert not merkle.verify_consistency(first, size, old, root, proof[:-1])


@given(hashes)
def test_frontier_grows_to_the_same_root_and_names_each_finished_subtree(leaves: list[bytes]) -> None:
    frontier = merkle.Frontier()
    for position, leaf in enumerate(leaves):
        completed = frontier.append(leaf)
        spans = [leaves[position + 1 - (2 << level) : position + 1] for level in range(len(completed))]
        assert completed == [naive_root(span) for span in spans]
        frontier = merkle.Frontier.from_bytes(frontier.size, frontier.to_bytes())
        assert frontier.root() == merkle.root(leaves[: position + 1])


def test_a_frontier_of_the_wrong_size_is_refused() -> None:
    frontier = merkle.Frontier()
    for data in (b"a", b"b", b"c"):
        frontier.append(merkle.leaf_hash(data))
    with pytest.raises(ValueError, match="does not fit"):
        merkle.Frontier.from_bytes(4, frontier.to_bytes())
    with pytest.raises(ValueError, match="multiple of 32"):
        merkle.split(b"x" * 33)


@settings(max_examples=20)
@given(st.integers(-3, 0) | st.integers(9, 12))
def test_plans_outside_the_tree_are_refused(place: int) -> None:
    with pytest.raises(ValueError, match="tree"):
        merkle.plan_inclusion(place or -1, 8)
    with pytest.raises(ValueError, match="earlier size"):
        merkle.plan_consistency(place, 8)


def test_a_root_over_5000_leaves_is_quick() -> None:
    leaves = [merkle.leaf_hash(str(n).encode()) for n in range(5000)]
    durations = []
    for _ in range(5):
        start = time.perf_counter()
        merkle.root(leaves)
        durations.append(time.perf_counter() - start)
    assert min(durations) < 0.030  # 5 ms when the machine is quiet; the limit leaves room for a busy one
