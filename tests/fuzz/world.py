"""What stored inputs meet: a component and a national node in one database, with people, keys, accounts and pages."""

from __future__ import annotations

import logging
import math
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import setup_test_environment

from ccvc.catalogues import applying
from ccvc.exchange.actions.streams import open_streams
from ccvc.exchange.models import Cursor, Inbound, Outbound, Peer
from ccvc.intake import tasks
from ccvc.signing import certificates, store
from ccvc.signing.keys import Stretch
from ccvc.standard.problems import Problem
from tests.access import world as planting
from tests.access.world import World, fingerprint, undone
from tests.faults.saying import files_in
from tests.fuzz import seeds
from tests.fuzz.target import WrongError
from tests.fuzz.targets.packages import SENT

NATIONAL, COMPONENT = "G09", "H41"
_standing: list[Standing] = []


class Standing:
    """The nodes, and how all their tables and files are between inputs."""

    def __init__(self, folder: Path) -> None:
        self.homes = {NATIONAL: folder / "national", COMPONENT: folder / "component"}
        for home in self.homes.values():
            home.mkdir()
        with self.acting_as(COMPONENT):
            self.world: World = planting.found_world(self.homes[COMPONENT])
            planting.plant(self.world, folder)
        self._enrol()
        self.rows = fingerprint()
        self.files = self.all_files()

    @contextmanager
    def acting_as(self, agency: str) -> Iterator[None]:
        """One of the two nodes."""
        kind = "national" if agency == NATIONAL else "component"
        given = {"CCVC_AGENCY": agency, "CCVC_KIND": kind, "CCVC_HOME": self.homes[agency]}
        with override_settings(**given, CCVC_NATIONAL_AGENCY=NATIONAL, CCVC_NAME="Nút thử"):
            yield

    def _enrol(self) -> None:
        """Both nodes trust the scheme of the packages, and each is a peer of the other."""
        scheme = seeds.scheme()
        for agency, home in self.homes.items():
            held = store.trust(home) if agency == COMPONENT else None
            store.save_trust(home, "fuzz", [scheme.issuer.cert, *(held.anchors if held else ())])
            store.save_crl(home, "fuzz", scheme.crl)
            for use in ("sign", "encrypt"):
                pair = scheme.pair(agency, use)
                store.save_node_key(home, use, pair.key, pair.chain)
            other = COMPONENT if agency == NATIONAL else NATIONAL
            pems = {use: certificates.to_pem(scheme.pair(other, use).chain) for use in ("sign", "encrypt")}
            peer, _ = Peer.objects.update_or_create(
                agency_code=other, defaults={"name": other, "certificates": pems}
            )
            open_streams(peer)
        self._take_planted()

    def _take_planted(self) -> None:
        """The package that was planted counts as taken: the next of the national node is number 2."""
        Inbound.objects.update(state=Inbound.State.ACCEPTED)
        Outbound.objects.update(package_id=SENT, manifest_sha256="0" * 64)
        last = Inbound.objects.get()
        streams = Cursor.objects.filter(peer=last.peer, direction="in")
        streams.update(sequence=last.sequence, manifest_sha256=last.manifest_sha256)
        Cursor.objects.filter(peer=last.peer, direction="out").update(sequence=1, manifest_sha256="a" * 64)
        self.last = last.sequence, last.manifest_sha256

    def all_files(self) -> set[Path]:
        """Every file below both homes."""
        return {path for home in self.homes.values() for path in files_in(home)}

    def kept(self, act: Callable[[], str], *, refused: tuple[str, ...] = (), agency: str = COMPONENT) -> str:
        """What came of an act, undone afterwards.

        Where it was refused, with a Problem or as told by a code of its answer, no table but those named in `refused`
        is different, and no file.
        """
        with undone(), self.acting_as(agency):
            try:
                said = act()
                problem = None
            except Problem as raised:
                said, problem = raised.code, raised
            rows = fingerprint()
        fresh = self.all_files() ^ self.files
        for path in fresh - self.files:
            path.unlink()
        if said[:4].isupper() or said.startswith("status 4"):
            changed = {table for table, *_ in set(rows) ^ set(self.rows)} - set(refused)
            if changed or fresh:
                raise WrongError(f"refused with {said}, but changed: {sorted(changed)}, {len(fresh)} files")
        if problem is not None:
            raise problem
        return said


def here() -> Standing:
    """The nodes that stand."""
    return _standing[-1]


@contextmanager
def founded(folder: Path) -> Iterator[Standing]:
    """The nodes, in a database that is there; everything is undone at the end."""
    with pytest.MonkeyPatch.context() as patch, undone():
        patch.setattr(Stretch, "new", classmethod(lambda cls: cls(64, 1, 1, b"0123456789abcdef")))
        patch.setattr(applying.in_use, "next_look", math.inf)
        patch.setattr(tasks.read_file, "defer", lambda **_given: None)
        patch.setattr(logging.getLogger("django.request"), "disabled", True)
        _standing.append(Standing(folder))
        try:
            yield _standing[-1]
        finally:
            _standing.pop()


@contextmanager
def standing() -> Iterator[Standing]:
    """The nodes in a database of this process's own."""
    setup_test_environment(debug=False)
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory(prefix="ccvc-fuzz-") as folder, founded(Path(folder)) as made:
            yield made
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
