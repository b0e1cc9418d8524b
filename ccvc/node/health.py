"""Examining a node: disk, database, schema, keys, certificates, revocation lists, exchange, approvers' keys."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from ccvc.node import service
from ccvc.node.settings import NodeSettings, node_settings
from ccvc.standard.problems import Problem

LEAST_FREE = 2 * 1024**3
SOON = timedelta(days=30)
FEW_DAYS = timedelta(days=3)
MINUTES = timedelta(minutes=15)
LAST_PAPERS = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined: whether it is in order, what is wrong, and how to mend it."""

    what: str
    ok: bool
    detail: str = ""
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)


Check = Callable[[NodeSettings], Finding]


def examine() -> list[Finding]:
    """Examine everything; what cannot be examined because something before it is broken is left out."""
    settings = node_settings()
    findings = [_disk(settings), _attempt("Cơ sở dữ liệu chạy được", _database)]
    if findings[-1].ok:
        with service.ready(migrate=False):
            findings += list(_inside(settings))
    return findings


def _attempt(what: str, act: Callable[[], None]) -> Finding:
    try:
        act()
    except Problem as problem:
        return Finding(what, ok=False, detail=problem.message("vi"), remedy=problem.next_step("vi"))
    return Finding(what, ok=True)


def _disk(settings: NodeSettings) -> Finding:
    free = shutil.disk_usage(settings.home).free
    return Finding(
        f"Đĩa còn {free // 1024**3} GiB",
        free >= LEAST_FREE,
        "Dung lượng trống dưới 2 GiB.",
        "Giải phóng đĩa hoặc chuyển thư mục của nút sang đĩa lớn hơn.",
    )


def _database() -> None:
    with service.database():
        pass


def _inside(settings: NodeSettings) -> Iterator[Finding]:
    yield _schema()
    yield _attempt("Khoá của nút đọc được và khớp chứng thư", _keys)
    yield _certificates()
    yield _revocations()
    if settings.kind == "component":
        yield _joined(settings)
        yield _milestones()
    yield _exchange()
    yield _heads()
    yield _verification()
    yield _approvers()
    yield _stamps()
    yield _states()
    yield _papers()
    if settings.evidence_scanner:
        yield _scanner()


def _schema() -> Finding:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    behind = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    detail = f"Còn {behind} bước nâng cấp cấu trúc chưa chạy."
    return Finding(
        "Cấu trúc cơ sở dữ liệu là bản mới nhất", behind == 0, detail, "Chạy ccvc run: nút tự nâng cấp."
    )


def _keys() -> None:
    from ccvc.signing import store

    store.node_keys()


def _certificates() -> Finding:
    from django.utils import timezone

    from ccvc.signing import store

    what = "Chứng thư của nút còn hạn trên 30 ngày"
    try:
        pair = store.node_keys().sign
    except Problem:
        return Finding(
            what,
            ok=False,
            detail="Chưa có chứng thư.",
            remedy="Chạy ccvc exchange enrol rồi ccvc exchange join.",
        )
    ends = pair.cert.not_valid_after_utc
    detail = f"Hết hạn ngày {ends:%d/%m/%Y}."
    return Finding(
        what, ends - timezone.now() > SOON, detail, "Gửi lại tệp yêu cầu kết nối để được cấp chứng thư mới."
    )


def _revocations() -> Finding:
    """A list past its day makes every certificate of its authority "cannot tell", which is refused."""
    from django.utils import timezone

    from ccvc.signing import store

    soon = timezone.now() + FEW_DAYS
    old = [c for c in store.trust().crls if c.next_update_utc is not None and c.next_update_utc < soon]
    names = "; ".join(sorted({c.issuer.rfc4514_string() for c in old}))
    remedy = "Để ccvc run chạy: danh sách của hệ thống tự được gia hạn; danh sách khác, tải bản mới vào thư mục trust."
    return Finding(
        "Danh sách thu hồi chứng thư còn hiệu lực", not old, f"Sắp hết hoặc đã hết hạn: {names}", remedy
    )


def _joined(settings: NodeSettings) -> Finding:
    from ccvc.exchange.models import Peer

    known = Peer.objects.filter(agency_code=settings.national_agency).exists()
    remedy = "Gửi enrolment-request.json cho nút quốc gia, rồi chạy ccvc exchange join với tệp trả lời."
    return Finding("Đã kết nối với nút quốc gia", known, "Nút chưa được kết nối.", remedy)


def _milestones() -> Finding:
    """Whether the worker keeps the work lists up to the dossiers, give or take some minutes."""
    from django.utils import timezone

    from ccvc.worklists.selectors import left_behind

    late = left_behind(timezone.now() - MINUTES)
    remedy = "Để ccvc run chạy, xem nhật ký của nút; tính ngay bằng ccvc worklists compute."
    detail = f"{late} hồ sơ đã thay đổi, hoặc chưa tính theo bộ quy tắc đang dùng từ hôm qua."
    return Finding("Danh sách đến hạn được tính kịp", late == 0, detail, remedy)


def _exchange() -> Finding:
    from ccvc.access.domain import Subject
    from ccvc.exchange import selectors

    found = selectors.status(Subject.system("doctor"))
    stuck = [p for p in found.peers if p.last_error]
    detail = "; ".join(f"{p.agency}: {(p.last_error or {}).get('message', '')}" for p in stuck)
    return Finding(
        "Trao đổi không có lỗi đang chờ",
        not stuck,
        detail,
        "Xem ccvc exchange status và trang Trao đổi dữ liệu.",
    )


def _heads() -> Finding:
    """Whether every log grew only, as far as nodes can tell of each other."""
    from ccvc.exchange.selectors.status import open_alarms

    found = [one.message("vi") for raised in open_alarms().values() for one in raised]
    remedy = "Xem trang Sổ cái: làm rõ với cơ quan bên kia, rồi khép cảnh báo với lý do."
    return Finding("Sổ cái của nút và của các nút bên kia chỉ dài thêm", not found, "; ".join(found), remedy)


def _verification() -> Finding:
    """Whether the last verification of the ledger found nothing; that none was made yet is no fault."""
    from ccvc.ledger.models import Verification

    last = Verification.objects.order_by("-pk").first()
    detail = "; ".join(fault["message"] for fault in last.faults[:3]) if last else ""
    remedy = "Giữ nguyên hiện trạng, chạy ccvc ledger verify --all và báo người phụ trách an toàn thông tin."
    return Finding(
        "Lần kiểm tra sổ cái gần nhất không thấy gì sai", not (last and last.count), detail, remedy
    )


def _approvers() -> Finding:
    from ccvc.signing.models import SigningMeans

    locked = SigningMeans.objects.filter(revoked_at=None, locked_until__isnull=False).count()
    detail = f"{locked} khoá ký đang bị chặn vì nhập sai mật khẩu nhiều lần."
    return Finding(
        "Không có khoá ký nào bị chặn",
        locked == 0,
        detail,
        "Xác minh với người giữ khoá; khoá tự mở sau thời gian chặn.",
    )


def _stamps() -> Finding:
    """Whether the times of approvals are proved; a node without a time-stamping service is told so, and is in order."""
    from ccvc.signing import services
    from ccvc.signing.verdicts import moment

    found = services.stamping()
    if not found.urls:
        return Finding("Không cấu hình dịch vụ dấu thời gian: thời điểm ký theo lời người ký", ok=True)
    trouble = (found.state.trouble or {}).get("message", "") if found.state else ""
    stops = f" Phê duyệt sẽ tạm dừng lúc {moment(found.stops_at)}." if found.stops_at else ""
    return Finding(
        f"Dấu thời gian: {found.waiting} lượt phê duyệt đang chờ (mức cho phép {found.limit})",
        not found.is_late and not found.is_high,
        f"{trouble}{stops}",
        "Kiểm tra dịch vụ tại timestamp_urls và để ccvc run chạy; dấu được lấy ngay khi dịch vụ trả lời.",
    )


def _states() -> Finding:
    """Whether the services that tell revoked certificates answer."""
    from ccvc.signing import services

    state = services.revocation()
    failing = state is not None and state.failing_since is not None
    detail = (state.trouble or {}).get("message", "") if state else ""
    remedy = "Kiểm tra kết nối đến dịch vụ ghi trong chứng thư số; nút tự hỏi lại."
    return Finding("Dịch vụ trạng thái chứng thư số trả lời", not failing, detail, remedy)


def _papers() -> Finding:
    """Whether the folder of papers is there and closed to others; the files themselves `ccvc ledger verify` reads."""
    from ccvc.evidence import storage
    from ccvc.evidence.models import ScanState, StoredFile

    kept = StoredFile.objects.exclude(state=ScanState.INFECTED)
    gone = [
        row.sha256 for row in kept.order_by("-pk")[:LAST_PAPERS] if not storage.place(row.sha256).is_file()
    ]
    whole = not kept.exists() or storage.folder().is_dir()
    detail = f"Thiếu tệp, ví dụ {gone[0][:16]}…" if gone else "Thiếu thư mục evidence."
    remedy = "Khôi phục thư mục evidence của nút từ bản sao lưu, rồi chạy ccvc ledger verify."
    return Finding("Giấy tờ chứng minh còn đủ trong thư mục của nút", whole and not gone, detail, remedy)


def _scanner() -> Finding:
    from ccvc.evidence import scanning
    from ccvc.evidence.models import ScanState, StoredFile

    scanner = scanning.scanner()
    verdict = scanner.scan(b"ccvc doctor") if scanner else scanning.Verdict("unknown")
    waiting = StoredFile.objects.filter(state=ScanState.UNSCANNED).count()
    detail = f"{verdict.detail}; {waiting} tệp đang chờ quét."
    remedy = "Khởi động lại trình quét, xem lại evidence_scanner trong node.toml; nút tự quét tiếp."
    return Finding("Trình quét mã độc trả lời", verdict.status == "clean", detail, remedy)
