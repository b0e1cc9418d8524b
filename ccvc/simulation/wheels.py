"""Weighted picks at the price of one random number: a wheel holds each value as often as its weight asks.

A wheel of 4,096 slots keeps shares to 0.02 %, and a pick is ``wheel[int(random() * len(wheel))]``: some ten
times quicker than ``random.choices``, which decides whether millions of people take minutes or hours.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

FOLDER = Path(__file__).parent / "data"
SLOTS = 4096

Random = Callable[[], float]
"""A source of floats in [0, 1): ``random.Random(seed).random``."""

T = TypeVar("T")


def wheel(weights: Mapping[T, float], slots: int = SLOTS) -> tuple[T, ...]:
    """Slots filled in proportion to the weights; each value of positive weight stands there at least once."""
    total = sum(weights.values())
    if total <= 0:
        raise ValueError("a wheel needs a positive weight")
    filled: list[T] = []
    for value, weight in weights.items():
        if weight > 0:
            filled += [value] * max(1, round(weight / total * slots))
    return tuple(filled)


def turn(random: Random, slots: tuple[T, ...]) -> T:
    """One value of a wheel."""
    return slots[int(random() * len(slots))]


def apportion(total: int, weights: Mapping[T, float]) -> dict[T, int]:
    """Part a whole number by weights so that the parts add up: largest remainders first."""
    scale = sum(weights.values())
    exact = {key: total * weight / scale for key, weight in weights.items()}
    parts = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: parts[key] - exact[key])
    for key in by_remainder[: total - sum(parts.values())]:
        parts[key] += 1
    return parts


def parse_weights(text: str) -> dict[str, float]:
    """Read ``"Nông:20 Hoàng:25 Rơ Châm:16"``; a lone value without number weighs 1."""
    weights: dict[str, float] = {}
    words: list[str] = []
    for token in text.split():
        value, colon, number = token.rpartition(":")
        words.append(value if colon else token)
        if colon:
            weights[" ".join(words).strip()] = float(number)
            words = []
    if words:
        weights[" ".join(words)] = 1.0
    return weights


def rows(name: str) -> list[dict[str, str]]:
    """The rows of ``data/<name>.csv``, lines beginning with # left out."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))
