"""The policy: what each role may do and which sensitivities it may read. Data in `policy.toml`. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from ccvc.standard.problems import Language

FILE = Path(__file__).with_name("policy.toml")
SENSITIVITIES = frozenset({"basic", "sensitive", "secret"})


class Right(StrEnum):
    """One thing a subject may do."""

    DOSSIER_READ = "dossier_read"
    DOSSIER_READ_SENSITIVE = "dossier_read_sensitive"
    DOSSIER_LIST = "dossier_list"
    CHANGE_PROPOSE = "change_propose"
    CHANGE_CHECK = "change_check"
    CHANGE_VERIFY = "change_verify"
    CHANGE_APPROVE = "change_approve"
    PROCEDURE_EDIT = "procedure_edit"
    INTAKE_RUN = "intake_run"
    EXCHANGE_SEE = "exchange_see"
    EXCHANGE_RUN = "exchange_run"
    STATISTICS_SEE = "statistics_see"
    QUALITY_SEE = "quality_see"
    QUALITY_SETTLE = "quality_settle"
    QUALITY_SEND = "quality_send"
    REGISTER_SEARCH = "register_search"
    REGISTER_READ = "register_read"
    ORGANISATION_SEE = "organisation_see"
    ORGANISATION_EDIT = "organisation_edit"
    ORGANISATION_APPROVE = "organisation_approve"
    LEDGER_SEE = "ledger_see"
    INSPECTION_TRACE = "inspection_trace"
    GRANTS_EDIT = "grants_edit"
    NODE_ADMIN = "node_admin"
    CATALOGUE_PUBLISH = "catalogue_publish"
    MEANING_CONFIRM = "meaning_confirm"
    MEANS_KEEP = "means_keep"
    SEAL_USE = "seal_use"
    CLOSING_SEE = "closing_see"
    CLOSING_SIGN = "closing_sign"
    CLOSING_DECIDE = "closing_decide"
    DOCUMENT_ISSUE = "document_issue"
    DOCUMENT_SIGN = "document_sign"
    HEADCOUNT_SEE = "headcount_see"
    HEADCOUNT_ASSIGN = "headcount_assign"
    DECISION_SEE = "decision_see"
    DECISION_DRAFT = "decision_draft"
    DECISION_SIGN = "decision_sign"
    DECISION_PASS = "decision_pass"  # noqa: S105 - a right, no password
    TRANSFER_OFFER = "transfer_offer"
    TRANSFER_ACCEPT = "transfer_accept"
    CANDIDATE_SEEK = "candidate_seek"
    PROPOSAL_CHECK = "proposal_check"
    HEADCOUNT_EXCEED = "headcount_exceed"
    WORKLIST_SEE = "worklist_see"


@dataclass(frozen=True)
class Role:
    """A role of the policy; `excludes` works both ways."""

    name: str
    label_vi: str
    label_en: str
    description_vi: str
    description_en: str
    rights: frozenset[Right]
    reads: frozenset[str]
    scope: Literal["unit", "self"]
    grantable: bool
    excludes: frozenset[str]

    def label(self, lang: Language = "vi") -> str:
        """What people call the role."""
        return self.label_vi if lang == "vi" else self.label_en


@dataclass(frozen=True)
class Policy:
    """Roles by name, and what each right is called in each language."""

    roles: Mapping[str, Role]
    labels: Mapping[Right, Mapping[Language, str]]

    def role(self, name: str) -> Role | None:
        """The role so named; None for one the policy no longer knows, which then gives nothing."""
        return self.roles.get(name)

    def clash(self, one: str, other: str) -> bool:
        """Whether one account may not hold both roles."""
        return other in self.roles[one].excludes or one in self.roles[other].excludes


@cache
def policy() -> Policy:
    """The policy in force, read once."""
    return load(FILE)


def load(file: Path) -> Policy:
    """Read a policy file; ValueError names what does not fit."""
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    labels = {Right(name): label for name, label in data["rights"].items()}
    if missing := set(Right) - set(labels):
        raise ValueError(f"{file.name}: no name for {', '.join(sorted(missing))}")
    roles = {name: _role(name, entry) for name, entry in data["roles"].items()}
    for role in roles.values():
        _check(role, roles)
    return Policy(MappingProxyType(roles), MappingProxyType(labels))


def _role(name: str, entry: dict[str, Any]) -> Role:
    rights = frozenset(Right) if entry["rights"] == ["*"] else frozenset(map(Right, entry["rights"]))
    return Role(
        name=name,
        label_vi=entry["label_vi"],
        label_en=entry["label_en"],
        description_vi=entry["description_vi"],
        description_en=entry["description_en"],
        rights=rights,
        reads=frozenset(entry.get("reads", ())),
        scope=entry.get("scope", "unit"),
        grantable=entry.get("grantable", True),
        excludes=frozenset(entry.get("excludes", ())),
    )


def _check(role: Role, roles: Mapping[str, Role]) -> None:
    if unknown := role.excludes - set(roles):
        raise ValueError(f"{role.name} excludes unknown roles: {', '.join(sorted(unknown))}")
    if not role.reads <= SENSITIVITIES or role.scope not in {"unit", "self"}:
        raise ValueError(f"{role.name}: reads or scope is not known")
    if bool(role.reads & {"sensitive", "secret"}) != (Right.DOSSIER_READ_SENSITIVE in role.rights):
        raise ValueError(f"{role.name}: reading sensitive data and the right to it must go together")
    if bool(role.reads) != bool(role.rights & {Right.DOSSIER_READ, Right.REGISTER_READ}):
        raise ValueError(f"{role.name}: reading fields and the right to read a person must go together")
