"""Documents as stored: small, exact to the byte, and never read wrongly."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from ccvc import standard
from ccvc.registry.packing import FOLDER, SUFFIX, packer, unpack
from ccvc.standard import Problem
from tests.registry import people

ROOT = Path(__file__).parent.parent.parent
SHIPPED = {
    "20261122": "864e82499eb90423dc5d7be814685b22527c8f46138314ea2394290696716473",
}


def test_dictionaries_are_never_changed_or_taken_away() -> None:
    found = {f.stem: hashlib.sha256(f.read_bytes()).hexdigest() for f in FOLDER.glob(f"*{SUFFIX}")}
    assert found == SHIPPED


@given(st.text(st.characters(codec="utf-8")))
def test_whatever_is_packed_comes_back_as_it_was(text: str) -> None:
    assert unpack(packer()(text.encode())) == text


def test_a_document_takes_a_fraction_and_names_its_dictionary() -> None:
    raw = standard.canonical(people.document(1))
    packed = packer()(raw)
    assert len(packed) < len(raw) / 3
    assert zstandard.get_frame_parameters(packed).dict_id == max(map(int, SHIPPED))


THREADS = """
import threading
from ccvc.registry.packing import packer, unpack

together, agreed = threading.Barrier(8), []

def run():
    together.wait()
    pack = packer()
    agreed.append(all(unpack(pack(b"%d" % n)) == str(n) for n in range(500)))

threads = [threading.Thread(target=run) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(agreed == [True] * 8)
"""


def test_threads_that_begin_in_the_same_moment_do_not_end_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", THREADS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr


def test_a_document_stored_as_it_was_is_read_as_it_is() -> None:
    raw = standard.canonical(people.document(1))
    assert unpack(raw) == raw.decode()
    assert unpack(zstandard.compress(raw)) == raw.decode()


@pytest.mark.parametrize("spoil", ["cut", "added", "unknown dictionary", "endless", "no text"])
def test_what_is_damaged_is_told(spoil: str) -> None:
    packed = packer()(standard.canonical(people.document(1)))
    spoilt = {
        "cut": packed[:-1],
        "added": packed + b" ",
        "unknown dictionary": packed.replace((20261122).to_bytes(4, "little"), b"\x01\x02\x03\x04", 1),
        "endless": zstandard.compress(bytes(17 << 20)),
        "no text": b"\xff",
    }
    with pytest.raises(Problem) as caught:
        unpack(spoilt[spoil])
    assert caught.value.code == "REG-DAMAGED"
