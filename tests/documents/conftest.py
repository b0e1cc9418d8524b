"""Fixtures of the documents room."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ccvc.dossiers.models import Version
from tests.documents import office
from tests.people import AGENCY, Agency, found_agency, kept


@pytest.fixture
def agency(db: Any, tmp_path: Path, settings: Any) -> Agency:
    settings.CCVC_AGENCY, settings.CCVC_HOME = AGENCY, tmp_path
    settings.CCVC_PUBLIC_ADDRESS = "https://kiemtra.example.vn"
    return office.with_clerk(found_agency(tmp_path))


@pytest.fixture
def version(agency: Agency) -> Version:
    return kept(agency, office.rich())


@pytest.fixture
def person(version: Version) -> UUID:
    return version.dossier.key
