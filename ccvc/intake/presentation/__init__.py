"""What the pages of intake show: columns to confirm, rows beside dossiers, what would change."""

from __future__ import annotations

from ccvc.intake.presentation.columns import path_of, sheet
from ccvc.intake.presentation.matches import review_tabs, row
from ccvc.intake.presentation.outlook import fields_changed

__all__ = ["fields_changed", "path_of", "review_tabs", "row", "sheet"]
