"""Every step of checking a bundle, noted one by one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from itertools import zip_longest
from typing import Any

from ccvc.inspection.offline.allowed import refuse_banned
from ccvc.inspection.offline.der import Bad, Unknown
from ccvc.inspection.offline.evidence import prove
from ccvc.inspection.offline.messages import APPROVES, SIGNS, Message, Trust, algorithms_of, unbase64url
from ccvc.inspection.offline.trees import extends, leaf_hash, root_from
from ccvc.inspection.offline.words import Step

ENTERED = ("transfer", "person", "giver", "receiver", "number", "version", "root", "decision", "effective_on")
"""What an entry of a hand-over says in the words of its receipt."""
MALFORMED = (Bad, ValueError, KeyError, IndexError, TypeError, AttributeError)


def _require(found: Message, form: str) -> None:
    """Bad unless the signature holds over a message of this form."""
    if not found.holds() or found.said["format"] != form:
        raise Bad(f"{found.at:%H:%M %d/%m/%Y} UTC")


class Checker:
    """Goes through a bundle and notes every step."""

    def __init__(self, bundle: dict[str, Any], fingerprints: set[str]) -> None:
        self.bundle, self.steps = bundle, list[Step]()
        self.trust = Trust(bundle["trust"], fingerprints)
        self.handed: list[tuple[str, str]] = []

    def note(self, about: str, code: str, holds: bool, detail: str = "") -> bool:  # noqa: FBT001 - what is noted
        """One step that holds or not."""
        self.steps.append(Step(about, code, "ok" if holds else "bad", detail))
        return holds

    def attempt(self, about: str, code: str, act: Callable[[], object], detail: str = "") -> None:
        """One step that may also be impossible to tell."""
        try:
            act()
        except Unknown as unknown:
            self.steps.append(Step(about, code, "unknown", str(unknown)))
        except MALFORMED as bad:
            self.note(about, code, False, str(bad))
        else:
            self.note(about, code, True, detail)

    def run(self) -> list[Step]:
        """Every step, in order."""
        faults = list(self.trust.faults())
        self.note("", "TRUST", not faults, "; ".join(faults))
        head = self.message("HEAD", self.bundle["head"], SIGNS, "ccvc-head/1", self.bundle["agency"])
        proofs = self.bundle.get("evidence", [])
        if len(proofs) > len(self.bundle["approvals"]):
            raise Bad("evidence")
        approvals = [
            self.message("APPROVAL", jws, APPROVES, "ccvc-approval/1", None, f"#{number + 1}", proof)
            for number, (jws, proof) in enumerate(zip_longest(self.bundle["approvals"], proofs))
        ]
        for entry in self.bundle["entries"]:
            self.entry(entry, head)
        before: dict[str, tuple[int, bytes]] = {}
        for item in self.bundle["items"]:
            self.item(item, approvals, before)
        for witness in self.bundle["witnesses"]:
            self.witness(witness, head)
        for receipt in self.bundle.get("receipts", []):
            self.receipt(receipt)
        self.anchors()
        return self.steps

    def message(
        self,
        kind: str,
        jws: dict[str, Any],
        use: str,
        form: str,
        agency: str | None,
        about: str = "",
        proof: dict[str, Any] | None = None,
    ) -> Message:
        """A signed message of a form: its signature, its certificate at the time proved or said, whom it speaks for."""
        try:
            found = Message(jws)
        except MALFORMED as error:
            self.note(about, f"{kind}-SIGNATURE", False, str(error))
            raise Bad(kind) from error
        detail = f"{found.at:%H:%M %d/%m/%Y} UTC"
        self.attempt(about, f"{kind}-SIGNATURE", lambda: _require(found, form), detail)
        trust, at = (
            prove(self.steps, self.trust, about, found, proof) if kind == "APPROVAL" else (None, found.at)
        )
        trust = trust or self.trust.knowing(None, found.chain[1:])
        used = [("jws", found.header["alg"]), *algorithms_of(trust.path(found.signer) or found.chain)]
        told = ", ".join(sorted({found.header["alg"], found.signer.key.name}))
        self.attempt(about, "ALGORITHM", lambda: refuse_banned(used, at), told)
        self.attempt(
            about, f"{kind}-CERTIFICATE", lambda: trust.judge(found.signer, use, at), found.signer.name
        )
        if kind == "APPROVAL":
            self.approver(about, found)
        elif not found.signer.agency == found.said["agency"] == (agency or found.said["agency"]):
            self.note(about, f"{kind}-CERTIFICATE", False, found.signer.agency)
        return found

    def approver(self, about: str, found: Message) -> None:
        """Whether the certificate is of the person and agency the approval names."""
        named, cert = found.said["approver"], found.signer
        fits = named["account"] == cert.account if cert.account else named["name"] == cert.name
        self.note(
            about,
            "APPROVER",
            fits and found.said["agency"] == cert.agency,
            f"{named['name']}, {found.said['agency']}",
        )

    def entry(self, entry: dict[str, Any], head: Message) -> None:
        """An entry lies in the log of the head."""
        stated = {
            "format": "ccvc-ledger/1",
            **{key: entry[key] for key in ("at", "index", "kind", "payload", "subject")},
        }
        covered = json.dumps(stated, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        path = [bytes.fromhex(one) for one in entry["path"]]
        found = root_from(leaf_hash(covered), entry["index"], head.said["size"], path)
        fits = found is not None and found.hex() == head.said["root"]
        self.note(f"[{entry['index']}] {entry['kind']}", "LOG", fits, f"{entry['at']}, {entry['subject']}")

    def item(
        self, item: dict[str, Any], approvals: list[Message], before: dict[str, tuple[int, bytes]]
    ) -> None:
        """A version: approved, whole, following the one before, entered in the log."""
        if "statement" not in item:
            fresh = bytes.fromhex(item["hash"])
            self.approved(item["hash"][:16], item, fresh, approvals[item["approval"]].said, None)
            self.place(item["hash"][:16], item, fresh)
            return
        fresh = leaf_hash(item["statement"].encode())
        try:
            stated = json.loads(item["statement"])
        except ValueError:
            self.note(fresh.hex()[:16], "STATEMENT", False)
            return
        about = f"{stated['person']}/{stated['number']}"
        self.approved(about, item, fresh, approvals[item["approval"]].said, stated)
        self.document(about, item, stated)
        number, last = before.get(stated["person"], (0, b""))
        if number:
            follows = stated["number"] == number + 1 and stated["base"] == last.hex()
            self.note(about, "CHAIN", follows)
        before[stated["person"]] = stated["number"], fresh
        self.place(about, item, fresh)

    def approved(
        self,
        about: str,
        item: dict[str, Any],
        fresh: bytes,
        approval: dict[str, Any],
        stated: dict[str, Any] | None,
    ) -> None:
        """The hash of a statement stands under the root that was signed, and it is of the approver's agency."""
        leaf = item["leaf"]
        found = root_from(fresh, leaf["index"], leaf["size"], [bytes.fromhex(one) for one in leaf["path"]])
        fits = (
            found is not None and found.hex() == approval["merkle_root"] and leaf["size"] == approval["count"]
        )
        if stated is None:
            self.note(about, "STATEMENT", fits, "?")
            return
        under = stated["agency"] == approval["agency"] or stated["agency"].startswith(
            approval["agency"] + "."
        )
        detail = f"{stated['kind']}, {stated['valid_from']}: {stated['reason']}"
        self.note(about, "STATEMENT", fits and under, detail)

    def document(self, about: str, item: dict[str, Any], stated: dict[str, Any]) -> None:
        """The document is the one whose digest was signed."""
        if "document" not in item:
            return
        member = {"whole": "document_sha256", "national": "national_sha256"}[item["form"]]
        digest = hashlib.sha256(item["document"].encode()).hexdigest()
        self.note(about, "DOCUMENT", digest == stated[member], item["form"])

    def place(self, about: str, item: dict[str, Any], fresh: bytes) -> None:
        """The hash of the version stands under the root its entry names."""
        place, entry = item["place"], self.bundle["entries"][item["entry"]]
        said = json.loads(entry["payload"])
        leaf = fresh if place.get("record") is None else leaf_hash(place["record"].to_bytes(4, "big") + fresh)
        found = root_from(leaf, place["index"], place["size"], [bytes.fromhex(one) for one in place["path"]])
        fits = found is not None and found.hex() == said["root"] and place["size"] == said["count"]
        kinds = "versions" if place.get("record") is None else "register"
        self.note(about, "ENTRY", fits and entry["kind"] == kinds, f"[{entry['index']}]")

    def witness(self, given: dict[str, Any], head: Message) -> None:
        """Another agency signed that it had seen this log, and the head extends what it saw."""
        found = self.message("WITNESS", given["witness"], SIGNS, "ccvc-witness/1", None)
        said, proof = found.said, [bytes.fromhex(one) for one in given["proof"]]
        fits = said["of"] == self.bundle["agency"] and extends(
            said["size"],
            head.said["size"],
            bytes.fromhex(said["root"]),
            bytes.fromhex(head.said["root"]),
            proof,
        )
        self.note(
            said["agency"], "WITNESS", fits, f"{said['size']} → {head.said['size']}, {found.at:%d/%m/%Y}"
        )

    def receipt(self, given: dict[str, Any]) -> None:
        """The national node signed that the manager has changed, and an entry of this log is of that very receipt."""
        found = self.message("RECEIPT", given, SIGNS, "ccvc-transfer/1", None)
        said, digest = found.said, hashlib.sha256(unbase64url(given["payload"])).hexdigest()
        entered = [json.loads(one["payload"]) for one in self.bundle["entries"] if one["kind"] == "transfer"]
        same = [
            one
            for one in entered
            if one.get("receipt") == digest and all(one[name] == said[name] for name in ENTERED)
        ]
        detail = f"{said['giver']} → {said['receiver']}, {said['decision']}, {said['effective_on']}"
        self.note(said["transfer"], "RECEIPT", bool(same), detail)
        self.handed += [(one["side"], digest) for one in same]

    def anchors(self) -> None:
        """Whether the person vouches for the authority everything rests on."""
        for one in sorted(self.trust.used):
            known = one in self.trust.fingerprints
            status = "ok" if known else "bad" if self.trust.fingerprints else "unknown"
            self.steps.append(Step("", "ANCHOR", status, one))
