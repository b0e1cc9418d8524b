"""Numbers of documents: one after another in the register of their kind and year. NĐ 30/2020/NĐ-CP Điều 15."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings

from ccvc.documents import domain
from ccvc.documents.catalogue import Form
from ccvc.documents.models import Register


def symbol_of(form: Form) -> str:
    """What stands behind the numbers of a form's documents here."""
    return domain.symbol_of(form.symbol, settings.CCVC_DOCUMENT_SYMBOL or settings.CCVC_AGENCY)


def take(symbol: str, on: date, count: int) -> tuple[Register, range]:
    """The next numbers of the register of a day, which stays locked until the end of the transaction."""
    named: dict[str, Any] = {"agency": settings.CCVC_AGENCY, "year": on.year, "symbol": symbol}
    Register.objects.get_or_create(**named)
    register = Register.objects.select_for_update().get(**named)
    first = register.last + 1
    register.last += count
    register.save(update_fields=["last"])
    return register, range(first, register.last + 1)
