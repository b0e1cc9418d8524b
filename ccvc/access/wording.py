"""Words of the policy in the language of the page."""

from __future__ import annotations

from django.utils.translation import get_language

from ccvc.access.policy import Right, policy
from ccvc.standard.problems import Language


def language() -> Language:
    """The language of the page, as the standard names it."""
    return "en" if get_language() == "en" else "vi"


def role_name(name: str) -> str:
    """What people call a role; one the policy no longer knows is called by its name."""
    role = policy().role(name)
    return role.label(language()) if role else name


def right_name(right: Right | str) -> str:
    """What people call a right, as the first word of a line; one the policy no longer knows is called by its name."""
    if right not in set(Right):
        return str(right)
    label = policy().labels[Right(right)][language()]
    return f"{label[:1].upper()}{label[1:]}"
