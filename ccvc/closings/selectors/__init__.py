"""Reads of the closings room."""

from __future__ import annotations
