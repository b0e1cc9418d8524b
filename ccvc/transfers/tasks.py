"""What the node does again and again for hand-overs. Plain functions, safe to run at once."""

from __future__ import annotations

from django.conf import settings

from ccvc.transfers import actions


def carry_on() -> int:
    """Offer what was begun and is settled, open what could not be opened, end what nobody answered; how many."""
    if settings.CCVC_KIND == "national":
        return actions.lapse_due()
    return actions.offer_prepared() + actions.open_waiting()
