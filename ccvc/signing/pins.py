"""What a PIN must be: long enough, and not what is tried first. Pure: the signing program asks it too."""

from __future__ import annotations

from itertools import pairwise

from ccvc.standard.problems import Problem

LEAST_LENGTH = 6
_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_FIRST_TRIED = ("12341234", "112233", "147258", "147369", "159357", "159753", "789456", "686868", "868686")
_YEARS = range(1940, 2031)


def check_pin(pin: str, account: str = "", least: int = LEAST_LENGTH) -> None:
    """Refuse a short PIN (SIG-PIN-SHORT) or one tried first (SIG-PIN-WEAK); `least` only raises the length."""
    least = max(least, LEAST_LENGTH)
    if len(pin) < least:
        raise Problem("SIG-PIN-SHORT", where="passphrase", least=least)
    if reason := _weakness(pin.casefold(), account.casefold()):
        raise Problem("SIG-PIN-WEAK", where="passphrase", reason=reason[0], reason_en=reason[1])


def _weakness(pin: str, account: str) -> tuple[str, str] | None:
    if len(set(pin)) < 3:  # noqa: PLR2004 - 111111, 121212, 112211
        return "chỉ lặp lại một hai ký tự", "one or two characters repeated"
    if _repeats(pin):
        return "lặp lại một đoạn ngắn", "a short piece repeated"
    if any(_walks(pin, run) for run in _RUNS) or pin in _FIRST_TRIED:
        return "theo dãy số, bảng chữ cái hoặc bàn phím", "a run of digits, the alphabet or the keyboard"
    if _is_date(pin):
        return "là ngày tháng năm", "a date"
    if account and (account in pin or pin in account):
        return "chứa tên đăng nhập", "the account name"
    return None


def _repeats(pin: str) -> bool:
    return any(
        len(pin) % size == 0 and pin == pin[:size] * (len(pin) // size)
        for size in range(1, len(pin) // 2 + 1)
    )


def _walks(pin: str, run: str) -> bool:
    """Whether all of it walks along a run, forward or backward."""
    return any(all(a + b in line for a, b in pairwise(pin)) for line in (run, run[::-1]))


def _is_date(pin: str) -> bool:
    """Day, month and year, as people type a birthday: ddmmyyyy, yyyymmdd, ddmmyy."""
    if not pin.isascii() or not pin.isdigit():
        return False
    if len(pin) == len("ddmmyyyy"):
        parts = (pin[:2], pin[2:4], pin[4:]), (pin[6:], pin[4:6], pin[:4])
        return any(_day(day, month) and int(year) in _YEARS for day, month, year in parts)
    return len(pin) == len("ddmmyy") and _day(pin[:2], pin[2:4])


def _day(day: str, month: str) -> bool:
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 12  # noqa: PLR2004 - days and months
