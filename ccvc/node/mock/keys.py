"""Sample keys of a sender: made here, certified by a test authority, written as docs/exchange-protocol.md 17.3 says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from ccvc.exchange.domain import enrolment
from ccvc.exchange.domain.enrolment import EnrolmentAnswer, EnrolmentRequest, Pems
from ccvc.node.mock.folder import write_trust, write_whole
from ccvc.signing import certificates, keys
from ccvc.signing.keys import PrivateKey

MARK = "TEST-KEYS.txt"
WORDS = "Khoá THỬ NGHIỆM: không được dùng ở nút thật.\nTest keys, made to try a sender. No real node believes them.\n"
ACCOUNT, APPROVER = "an.nguyen", "Nguyễn Văn An (THỬ NGHIỆM)"


@dataclass(frozen=True)
class SampleKeys:
    """The private keys of a sender's node and of its approver."""

    agency: str
    sign: PrivateKey = field(default_factory=keys.generate)
    encrypt: PrivateKey = field(default_factory=keys.generate)
    approver: PrivateKey = field(default_factory=keys.generate)

    @property
    def name(self) -> str:
        """The name certificates show."""
        return f"THỬ NGHIỆM — {self.agency}"

    def request(self) -> EnrolmentRequest:
        """The enrolment request for the node's keys."""
        pems = [
            certificates.request(key, common_name=self.name, agency_code=self.agency)
            for key in (self.sign, self.encrypt)
        ]
        now = datetime.now(UTC).replace(microsecond=0)
        return EnrolmentRequest(enrolment.REQUEST_FORMAT, self.agency, self.name, Pems(*pems), now)

    def approver_request(self) -> str:
        """The certificate request (PEM) for the approver's key."""
        return certificates.request(
            self.approver, common_name=ACCOUNT, agency_code=self.agency, person=APPROVER
        )


def write_keys(folder: Path, made: SampleKeys, answer: EnrolmentAnswer, approver_pem: str) -> None:
    """Write the folder a sender's command is given; the answer last, so that a folder with one is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / MARK, WORDS.encode())
    pems = {
        "sign": answer.certificates.sign,
        "encrypt": answer.certificates.encrypt,
        "approver": approver_pem,
    }
    for use, key in {"sign": made.sign, "encrypt": made.encrypt, "approver": made.approver}.items():
        write_pair(folder, use, key, pems[use])
    write_trust(folder, answer.trust)
    write_whole(folder / "answer.json", enrolment.encode(answer))


def write_pair(folder: Path, use: str, key: PrivateKey, chain_pem: str) -> None:
    """A private key and its certificate chain."""
    write_whole(folder / f"{use}.key.pem", keys.to_pem(key, None).encode())
    write_whole(folder / f"{use}.crt.pem", chain_pem.encode())


def read_cert(folder: Path, use: str) -> x509.Certificate:
    """The holder's certificate in a folder of keys."""
    return certificates.from_pem((folder / f"{use}.crt.pem").read_bytes())[0]
