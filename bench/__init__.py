"""Measurements beside stated limits: `make bench`."""

from __future__ import annotations
