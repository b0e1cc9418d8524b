"""Exchange: a package refused by the national node, a record of it to mend, and a notice, all about one person."""

from __future__ import annotations

from uuid import uuid4

from ccvc.exchange.models import Cursor, Inbound, Notice, Outbound, Peer, RecordVerdict
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples
from tests.access.world.words import NATIONAL, NUMBER, SENSITIVE
from tests.people import AGENCY


def plant(here: Planted) -> Samples:
    version = here.version
    peer = Peer.objects.create(agency_code=NATIONAL, name="Bộ Nội vụ")
    for direction in ("out", "in"):
        Cursor.objects.create(peer=peer, direction=direction)
    sent = {"peer": peer, "package_id": uuid4(), "kind": "changes", "data": b"x", "size": 1, "records": 1}
    sent |= {"first_position": version.position, "last_position": version.position, "changes": 1}
    outbound = Outbound.objects.create(sequence=1, manifest_sha256="a" * 64, state="refused", **sent)
    came = {"peer": peer, "package_id": uuid4(), "kind": "share", "data": b"x", "size": 1, "records": 1}
    inbound = Inbound.objects.create(sequence=1, manifest_sha256="b" * 64, via="https", **came)
    verdict = RecordVerdict.objects.create(
        outbound=outbound,
        record=1,
        person=here.key,
        number=version.number,
        verdict="refused",
        code="STD-PATTERN",
        path="affiliation.party_card_number",
        message=f"“Số thẻ đảng” không đúng dạng: {SENSITIVE[1]}",
    )
    said = {"kind": "conflict", "person": here.key, "holder": AGENCY, "claimant": "H38"}
    message = f"Hai cơ quan cùng nhận số {NUMBER}."
    notice = Notice.objects.create(inbound=inbound, line=0, message=message, code="REG-CLAIMED", **said)
    return Samples(values={"outbound": [outbound.pk], "verdict": [verdict.pk], "notice": [notice.pk]})
