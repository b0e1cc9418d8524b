"""The standard: what a dossier holds, declared once. Pure; everything above derives from it."""

from __future__ import annotations

from ccvc.standard.checking import check, decode
from ccvc.standard.codes import Code, Codes
from ccvc.standard.conversion import Converted, convert
from ccvc.standard.documents import (
    Difference,
    Document,
    apply,
    canonical,
    diff,
    digest,
    is_value,
    national,
    tidy,
)
from ccvc.standard.fields import Field, Group, Standard, Table
from ccvc.standard.findings import Finding
from ccvc.standard.json_schema import json_schema
from ccvc.standard.loading import DATA, DeclarationError, load
from ccvc.standard.local import extended
from ccvc.standard.names import normal, plain, sort_key, visible
from ccvc.standard.personal_id import check_personal_id
from ccvc.standard.problems import Problem
from ccvc.standard.record_types import decoder, record_type
from ccvc.standard.values import (
    compare,
    decimal_text,
    display,
    earliest,
    is_partial_date,
    latest,
    precision,
    read_date,
    read_day,
    state_of,
)
from ccvc.standard.versions import Choice, choose, current, label, newest, of, published, using, versions

__all__ = [
    "DATA",
    "Choice",
    "Code",
    "Codes",
    "Converted",
    "DeclarationError",
    "Difference",
    "Document",
    "Field",
    "Finding",
    "Group",
    "Problem",
    "Standard",
    "Table",
    "apply",
    "canonical",
    "check",
    "check_personal_id",
    "choose",
    "compare",
    "convert",
    "current",
    "decimal_text",
    "decode",
    "decoder",
    "diff",
    "digest",
    "display",
    "earliest",
    "extended",
    "is_partial_date",
    "is_value",
    "json_schema",
    "label",
    "latest",
    "load",
    "national",
    "newest",
    "normal",
    "of",
    "plain",
    "precision",
    "published",
    "read_date",
    "read_day",
    "record_type",
    "sort_key",
    "state_of",
    "tidy",
    "using",
    "versions",
    "visible",
]
