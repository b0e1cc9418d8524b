"""What a template says of a column: how to fill it, an example, where it comes from in law. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ccvc.intake.layout import Column
from ccvc.standard.fields import Field

_CERTAINTY = {
    "S": "theo văn bản",
    "K": "theo quy định đã biết, chưa đối chiếu văn bản gốc",
    "?": "chưa chắc chắn",
    "R": "dựng lại, chờ Phụ lục chính thức",
    "D": "suy ra từ quy định",
}
_SENSITIVE = {"sensitive": "Dữ liệu cá nhân nhạy cảm.", "secret": "Dữ liệu bí mật."}


def hint(column: Column) -> str:
    """The short line under the label: an example or the rule."""
    if column.field is None:
        return "Để trống khi thêm dòng mới"
    return _HINTS[column.field.type](column.field)


def explanation(column: Column) -> str:
    """The comment on the label: how to fill the column, and its legal basis with its certainty."""
    field = column.field
    if field is None:
        return "Mã dòng do hệ thống xuất ra; chỉ giữ lại khi cập nhật đúng dòng đó."
    lines = [
        f"{column.label}{' (bắt buộc)' if column.required else ''}",
        hint(column) + ".",
        "Ghi “Không” nếu không có, “Không rõ” nếu chưa xác định được; để trống nếu không khai lần này.",
        _SENSITIVE.get(field.sensitivity, ""),
        f"Căn cứ: {field.basis} ({_CERTAINTY[field.certainty]}).",
    ]
    if column.required:
        lines[2] = "Không được để trống khi lập hồ sơ mới."
    return "\n".join(line for line in lines if line)


def is_number(column: Column) -> bool:
    """Whether cells are numbers; all others are text, so that leading zeros live."""
    return column.field is not None and column.field.type in {"integer", "decimal"}


def _text(field: Field) -> str:
    return f"Tối đa {field.max_length} ký tự"


def _integer(field: Field) -> str:
    if field.min is None or field.max is None:
        return "Số nguyên"
    return f"Số nguyên từ {field.min:,} đến {field.max:,}".replace(",", ".")


def _decimal(field: Field) -> str:
    return "Ví dụ: " + {0: "12", 1: "62,5"}.get(field.places or 0, "2,34")


def _codes(field: Field) -> str:
    return "Chọn trong danh sách" + ("; nhiều giá trị cách nhau bằng dấu ;" if field.type == "codes" else "")


def _always(text: str) -> Callable[[Field], str]:
    return lambda _field: text


_HINTS: Mapping[str, Callable[[Field], str]] = MappingProxyType(
    {
        "text": _text,
        "long_text": _text,
        "date": _always("Ví dụ: 05/03/1985"),
        "partial_date": _always("Ví dụ: 05/03/1985, 03/1985 hoặc 1985"),
        "code": _codes,
        "codes": _codes,
        "integer": _integer,
        "decimal": _decimal,
        "boolean": _always("Có hoặc Không"),
        "place": _always("Ví dụ: xã Hoa Lư, tỉnh Ninh Bình"),
        "personal_id": _always("Ví dụ: 001085123456 (12 chữ số)"),
    }
)
