"""The words, colours and icons of every state a page may show; rooms name states, this file dresses them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Look:
    """How a state looks: tone is one of neutral, info, good, warn, bad, gold."""

    label: Text
    tone: str
    icon: str = ""


LOOKS: dict[str, Look] = {
    "draft": Look(_("Bản nháp"), "neutral", "pen"),
    "declared": Look(_("Đã kê khai"), "info", "user"),
    "checking": Look(_("Đang kiểm tra"), "info", "clock"),
    "checked": Look(_("Đã kiểm tra"), "info", "check"),
    "verifying": Look(_("Đang thẩm định"), "info", "clock"),
    "verified": Look(_("Đã thẩm định"), "info", "check-double"),
    "approved": Look(_("Đã phê duyệt"), "good", "stamp"),
    "returned": Look(_("Trả lại"), "warn", "arrow-left"),
    "withdrawn": Look(_("Đã rút"), "neutral", "x"),
    "effective": Look(_("Đang có hiệu lực"), "good", "check"),
    "future": Look(_("Chưa đến ngày hiệu lực"), "gold", "calendar"),
    "soon": Look(_("Sắp đến hạn"), "warn", "clock"),
    "late": Look(_("Quá hạn"), "bad", "alert"),
    "pending": Look(_("Đang chờ"), "warn", "clock"),
    "waiting": Look(_("Chờ xử lý"), "warn", "clock"),
    "accepted": Look(_("Đã tiếp nhận"), "good", "check"),
    "refused": Look(_("Từ chối"), "bad", "x"),
    "conflict": Look(_("Xung đột"), "bad", "alert"),
    "sent": Look(_("Đã gửi"), "info", "send"),
    "received": Look(_("Đã nhận"), "info", "receive"),
    "failed": Look(_("Không thành công"), "bad", "alert"),
    "running": Look(_("Đang chạy"), "info", "refresh"),
    "done": Look(_("Hoàn thành"), "good", "check"),
    "retry": Look(_("Sẽ thử lại"), "warn", "refresh"),
    "active": Look(_("Đang hoạt động"), "good", "check"),
    "closed": Look(_("Đã kết thúc"), "neutral", "lock"),
    "revoked": Look(_("Đã thu hồi"), "bad", "x"),
    "expired": Look(_("Hết hạn"), "warn", "calendar"),
    "valid": Look(_("Hợp lệ"), "good", "shield"),
    "invalid": Look(_("Không hợp lệ"), "bad", "alert"),
    "unknown": Look(_("Chưa xác định"), "warn", "help"),
    "none": Look(_("Không có"), "neutral"),
    "basic": Look(_("Cơ bản"), "neutral"),
    "sensitive": Look(_("Nhạy cảm"), "warn", "lock"),
    "secret": Look(_("Mật"), "bad", "lock"),
    "master": Look(_("Dữ liệu chủ"), "gold", "star"),
    "reference": Look(_("Dữ liệu tham chiếu"), "neutral", "link"),
    "error": Look(_("Lỗi"), "bad", "alert"),
    "warning": Look(_("Cảnh báo"), "warn", "alert"),
}


def look(state: str) -> Look:
    """The look of a state; an undeclared one is neutral and without a word of its own."""
    return LOOKS.get(state, Look("", "neutral"))
