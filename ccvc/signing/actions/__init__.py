"""Getting, opening and ending means of signing; signing a batch, keeping one received, checking one kept."""

from __future__ import annotations

from ccvc.signing.actions.approving import (
    digest_of,
    examine,
    keep_approval,
    keep_signed,
    sign_batch,
    stated,
    take_evidence,
    verify_batch,
)
from ccvc.signing.actions.asking import freshen_means
from ccvc.signing.actions.ending import (
    Word,
    end_certificate,
    make_default,
    revoke_means,
    revoke_software_key,
)
from ccvc.signing.actions.enrolling import (
    change_passphrase,
    check_certificate,
    create_seal_key,
    create_software_key,
    enrol_remote,
    enrol_token,
    keep_means,
    take_pkcs12,
)
from ccvc.signing.actions.opening import OpenKey, open_means, unlock
from ccvc.signing.actions.reporting import Audit
from ccvc.signing.actions.stamping import gather_due, restamp_due, stamp_due

__all__ = [
    "Audit",
    "OpenKey",
    "Word",
    "change_passphrase",
    "check_certificate",
    "create_seal_key",
    "create_software_key",
    "digest_of",
    "end_certificate",
    "enrol_remote",
    "enrol_token",
    "examine",
    "freshen_means",
    "gather_due",
    "keep_approval",
    "keep_means",
    "keep_signed",
    "make_default",
    "open_means",
    "restamp_due",
    "revoke_means",
    "revoke_software_key",
    "sign_batch",
    "stamp_due",
    "stated",
    "take_evidence",
    "take_pkcs12",
    "unlock",
    "verify_batch",
]
