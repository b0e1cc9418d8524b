"""Acts on code lists, and on what agencies mean by their own ways of writing."""

from __future__ import annotations

from ccvc.catalogues.actions.meanings import confirm_meaning, propose_meaning, withdraw_meaning
from ccvc.catalogues.actions.publishing import count_affected, publish, take

__all__ = ["confirm_meaning", "count_affected", "propose_meaning", "publish", "take", "withdraw_meaning"]
