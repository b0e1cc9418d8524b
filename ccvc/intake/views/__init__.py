"""Pages of the intake room."""

from __future__ import annotations

from ccvc.intake.views.files import again, corrected, detail, intakes, new, propose, template
from ccvc.intake.views.mapping import mapping
from ccvc.intake.views.outlook import outlook, outlook_file
from ccvc.intake.views.review import review

__all__ = [
    "again",
    "corrected",
    "detail",
    "intakes",
    "mapping",
    "new",
    "outlook",
    "outlook_file",
    "propose",
    "review",
    "template",
]
