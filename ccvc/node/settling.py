"""The settings of a node in its ledger: which were others than before, when it was started."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import orjson
from django.conf import settings as django
from django.db import transaction

from ccvc.ledger import actions as ledger
from ccvc.ledger.models import Entry
from ccvc.node.settings import NodeSettings

KIND, SUBJECT = "administrative", "settings"


@transaction.atomic
def enter_settings(settings: NodeSettings) -> list[str]:
    """Enter the settings where any differs from those entered last; the names of those that do.

    Of each value only a digest under the node's secret stands in the log: one of them may hold a password.
    """
    ledger.lock()
    now = {name: _digest(value) for name, value in settings.model_dump(mode="json").items()}
    last = Entry.objects.filter(kind=KIND, subject=SUBJECT).order_by("-index").first()
    before = orjson.loads(last.payload)["settings"] if last else {}
    changed = sorted(name for name in now.keys() | before.keys() if now.get(name) != before.get(name))
    if changed:
        ledger.append(KIND, SUBJECT, {"act": "settings", "changed": changed, "settings": now})
    return changed


def _digest(value: Any) -> str:
    return hmac.new(django.SECRET_KEY.encode(), orjson.dumps(value), hashlib.sha256).hexdigest()[:16]
