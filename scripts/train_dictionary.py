"""Train a dictionary for the register's documents, from synthetic people of every kind of agency.

`python scripts/train_dictionary.py 20270101` writes the file that is the newest from then on. Older ones stay:
what was stored with them is read with them.
"""

from __future__ import annotations

import sys
from datetime import date

import zstandard

from ccvc import standard
from ccvc.registry.packing import FOLDER, LEVEL, SUFFIX
from ccvc.simulation.agencies import headcounts, units_for
from ccvc.simulation.people import people

SEED = 1945
OF_EACH = 150
SIZE = 64 * 1024
LEAST_NUMBER = 1 << 15  # below, numbers are given out by a registrar


def main(number: int) -> None:
    """Write the dictionary of that number; it must be newer than all others, and not there yet."""
    others = [int(file.stem) for file in FOLDER.glob(f"*{SUFFIX}")]
    if number <= max([LEAST_NUMBER, *others]):
        sys.exit(f"the number must be above {max([LEAST_NUMBER, *others])}")
    samples: list[bytes | bytearray | memoryview] = [
        standard.canonical(standard.national(document)) for document in documents()
    ]
    trained = zstandard.train_dictionary(SIZE, samples, level=LEVEL, dict_id=number)
    (FOLDER / f"{number}{SUFFIX}").write_bytes(trained.as_bytes())


def documents() -> list[standard.Document]:
    """Documents of some people of every agency."""
    return [
        person.document
        for agency in headcounts(date(2026, 1, 1))
        for person in people(SEED, agency, units_for(agency, OF_EACH), OF_EACH)
    ]


if __name__ == "__main__":
    main(int(sys.argv[1]))
