"""Private keys: made on the allowed curve, kept as PKCS #8, opened with a passphrase.

A key with a passphrase is standard encrypted PKCS #8. Its own key derivation makes guessing too cheap, so its
password is the hexadecimal Argon2id digest of the passphrase, with the parameters in a line above the PEM.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from secrets import token_bytes
from typing import Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from ccvc.signing import algorithms
from ccvc.standard.problems import Problem

PrivateKey = ec.EllipticCurvePrivateKey
PublicKey = ec.EllipticCurvePublicKey
SigningKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
"""What a person or an agency signs with: cards and tokens mostly hold RSA; a node's own keys are on a curve."""
VerifyingKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

STRENGTH = (65_536, 3, 4)
"""Memory in KiB, iterations and lanes: the second recommended option of RFC 9106 section 4."""

_CURVES: dict[str, type[ec.EllipticCurve]] = {"secp256r1": ec.SECP256R1, "secp384r1": ec.SECP384R1}
_ENCRYPTED = "-----BEGIN ENCRYPTED PRIVATE KEY-----"
_MOST_MEMORY = 1 << 20
_MOST_ITERATIONS = 16


def generate() -> PrivateKey:
    """A new key on the preferred curve of today."""
    return ec.generate_private_key(_CURVES[algorithms.current().choose("public_key", algorithms.today())]())


@dataclass(frozen=True)
class Stretch:
    """Argon2id parameters and salt (RFC 9106): memory in KiB, iterations, lanes."""

    memory: int
    iterations: int
    lanes: int
    salt: bytes

    _PATTERN = re.compile(r"argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,3}),p=(\d{1,2})\$([0-9a-f]{32})\s*\n")

    @classmethod
    def new(cls) -> Self:
        """The strength of new keys, with a fresh salt."""
        return cls(*STRENGTH, token_bytes(16))

    @classmethod
    def read(cls, pem: str) -> Self | None:
        """The line above a PEM, if there is one; None also for parameters no honest writer would choose."""
        match = cls._PATTERN.match(pem)
        if match is None:
            return None
        memory, iterations, lanes = (int(match[i]) for i in (1, 2, 3))
        if memory > _MOST_MEMORY or not 0 < iterations <= _MOST_ITERATIONS or not 0 < lanes <= memory // 8:
            return None
        return cls(memory, iterations, lanes, bytes.fromhex(match[4]))

    def line(self) -> str:
        """The line to stand above the PEM."""
        return f"argon2id$v=19$m={self.memory},t={self.iterations},p={self.lanes}${self.salt.hex()}\n"

    def password(self, passphrase: str) -> bytes:
        """The password of the PKCS #8 inside."""
        kdf = Argon2id(
            salt=self.salt,
            length=32,
            iterations=self.iterations,
            lanes=self.lanes,
            memory_cost=self.memory,
        )
        return kdf.derive(_typed(passphrase)).hex().encode()


def _typed(passphrase: str) -> bytes:
    """One byte form whichever way the keyboard composes Vietnamese letters."""
    return unicodedata.normalize("NFC", passphrase).encode()


def name_of(key: object) -> str:
    """What the list of algorithms calls a key: its curve, or rsa with the bits of its modulus; empty for others."""
    if isinstance(key, ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey):
        return key.curve.name
    if isinstance(key, rsa.RSAPublicKey | rsa.RSAPrivateKey):
        return f"rsa{key.key_size}"
    return ""


def to_pem(key: SigningKey, passphrase: str | None) -> str:
    """The key as PKCS #8 PEM, encrypted if a passphrase is given (about 0.1 s)."""
    if passphrase is None:
        return _pem(key, serialization.NoEncryption())
    stretch = Stretch.new()
    return stretch.line() + _pem(key, serialization.BestAvailableEncryption(stretch.password(passphrase)))


def _pem(key: SigningKey, encryption: serialization.KeySerializationEncryption) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    ).decode()


def from_pem(pem: str | bytes, passphrase: str | None = None) -> PrivateKey:
    """Open a key on a curve, as nodes have them; SIG-KEY for any other, else as signing_from_pem."""
    key = signing_from_pem(pem, passphrase)
    if not isinstance(key, PrivateKey):
        raise Problem("SIG-KEY")
    return key


def signing_from_pem(pem: str | bytes, passphrase: str | None = None) -> SigningKey:
    """Open a key; SIG-PASSPHRASE if the passphrase is wrong or missing, SIG-KEY if it is no key of ours.

    A damaged encrypted key also answers SIG-PASSPHRASE: the two cannot be told apart, and should not be.
    """
    text = pem.decode("ascii", "replace") if isinstance(pem, bytes) else pem
    encrypted = _ENCRYPTED in text
    if encrypted and passphrase is None:
        raise Problem("SIG-PASSPHRASE")
    password = _password(text, passphrase) if encrypted and passphrase is not None else None
    try:
        key = serialization.load_pem_private_key(text.encode(), password)
    except (ValueError, TypeError) as error:
        raise Problem("SIG-PASSPHRASE" if encrypted else "SIG-KEY") from error
    if not isinstance(key, SigningKey):
        raise Problem("SIG-KEY")
    return key


def _password(pem: str, passphrase: str) -> bytes:
    stretch = Stretch.read(pem)
    return stretch.password(passphrase) if stretch else _typed(passphrase)


LEAST_LENGTH = 12
LEAST_DIFFERENT = 6
_SEQUENCES = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_WORDS = ("matkhau", "password", "passphrase", "iloveyou", "chukyso", "vietnam")


def check_passphrase(passphrase: str, account: str, least: int = LEAST_LENGTH) -> None:
    """Refuse a short passphrase (SIG-PASSPHRASE-SHORT) or one easy to guess (SIG-PASSPHRASE-WEAK).

    `least` only raises the length that is always asked for.
    """
    text = unicodedata.normalize("NFC", passphrase)
    if len(text) < max(least, LEAST_LENGTH):
        raise Problem("SIG-PASSPHRASE-SHORT", where="passphrase", least=max(least, LEAST_LENGTH))
    reason = _weakness(text.casefold(), account.casefold())
    if reason:
        raise Problem("SIG-PASSPHRASE-WEAK", where="passphrase", reason=reason[0], reason_en=reason[1])


def _weakness(text: str, account: str) -> tuple[str, str] | None:
    left = text
    for word in (*_WORDS, account):
        left = left.replace(word, "") if word else left
    if text.isdigit():
        return "chỉ gồm chữ số", "digits only"
    if len(set(text)) < LEAST_DIFFERENT:
        return "lặp đi lặp lại vài ký tự", "a few characters repeated"
    if any(_follows(text, sequence) for sequence in _SEQUENCES):
        return "theo dãy phím hoặc bảng chữ cái", "a run of the keyboard or alphabet"
    if len(left) < LEAST_LENGTH // 2:
        return "gồm từ quá phổ biến hoặc tên đăng nhập", "common words or the account name"
    return None


def _follows(text: str, sequence: str) -> bool:
    """Whether half of the text or more walks along a sequence, forward or backward."""
    for run in (sequence, sequence[::-1]):
        pairs = sum(first + second in run for first, second in pairwise(text))
        if pairs * 2 >= len(text):
            return True
    return False
