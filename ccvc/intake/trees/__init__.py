"""XML files of any structure as a source of rows: what repeats is a person, what repeats inside one is a table."""

from __future__ import annotations

from ccvc.intake.trees.parsing import is_xml
from ccvc.intake.trees.source import Tree

__all__ = ["Tree", "is_xml"]
