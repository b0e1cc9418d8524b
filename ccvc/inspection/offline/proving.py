"""What is kept beside an approval: time stamps, and the word on certificates of then; each proves itself or nothing."""

from __future__ import annotations

import base64
import json
from typing import Any

from ccvc.inspection.offline.answers import Answer
from ccvc.inspection.offline.certificates import Certificate, RevocationList
from ccvc.inspection.offline.der import Bad
from ccvc.inspection.offline.stamps import Stamp

MOST = 64


class Evidence:
    """The pieces in their order, as JAdES names them (etsiU); Bad where they are none."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.items: list[dict[str, Any]] = given["etsiU"]
        first = [place for place, item in enumerate(self.items) if "sigTst" in item]
        if (
            not 0 < len(self.items) <= MOST
            or any(len(item) != 1 for item in self.items)
            or first not in ([], [0])
        ):
            raise Bad("etsiU")
        self.certs: list[Certificate] = []
        self.lists: list[RevocationList] = []
        self.answers: list[Answer] = []
        for item in self.items:
            held = item.get("tstVD", item)
            self.certs += [Certificate(_der(one["x509Cert"])) for one in held.get("xVals", [])]
            told = held.get("rVals", {})
            self.lists += [RevocationList(_der(one)) for one in told.get("crlVals", [])]
            self.answers += [Answer(_der(one)) for one in told.get("ocspVals", [])]

    def stamps(self, jws: dict[str, Any]) -> list[tuple[Stamp, bytes]]:
        """Each time stamp with the bytes it must cover, in order: the signature; then all that was there before it."""
        (member,), found = jws["signatures"], list[tuple[Stamp, bytes]]()
        for place, item in enumerate(self.items):
            tokens = item.get("sigTst") or item.get("arcTst")
            if tokens is None:
                continue
            (token,) = tokens["tstTokens"]
            if "sigTst" in item:
                covered = member["signature"].encode()
            else:
                before = json.dumps({"etsiU": self.items[:place]}, sort_keys=True, separators=(",", ":"))
                whole = ".".join((member["protected"], jws["payload"], member["signature"], ""))
                covered = (whole + before).encode()
            found.append((Stamp(_der(token)), covered))
        return found


def _der(value: dict[str, str]) -> bytes:
    return base64.b64decode(value["val"], validate=True)
