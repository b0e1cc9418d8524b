"""Pages of the documents room."""

from __future__ import annotations

from ccvc.documents.views.checking import check, check_form
from ccvc.documents.views.copying import copy_document, copy_paper
from ccvc.documents.views.desk import detail, file, list_, pictures, revoke
from ccvc.documents.views.issuing import draft, many, many_draft, person
from ccvc.documents.views.local import begin, complete
from ccvc.documents.views.running import run, run_files
from ccvc.documents.views.signing import seal, sign

__all__ = [
    "begin",
    "check",
    "check_form",
    "complete",
    "copy_document",
    "copy_paper",
    "detail",
    "draft",
    "file",
    "list_",
    "many",
    "many_draft",
    "person",
    "pictures",
    "revoke",
    "run",
    "run_files",
    "seal",
    "sign",
]
