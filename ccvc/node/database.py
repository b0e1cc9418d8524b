"""Which database a node speaks to: the embedded server, or any PostgreSQL named by a URL."""

from __future__ import annotations

from typing import Any

from psycopg.conninfo import conninfo_to_dict

from ccvc.node.postgres import Postgres
from ccvc.node.settings import NodeSettings

DJANGO_KEYS = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def django_database(node: NodeSettings) -> dict[str, Any]:
    """The entry of Django's DATABASES: persistent connections, psycopg 3."""
    url = node.database_url or embedded(node).url(node.database)
    parts = conninfo_to_dict(url)
    entry: dict[str, Any] = {DJANGO_KEYS[k]: v for k, v in parts.items() if k in DJANGO_KEYS}
    options = {k: v for k, v in parts.items() if k not in DJANGO_KEYS}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        **entry,
    }


def embedded(node: NodeSettings) -> Postgres:
    """The manager of this node's embedded server (not started by this call)."""
    return Postgres(node.embedded_folder)
