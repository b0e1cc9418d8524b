"""Reads of the dossiers room. A person out of the subject's reach is answered like one who does not exist."""

from __future__ import annotations

from ccvc.dossiers.selectors.feeds import FeedItem, feed, feed_at, feed_of, last_position, state_rows
from ccvc.dossiers.selectors.finding import by_personal_ids, coming, elsewhere, heads, search, units, words
from ccvc.dossiers.selectors.histories import HistoryLine, history, version
from ccvc.dossiers.selectors.seeing import (
    MaySee,
    Seen,
    current_documents,
    document,
    dossier,
    fields_at,
    fields_of,
    is_own,
    may_propose,
    may_see,
    readable,
    redact,
    seen,
    sight,
    unit_code,
    units_of_person,
)

__all__ = [
    "FeedItem",
    "HistoryLine",
    "MaySee",
    "Seen",
    "by_personal_ids",
    "coming",
    "current_documents",
    "document",
    "dossier",
    "elsewhere",
    "feed",
    "feed_at",
    "feed_of",
    "fields_at",
    "fields_of",
    "heads",
    "history",
    "is_own",
    "last_position",
    "may_propose",
    "may_see",
    "readable",
    "redact",
    "search",
    "seen",
    "sight",
    "state_rows",
    "unit_code",
    "units",
    "units_of_person",
    "version",
    "words",
]
