"""Pages of the intake room."""

from __future__ import annotations

from ccvc.intake.views.files import corrected, detail, intakes, new, propose, template
from ccvc.intake.views.mapping import mapping

__all__ = ["corrected", "detail", "intakes", "mapping", "new", "propose", "template"]
