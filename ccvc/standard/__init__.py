"""The standard: what a dossier holds, declared once. Pure; everything above derives from it."""

from __future__ import annotations

from ccvc.standard.codes import Code, Codes
from ccvc.standard.documents import (
    Difference,
    Document,
    apply,
    canonical,
    diff,
    digest,
    national,
    tidy,
)
from ccvc.standard.fields import Field, Group, Standard, Table, current, label, using
from ccvc.standard.loading import DATA, DeclarationError, load
from ccvc.standard.names import normal, plain, sort_key
from ccvc.standard.problems import Problem
from ccvc.standard.values import (
    compare,
    decimal_text,
    display,
    earliest,
    is_partial_date,
    latest,
    precision,
    state_of,
)

__all__ = [
    "DATA",
    "Code",
    "Codes",
    "DeclarationError",
    "Difference",
    "Document",
    "Field",
    "Group",
    "Problem",
    "Standard",
    "Table",
    "apply",
    "canonical",
    "compare",
    "current",
    "decimal_text",
    "diff",
    "digest",
    "display",
    "earliest",
    "is_partial_date",
    "label",
    "latest",
    "load",
    "national",
    "normal",
    "plain",
    "precision",
    "sort_key",
    "state_of",
    "tidy",
    "using",
]
