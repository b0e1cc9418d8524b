"""Content of a package: records as lines, compressed, encrypted, and back, each step by itself."""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Sequence
from uuid import UUID

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ccvc.exchange.domain.limits import MAX_CONTENT, MAX_WINDOW, MIB
from ccvc.exchange.domain.manifest import Manifest
from ccvc.signing import merkle
from ccvc.standard.problems import Problem

KEY_SIZE = 32
NONCE_SIZE = 12
TAG_SIZE = 16
LEVEL = 3


def join_lines(lines: Sequence[bytes]) -> bytes:
    """Content bytes: every line, the last too, ends with one newline."""
    return b"\n".join((*lines, b"")) if lines else b""


def split_lines(content: bytes) -> list[bytes]:
    """Lines without their newline; Problem EXC-LINES where the last one is not ended."""
    lines = content.split(b"\n")
    if rest := lines.pop():
        raise Problem("EXC-LINES", where=f"line {len(lines)}", got=len(rest))
    return lines


def merkle_root(lines: Sequence[bytes]) -> str:
    """Hex Merkle root (RFC 9162) over the lines, in order."""
    return merkle.root([merkle.leaf_hash(line) for line in lines]).hex()


def compress(content: bytes) -> bytes:
    """One zstd frame (RFC 8878) with its size and checksum."""
    return zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compress(content)


def decompress(data: bytes, limit: int = MAX_CONTENT) -> bytes:
    """The content; Problem EXC-CONTENT-SIZE as soon as more than `limit` bytes come out, EXC-COMPRESSION."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
    found: list[bytes] = []
    size = 0
    try:
        with decompressor.stream_reader(io.BytesIO(data), read_across_frames=True) as reader:
            while block := reader.read(MIB):
                size += len(block)
                if size > limit:
                    raise Problem("EXC-CONTENT-SIZE", where="blob", limit=limit)
                found.append(block)
    except zstandard.ZstdError as error:
        raise Problem("EXC-COMPRESSION", where="blob", reason=str(error)) from error
    return b"".join(found)


def new_key() -> bytes:
    """A fresh content key; one key encrypts one package."""
    return secrets.token_bytes(KEY_SIZE)


def encrypt(data: bytes, key: bytes, package_id: UUID) -> bytes:
    """Nonce, then AES-256-GCM over `data` with its tag; the package id (36 characters) is bound in."""
    nonce = secrets.token_bytes(NONCE_SIZE)
    return nonce + AESGCM(key).encrypt(nonce, data, str(package_id).encode())


def decrypt(blob: bytes, key: bytes, package_id: UUID) -> bytes:
    """The data encrypted by `encrypt`; Problem EXC-DECRYPT."""
    try:
        return AESGCM(key).decrypt(blob[:NONCE_SIZE], blob[NONCE_SIZE:], str(package_id).encode())
    except (InvalidTag, ValueError) as error:
        raise Problem("EXC-DECRYPT", where="blob") from error


def check_blob(manifest: Manifest, blob: bytes, offset: int) -> None:
    """Problem EXC-TRUNCATED, -TRAILING or -BLOB-DIGEST where the blob is not the one in the manifest.

    `offset` is where the blob starts in the file, so that the sizes named are those of the file.
    """
    expected, got = offset + manifest.blob_size, offset + len(blob)
    if got != expected:
        code = "EXC-TRUNCATED" if got < expected else "EXC-TRAILING"
        raise Problem(code, where=f"byte {min(got, expected)}", expected=expected, got=got)
    digest = hashlib.sha256(blob).hexdigest()
    if digest != manifest.blob_sha256:
        raise Problem("EXC-BLOB-DIGEST", where=f"byte {offset}", expected=manifest.blob_sha256, got=digest)


def check_lines(manifest: Manifest, lines: Sequence[bytes]) -> None:
    """Problem EXC-COUNT or EXC-ROOT where the lines are not those in the manifest."""
    if len(lines) != manifest.records:
        raise Problem("EXC-COUNT", where="content", expected=manifest.records, got=len(lines))
    root = merkle_root(lines)
    if root != manifest.merkle_root:
        raise Problem("EXC-ROOT", where="content", expected=manifest.merkle_root, got=root)
