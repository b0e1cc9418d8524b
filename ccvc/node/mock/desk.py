"""The desk of a mock node: files asking for certificates are answered at once, which a real authority never does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from django.conf import settings
from msgspec import Meta, Struct

from ccvc.access.domain import Subject
from ccvc.exchange import actions
from ccvc.exchange.actions.revocations import publish_revocations, save_crls
from ccvc.exchange.domain import enrolment
from ccvc.exchange.domain.enrolment import EnrolmentAnswer, EnrolmentRequest
from ccvc.exchange.domain.limits import MAX_REQUEST_FILE
from ccvc.exchange.domain.manifest import AgencyCode
from ccvc.node import home as homes
from ccvc.node.mock.folder import MockFolder, write_trust, write_whole
from ccvc.node.mock.keys import ACCOUNT, APPROVER, SampleKeys, write_keys
from ccvc.node.settings import node_settings
from ccvc.signing import certificates, store
from ccvc.simulation.authority import DemoAuthority
from ccvc.standard.problems import Problem

BY_FOLDER = ".folder.json"
Transport = Literal["https", "file"]
Text = Annotated[str, Meta(min_length=1, max_length=300)]


class AskApprover(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="format", tag="ccvc-mock-approver/1"
):
    """A certificate for an approver's key."""

    agency: AgencyCode
    account: Text
    name: Text
    csr: str


class AskKeys(Struct, frozen=True, forbid_unknown_fields=True, tag_field="format", tag="ccvc-mock-keys/1"):
    """A folder of sample keys, made and enrolled."""

    agency: AgencyCode
    transport: Transport = "https"


class AskRevoke(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="format", tag="ccvc-mock-revoke/1"
):
    """A certificate out of force."""

    certificate: str


class Desk:
    """Answers each file put into the folder of requests by one of the same name in the folder of answers."""

    def __init__(self, folder: MockFolder) -> None:
        self.folder = folder
        self.scheme = homes.scheme_authority(folder.node)
        self.approvers = DemoAuthority.open(folder.authority)

    def open(self) -> None:
        """Trust the authority of approvers, renew the lists of both, and say whom to believe."""
        store.save_trust(self.folder.node, "approvers", [self.approvers.issuer.cert])
        save_crls(self.folder.node, [self.approvers.crl()])
        publish_revocations(self.scheme)
        self.publish()

    def publish(self) -> None:
        """Write out whom to believe, and what is revoked."""
        write_trust(self.folder.root, enrolment.anchors_of(store.trust()))

    def answer_all(self) -> None:
        """Answer what has been asked, in order of name."""
        for file in sorted(self.folder.requests.glob("[!.]*.json")):
            write_whole(self.folder.answers / file.name, self._answer(file))
            file.unlink()

    def _answer(self, file: Path) -> bytes:
        try:
            return msgspec.json.format(
                msgspec.json.encode(self.answer(file.read_bytes(), file.name)), indent=2
            )
        except Problem as problem:
            return msgspec.json.encode(problem.as_json())

    def answer(self, raw: bytes, name: str) -> EnrolmentAnswer | dict[str, Any]:
        """The answer to one request; Problem EXC-ENROL-… or SIG-…, told to whoever asked."""
        asked = _read(raw)
        match asked:
            case EnrolmentRequest():
                return self.enrol(asked, "file" if name.endswith(BY_FOLDER) else "https")
            case AskApprover():
                pem = self.certify(asked)
                return _said("approver", certificate=pem)
            case AskKeys():
                return _said("keys", folder=str(self.make_keys(asked, name.removesuffix(".json"))))
            case AskRevoke():
                self.revoke(asked.certificate)
                return _said("revoke")

    def enrol(self, request: EnrolmentRequest, transport: Transport) -> EnrolmentAnswer:
        """Enrol a component as the national node's administrator would."""
        by_file, folder = transport == "file", str(self.folder.packages)
        return actions.enrol(
            Subject.system("mock"),
            request,
            self.scheme,
            address=folder if by_file else node_settings().exchange_url,
            transport="file" if by_file else "mailbox",
            folder=folder if by_file else "",
        )

    def certify(self, asked: AskApprover) -> str:
        """An approver's certificate (PEM) by the test authority."""
        return self.approvers.issue_approver(
            asked.csr, person=asked.name, account=asked.account, agency_code=asked.agency
        )

    def make_keys(self, asked: AskKeys, name: str) -> Path:
        """Make and enrol the keys of a sender; the same name again renews the folder."""
        made, folder = SampleKeys(asked.agency), self.folder.keys / name
        answer = self.enrol(made.request(), asked.transport)
        pem = self.certify(AskApprover(asked.agency, ACCOUNT, APPROVER, made.approver_request()))
        write_keys(folder, made, answer, pem)
        return folder

    def revoke(self, pem: str) -> None:
        """Take a certificate of either authority out of force."""
        cert = certificates.from_pem(pem)[0]
        if cert.issuer == self.approvers.issuer.cert.subject:
            save_crls(Path(settings.CCVC_HOME), [self.approvers.revoke(cert)])
        else:
            publish_revocations(self.scheme, [cert.serial_number])
        self.publish()


def _said(kind: str, **more: str) -> dict[str, Any]:
    return {"format": f"ccvc-mock-{kind}-answer/1", "test": True, **more}


def _read(raw: bytes) -> EnrolmentRequest | AskApprover | AskKeys | AskRevoke:
    """What is asked; Problem EXC-ENROL-FORMAT."""
    if b'"ccvc-mock-' not in raw:
        return enrolment.read_request(raw)
    if len(raw) > MAX_REQUEST_FILE:
        raise Problem("EXC-ENROL-FORMAT", where="file", reason=f"{len(raw)} > {MAX_REQUEST_FILE}")
    try:
        return msgspec.json.decode(raw, type=AskApprover | AskKeys | AskRevoke)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem("EXC-ENROL-FORMAT", where="file", reason=str(error)) from error
