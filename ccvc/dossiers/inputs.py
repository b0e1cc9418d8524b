"""Inputs every form of a person's data shares."""

from __future__ import annotations

from ccvc.organisations.inputs import DayField

__all__ = ["DayField"]
