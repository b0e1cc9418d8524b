"""Signatures checked with whole numbers alone: ECDSA on P-256 and P-384, RSA in both paddings."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import NamedTuple

from ccvc.inspection.offline.der import Der, Unknown, bits, der, oid

HASHES = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
SCHEMES = {
    "1.2.840.10045.4.3.2": ("ecdsa", "sha256"),
    "1.2.840.10045.4.3.3": ("ecdsa", "sha384"),
    "1.2.840.10045.4.3.4": ("ecdsa", "sha512"),
    "1.2.840.113549.1.1.11": ("rsa", "sha256"),
    "1.2.840.113549.1.1.12": ("rsa", "sha384"),
    "1.2.840.113549.1.1.13": ("rsa", "sha512"),
}
JOSE = {
    "ES256": ("ecdsa", "sha256"),
    "ES384": ("ecdsa", "sha384"),
    "RS256": ("rsa", "sha256"),
    "RS384": ("rsa", "sha384"),
    "RS512": ("rsa", "sha512"),
    "PS256": ("pss", "sha256"),
    "PS384": ("pss", "sha384"),
    "PS512": ("pss", "sha512"),
}
DIGEST_INFO = {
    "sha256": "3031300d060960864801650304020105000420",
    "sha384": "3041300d060960864801650304020205000430",
    "sha512": "3051300d060960864801650304020305000440",
}


def scheme_of(algorithm: Der, digest: str = "") -> tuple[str, str]:
    """How a signature was made, by the identifier of its algorithm; Unknown for what is not known here.

    `digest` is what was said elsewhere, for an algorithm that names none itself.
    """
    found = oid(algorithm.parts()[0])
    if found == "1.2.840.113549.1.1.1" and digest:
        return "rsa", digest
    if found == "1.2.840.113549.1.1.10":
        named = [part for part in algorithm.parts()[1].parts() if part.tag == 0xA0]
        hashed = HASHES.get(oid(named[0].parts()[0].parts()[0]), "") if named else ""
        if hashed in DIGEST_INFO:
            return "pss", hashed
    if found not in SCHEMES:
        raise Unknown(f"thuật toán chữ ký / signature algorithm {found}")
    return SCHEMES[found]


class Curve(NamedTuple):
    """A curve of FIPS 186: prime, coefficient b (a is -3), order, base point."""

    p: int
    b: int
    n: int
    g: tuple[int, int]


P256 = Curve(
    0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    (
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
)
P384 = Curve(
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF,
    0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    (
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
)
CURVES = {"1.2.840.10045.3.1.7": ("secp256r1", P256), "1.3.132.0.34": ("secp384r1", P384)}
Point = tuple[int, int] | None


def add(curve: Curve, one: Point, other: Point) -> Point:
    """The sum of two points; None is the point at infinity."""
    if one is None or other is None:
        return other if one is None else one
    if one[0] == other[0]:
        if (one[1] + other[1]) % curve.p == 0:
            return None
        slope = (3 * one[0] * one[0] - 3) * pow(2 * one[1], -1, curve.p) % curve.p
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, curve.p) % curve.p
    x = (slope * slope - one[0] - other[0]) % curve.p
    return x, (slope * (one[0] - x) - one[1]) % curve.p


@lru_cache(maxsize=4096)
def ecdsa_holds(curve: Curve, point: tuple[int, int], digest: bytes, r: int, s: int) -> bool:
    """Whether (r, s) signs a digest (FIPS 186-5, 6.4.2)."""
    x, y = point
    if (y * y - (x * x * x - 3 * x + curve.b)) % curve.p or not (0 < r < curve.n and 0 < s < curve.n):
        return False
    size = curve.n.bit_length()
    value = int.from_bytes(digest, "big") >> max(0, len(digest) * 8 - size)
    inverse = pow(s, -1, curve.n)
    u, v = value * inverse % curve.n, r * inverse % curve.n
    table: dict[tuple[int, int], Point] = {
        (0, 1): point,
        (1, 0): curve.g,
        (1, 1): add(curve, curve.g, point),
        (0, 0): None,
    }
    total: Point = None
    for bit in range(size - 1, -1, -1):
        total = add(curve, add(curve, total, total), table[u >> bit & 1, v >> bit & 1])
    return total is not None and total[0] % curve.n == r


class Key:
    """A public key as certificates carry it; of a kind not known here only its name can be told."""

    def __init__(self, info: Der) -> None:
        algorithm, value = info.parts()
        parts = algorithm.parts()
        kind = oid(parts[0])
        self.bits = bits(value)
        self.curve: Curve | None = None
        self.numbers = (0, 0)
        if kind == "1.2.840.113549.1.1.1":
            modulus, exponent = der(self.bits).parts()
            self.numbers = int.from_bytes(modulus.body, "big"), int.from_bytes(exponent.body, "big")
            self.name = f"rsa{self.numbers[0].bit_length()}"
            return
        self.name = oid(parts[1]) if kind == "1.2.840.10045.2.1" else kind
        if self.name in CURVES:
            self.name, self.curve = CURVES[self.name]
            half = (len(self.bits) - 1) // 2
            self.numbers = (
                int.from_bytes(self.bits[1 : half + 1], "big"),
                int.from_bytes(self.bits[half + 1 :], "big"),
            )

    def verifies(self, data: bytes, signature: bytes, algorithm: str) -> bool:
        """Whether a signature as JOSE has it holds: r and s side by side, each curve with its own digest."""
        if algorithm not in JOSE:
            raise Unknown(f"thuật toán / algorithm {algorithm}")
        scheme, digest = JOSE[algorithm]
        if scheme != "ecdsa":
            return self.holds(data, signature, scheme, digest)
        size = {"ES256": 256, "ES384": 384}[algorithm]
        if self.curve is None or self.curve.p.bit_length() != size or len(signature) != size // 4:
            return False
        r, s = (int.from_bytes(half, "big") for half in (signature[: size // 8], signature[size // 8 :]))
        return ecdsa_holds(self.curve, self.numbers, hashlib.new(digest, data).digest(), r, s)

    def holds(self, data: bytes, signature: bytes, scheme: str, digest: str) -> bool:
        """Whether a signature as X.509 and CMS have it holds; Unknown for a key of a kind not known here."""
        if self.curve is None and not self.name.startswith("rsa"):
            raise Unknown(f"khoá / key {self.name}")
        if scheme != "ecdsa":
            return self.curve is None and rsa_holds(self.numbers, data, signature, scheme, digest)
        if self.curve is None:
            return False
        r, s = (int.from_bytes(part.body, "big") for part in der(signature).parts())
        return ecdsa_holds(self.curve, self.numbers, hashlib.new(digest, data).digest(), r, s)


def rsa_holds(numbers: tuple[int, int], data: bytes, signature: bytes, scheme: str, digest: str) -> bool:
    """RSASSA-PKCS1-v1_5 or RSASSA-PSS (RFC 8017, 8.2.2 and 8.1.2)."""
    modulus, exponent = numbers
    size, hashed = (modulus.bit_length() + 7) // 8, hashlib.new(digest, data).digest()
    if len(signature) != size or modulus.bit_length() < 2048:
        return False
    block = pow(int.from_bytes(signature, "big"), exponent, modulus).to_bytes(size, "big")
    if scheme == "rsa":
        info = bytes.fromhex(DIGEST_INFO[digest]) + hashed
        return block == b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    return pss_holds(block, hashed, modulus.bit_length() - 1, digest)


def pss_holds(block: bytes, hashed: bytes, size: int, digest: str) -> bool:
    """EMSA-PSS-VERIFY with a salt as long as the digest (RFC 8017, 9.1.2)."""
    block = block[len(block) - (size + 7) // 8 :]
    masked, seed = block[: -len(hashed) - 1], block[-len(hashed) - 1 : -1]
    count = -(-len(masked) // len(hashed))
    mask = b"".join(hashlib.new(digest, seed + number.to_bytes(4, "big")).digest() for number in range(count))
    clear = bytearray(one ^ other for one, other in zip(masked, mask, strict=False))
    clear[0] &= 0xFF >> (8 * len(block) - size)
    salt = bytes(clear[-len(hashed) :])
    padded = bytes(len(clear) - len(hashed) - 1) + b"\x01" + salt
    return (
        block[-1:] == b"\xbc"
        and bytes(clear) == padded
        and seed == hashlib.new(digest, bytes(8) + hashed + salt).digest()
    )
