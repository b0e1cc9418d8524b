"""Hand-overs: of the planted person, one on its way here, and a request for the planted person's dossier."""

from __future__ import annotations

from uuid import uuid4

from django.utils import timezone

from ccvc.transfers.models import Request, Transfer
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples
from tests.access.world.words import BASIC, LISTED_NAME, LISTED_NUMBER, NAME, NUMBER
from tests.people import AGENCY, FOREIGN


def plant(here: Planted) -> Samples:
    said = {"decision": "12/QĐ", "effective_on": timezone.localdate(), "begun_by": "x", "begun_by_name": "X"}
    made = Transfer.objects.create(
        side="giver", state="prepared", person=here.key, name=NAME, giver=AGENCY, receiver=FOREIGN, **said
    )
    coming = {"person": uuid4(), "name": LISTED_NAME, "personal_id": LISTED_NUMBER, "giver": FOREIGN}
    Transfer.objects.create(side="receiver", state="opened", receiver=AGENCY, **coming, **said)
    asked = Request.objects.create(
        side="giver",
        person=here.key,
        personal_id=NUMBER,
        asker=FOREIGN,
        reason=BASIC[3],
        asked_by="x",
        asked_by_name="X",
    )
    return Samples(values={"transfer_id": [made.pk], "request_id": [asked.pk]})
