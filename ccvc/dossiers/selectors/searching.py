"""Which versions of one dossier changed something: asked of the database, which reads the documents where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection

from ccvc import standard
from ccvc.dossiers.models import Dossier
from ccvc.dossiers.selectors.seeing import MaySee, fields_of

if TYPE_CHECKING:
    from ccvc.dossiers.selectors.histories import Wanted

_CHANGED = """
SELECT number FROM (
    SELECT number, {what} AS now, lag({what}) OVER (ORDER BY number) AS before
    FROM {table} WHERE {owner} = %(whose)s
) told WHERE now IS DISTINCT FROM before"""
_NUMBERS = """
SELECT v.number FROM {table} v JOIN signing_signature s ON s.id = v.signature_id
WHERE v.{owner} = %(whose)s
  AND (%(since)s::date IS NULL OR v.known_at >= %(since)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')
  AND (%(until)s::date IS NULL OR v.known_at < (%(until)s::date + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')
  AND (%(who)s = '' OR s.signer_name = %(who)s
    OR v.statement::jsonb -> 'steps' @> jsonb_build_array(jsonb_build_object('name', %(who)s::text)))
  {changed}
ORDER BY v.number DESC"""
_PEOPLE = """
SELECT s.signer_name FROM {table} v JOIN signing_signature s ON s.id = v.signature_id
WHERE v.{owner} = %(whose)s
UNION SELECT step ->> 'name' FROM {table} v, jsonb_array_elements(v.statement::jsonb -> 'steps') step
WHERE v.{owner} = %(whose)s ORDER BY 1"""
_CORRECTED = """
SELECT (statement::jsonb -> 'corrects' ->> 'version')::int, number FROM {table}
WHERE {owner} = %(whose)s AND statement LIKE '%%"corrects":%%' ORDER BY number"""
_PAST = "SELECT FROM jsonb_array_elements(v.statement::jsonb #> '{corrects,past}') past WHERE"
_PAST_PATH = f"""{_PAST} past ->> 'path' = %(path)s OR past ->> 'path' ^@ ANY(%(inside)s::text[])
    OR %(path)s ^@ ((past ->> 'path') || '.')"""
_PAST_GROUP = f"{_PAST} split_part(past ->> 'path', '[', 1) = ANY(%(opened)s::text[])"
_GROUP = "(document::jsonb -> %(group)s) - %(closed)s::text[]"
_MEMBER = "document::jsonb #> %(parts)s::text[]"
_ROW = f"jsonb_path_query_first({_MEMBER}, '$[*] ? (@.id == $id)', jsonb_build_object('id', %(row)s::text))"
_CELL = f"({_ROW}) -> %(cell)s"


class Chain(NamedTuple):
    """The versions of one person: the table, the column that says whose they are, and whose."""

    table: str
    owner: str
    whose: int | UUID

    def asked(self, sql: str, **parts: str) -> str:
        """The question, asked of this table."""
        return sql.format(table=self.table, owner=self.owner, **parts)


def chain_of(found: Dossier) -> Chain:
    """The versions of a dossier."""
    return Chain("dossiers_version", "dossier_id", found.pk)


def numbers(chain: Chain, wanted: Wanted, may_read: MaySee) -> list[int]:
    """Numbers of the versions wanted, newest first; what the reader may not read is not asked."""
    values: dict[str, Any] = {
        "whose": chain.whose,
        "since": wanted.since,
        "until": wanted.until,
        "who": wanted.who,
    }
    what, past = "", ""
    if wanted.path:
        what, past = _at(wanted.path, values), _PAST_PATH
        values |= {"path": wanted.path, "inside": [f"{wanted.path}.", f"{wanted.path}["]}
    elif group := standard.current().groups.get(wanted.group):
        opened = {member.name for member in open_members(group, may_read)}
        values |= {"group": group.name, "closed": [name for name in group.members if name not in opened]}
        values |= {"opened": [f"{group.name}.{name}" for name in opened]}
        what, past = _GROUP, _PAST_GROUP
    changed = f"AND (v.number IN ({chain.asked(_CHANGED, what=what)}) OR EXISTS ({past}))" if what else ""
    return [number for (number,) in _rows(chain.asked(_NUMBERS, changed=changed), values)]


def _at(path: str, values: dict[str, Any]) -> str:
    """The expression of a field, table, row or cell of a document."""
    member, bracket, rest = path.partition("[")
    row, _, cell = rest.partition("]")
    values |= {"parts": member.split("."), "row": row, "cell": cell.removeprefix(".")}
    if not bracket or not row:
        return _MEMBER
    return _CELL if cell else _ROW


def open_members(group: standard.Group, may_read: MaySee) -> list[standard.Field | standard.Table]:
    """Fields and tables of a group that may be read in whole."""
    return [member for member in group.members.values() if all(map(may_read, fields_of(member)))]


def people(chain: Chain) -> list[str]:
    """Names of those who took a step in, or signed, any version."""
    return [name for (name,) in _rows(chain.asked(_PEOPLE), {"whose": chain.whose})]


def corrected(chain: Chain) -> dict[int, list[int]]:
    """By number of a version, the versions that correct it."""
    result: dict[int, list[int]] = {}
    for number, by in _rows(chain.asked(_CORRECTED), {"whose": chain.whose}):
        result.setdefault(number, []).append(by)
    return result


def _rows(sql: str, values: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return rows
