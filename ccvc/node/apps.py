from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

from ccvc import standard
from ccvc.standard.problems import Problem

LOCAL_FIELDS = "local-fields.toml"


class NodeConfig(AppConfig):
    """The composing room."""

    name = "ccvc.node"

    def ready(self) -> None:
        """Work by the version of the standard the settings name, with the agency's own fields if it has any."""
        version, home = getattr(settings, "CCVC_STANDARD", None), getattr(settings, "CCVC_HOME", None)
        own = Path(home) / LOCAL_FIELDS if home else None
        declared = own if own is not None and own.exists() else None
        try:
            standard.choose(standard.Choice(version or "", declared, getattr(settings, "CCVC_AGENCY", "")))
        except standard.DeclarationError as error:
            raise Problem("NOD-LOCAL-FIELDS", where=str(own), reason=str(error)) from error
