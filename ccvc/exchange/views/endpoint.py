"""The exchange endpoint: packages in, mailbox out; answers are JSON, requests are proved by signatures."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import msgspec
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.access.public import public
from ccvc.exchange.actions import next_from_mailbox, store_inbound
from ccvc.exchange.actions.heads import answer_heads
from ccvc.exchange.actions.revocations import published
from ccvc.exchange.actions.streams import enrolled_peer
from ccvc.exchange.domain import container, reconcile
from ccvc.exchange.domain.heads import MAX_MESSAGE
from ccvc.exchange.domain.limits import MAX_PACKAGE
from ccvc.exchange.domain.manifest import FORMAT
from ccvc.exchange.domain.statements import FORMAT as STATE_FORMAT
from ccvc.exchange.domain.statements import Digests, Rows, sign_statement
from ccvc.exchange.domain.tokens import check_token
from ccvc.exchange.transports.https import PACKAGE_TYPE
from ccvc.signing import store
from ccvc.standard.problems import Problem

View = Callable[[HttpRequest], HttpResponse]
RETRY_AFTER = "30"
STATUS = {
    "EXC-SIZE": 413,
    "EXC-ENVELOPE-SIZE": 413,
    "EXC-CONTENT-SIZE": 413,
    "EXC-GAP": 409,
    "EXC-FORK": 409,
    "EXC-CHAIN": 409,
    "EXC-RESTORED": 409,
    "EXC-SENDER": 403,
    "EXC-RECEIVER": 403,
    "EXC-PEER": 403,
    "EXC-SUSPENDED": 403,
    "EXC-CERT-EXPIRED": 403,
    "EXC-CERT-NOT-YET": 403,
    "EXC-CERT-REVOKED": 403,
    "EXC-CERT-UNKNOWN": 403,
    "EXC-CERT-USE": 403,
    "EXC-CERT-STATUS": 503,
    "EXC-BUSY": 503,
    "EXC-TOKEN": 401,
    "EXC-TOKEN-TIME": 401,
    "EXC-TOKEN-TARGET": 401,
}


def endpoint(view: View) -> View:
    """Mark a view as one for nodes: no sign-in, no form token, a Problem answered as JSON with its status."""

    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except Problem as problem:
            return problem_response(problem)
        except (OperationalError, InterfaceError, UnreadablePostError):
            return problem_response(Problem("EXC-BUSY", where=request.path))

    return csrf_exempt(public(answered))


def problem_response(problem: Problem) -> HttpResponse:
    """Error JSON {code, message, where, next}, with expected and got where the problem has them."""
    body = {**problem.as_json(), **{k: problem.params[k] for k in ("expected", "got") if k in problem.params}}
    response = json_response(body, STATUS.get(problem.code, 400))
    if response.status_code == STATUS["EXC-BUSY"]:
        response["Retry-After"] = RETRY_AFTER
    return response


def json_response(body: object, status: int = 200) -> HttpResponse:
    """A JSON answer."""
    return HttpResponse(msgspec.json.encode(body), content_type="application/json", status=status)


@endpoint
@require_POST
def packages(request: HttpRequest) -> HttpResponse:
    """Take one package (the body); the same package again gets the same answer."""
    size = request.headers.get("Content-Length", "")
    if size.isdigit():
        container.check_size(int(size))
    taken = store_inbound(request.read(MAX_PACKAGE + 1), "https")
    return json_response(taken.as_json(), 200 if taken.repeated else 201)


@endpoint
@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """The package after number `after` for the agency that signed the token; 204 where none waits.

    `digest`, where it is given, names the package held under that number.
    """
    agency = proved_agency(request)
    after = request.GET.get("after", "")
    if not after.isdigit():
        raise Problem("EXC-TOKEN-TARGET", where="after", expected="after=0, 1, 2 …", got=after)
    waiting = next_from_mailbox(agency, int(after), request.GET.get("digest"))
    if waiting is None:
        return HttpResponse(status=204)
    response = HttpResponse(waiting.data, content_type=PACKAGE_TYPE)
    response["CCVC-Sequence"] = str(waiting.sequence)
    return response


@endpoint
@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """What this node holds of the asking agency's people, signed: digests, or the rows of one bucket."""
    agency = proved_agency(request)
    enrolled_peer(agency)
    held = reconcile.held_of(agency)
    now, bucket = timezone.now(), request.GET.get("bucket")
    own = settings.CCVC_AGENCY
    if bucket is None:
        digests = reconcile.state_digests(held)
        statement: Digests | Rows = Digests(STATE_FORMAT, own, agency, now, len(held), digests)
    else:
        rows = reconcile.by_bucket(held).get(bucket, [])
        statement = Rows(
            STATE_FORMAT,
            own,
            agency,
            now,
            bucket,
            [(row.person, row.number, row.version, row.national) for row in rows],
        )
    sign = store.node_keys().sign
    return HttpResponse(sign_statement(statement, sign.key, sign.chain), content_type="application/jose")


@endpoint
@require_http_methods(["GET", "POST"])
def heads(request: HttpRequest) -> HttpResponse:
    """Take the head of the asking agency's log (the body of a POST) and answer with this node's."""
    agency, subject = proved_agency(request), Subject.system("exchange")
    shown = request.read(MAX_MESSAGE + 1) if request.method == "POST" else None
    return HttpResponse(answer_heads(subject, agency, shown), content_type="application/json")


@endpoint
@require_GET
def trust(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - what is published is the same for all
    """Revocation lists and this node's encryption certificate."""
    return json_response(published())


@endpoint
@require_GET
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for all
    """Whether the endpoint serves, and what it speaks."""
    store.node_keys()
    body = {
        "status": "ok",
        "agency": settings.CCVC_AGENCY,
        "formats": [FORMAT],
        "standard": standard.current().version,
        "time": timezone.now().replace(microsecond=0),
    }
    return json_response(body)


def proved_agency(request: HttpRequest) -> str:
    """Agency whose node signed this request's token; Problem EXC-TOKEN or EXC-CERT."""
    return check_token(
        request.headers.get("Authorization", ""),
        receiver=settings.CCVC_AGENCY,
        method=request.method or "",
        target=request.get_full_path(),
        trust=store.trust(),
        at=timezone.now(),
    )
