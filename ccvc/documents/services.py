"""What stands beside signatures on documents: time stamps and evidence, where the node has services for them."""

from __future__ import annotations

from cryptography import x509
from django.conf import settings

from ccvc.documents.pades import Services
from ccvc.signing import services
from ccvc.signing.actions.stamping import fetch_token


def current(cert: x509.Certificate) -> Services:
    """The services a signature by this certificate is made with; none where the node asks for no time stamps.

    A service that cannot be reached refuses the signature (its Problem): what is signed meanwhile would stay without.
    """
    if not settings.CCVC_TIMESTAMP_URLS:
        return Services()
    known = services.trust([cert])
    return Services(lambda data: fetch_token(data, known)[0], known)
