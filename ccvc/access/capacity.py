"""In which capacity somebody signs. Pure. Source: NĐ 30/2020/NĐ-CP Điều 13."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Mode(TextChoices):
    """Modes of signing."""

    HEAD = "", _("Người đứng đầu ký")
    DEPUTY = "KT.", _("Ký thay (KT.)")
    COLLECTIVE = "TM.", _("Thay mặt tập thể (TM.)")
    ENTRUSTED = "TUQ.", _("Thừa ủy quyền (TUQ.)")
    ORDERED = "TL.", _("Thừa lệnh (TL.)")


OWN_MODES = (Mode.HEAD, Mode.DEPUTY, Mode.COLLECTIVE, Mode.ORDERED)
"""Modes in which somebody signs by their own grant: TUQ. comes by a written delegation only."""


class Lent(StrEnum):
    """Modes in which a delegate signs: TM. is a head's own, by their grant."""

    ENTRUSTED = Mode.ENTRUSTED.value
    DEPUTY = Mode.DEPUTY.value
    ORDERED = Mode.ORDERED.value


@dataclass(frozen=True, slots=True)
class Capacity:
    """How a signer signs: the mode, the title signed for (or the collective), and the signer's own title."""

    mode: str = ""
    for_title: str = ""
    title: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines above a signature: `KT. GIÁM ĐỐC`, `PHÓ GIÁM ĐỐC`; none where nothing was said."""
        above = f"{self.mode} {self.for_title}".strip() if self.mode else ""
        return tuple(line.upper() for line in (above, self.title) if line)

    @property
    def office(self) -> str:
        """The title, or the collective, an act is signed as: of whoever is signed for, else the signer's own."""
        return self.for_title if self.mode else self.title

    def __str__(self) -> str:
        """On one line."""
        return " / ".join(self.lines)

    @property
    def sound(self) -> bool:
        """Whether mode and titles belong together: who signs for another says for whom and as what."""
        return bool(self.for_title and self.title) if self.mode else not self.for_title


NO_CAPACITY = Capacity()
LONGEST_TITLE = 150
