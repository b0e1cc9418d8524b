"""A signed document issued here is proved to stand in the log, by the file itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ccvc.inspection.command import bundle_of_file
from ccvc.standard.problems import Problem
from tests.documents import office
from tests.inspection.conftest import give_node_keys
from tests.inspection.test_bundles import Check, check, fingerprint
from tests.people import Agency, kept

__all__ = ["check"]


@pytest.mark.django_db
def test_a_signed_extract_is_proved_and_another_file_is_not(
    agency: Agency, settings: Any, tmp_path: Path, check: Check
) -> None:
    office.with_clerk(agency)
    settings.CCVC_PUBLIC_ADDRESS = "https://kiemtra.example.vn"
    give_node_keys(agency, tmp_path)
    person = kept(agency, office.rich()).dossier.key
    file = office.file_of(office.sealed(agency, office.issued(agency, person)), tmp_path)
    bundle = bundle_of_file(file)
    mark = ("--fingerprint", fingerprint(agency), "--file", str(file))
    assert check(bundle, *mark)[0] == 0
    file.write_bytes(file.read_bytes() + b"\n")
    code, found = check(bundle, *mark)
    assert (code, [step["code"] for step in found["steps"] if step["status"] == "bad"]) == (1, ["FILE"])
    with pytest.raises(Problem) as raised:
        bundle_of_file(file)
    assert raised.value.code == "INS-FILE"
    with pytest.raises(Problem):
        bundle_of_file(tmp_path / "none.pdf")
