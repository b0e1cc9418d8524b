"""Text can be read on its ground: WCAG 2.1 AA, 4.5:1 for text and 3:1 for controls, in both looks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parent.parent.parent / "ccvc/web/static/web/tokens.css").read_text(encoding="utf-8")
GROUNDS = ("ground", "surface", "sunken", "hover")
TONES = ("neutral", "info", "good", "warn", "bad")


def colours(selector: str) -> dict[str, str]:
    block = TOKENS[TOKENS.index(selector + " {") :].split("}")[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6});", block))


LIGHT = colours(":root")
DARK = LIGHT | colours(':root[data-theme="dark"]')
AUTO = LIGHT | colours('  :root[data-theme="auto"]')


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


PAIRS = [
    *((text, ground, 4.5) for text in ("ink", "ink-soft", "ink-faint") for ground in GROUNDS),
    *(
        (text, ground, 4.5)
        for text in ("link", "bad", "good", "warn")
        for ground in ("ground", "surface", "hover")
    ),
    *((tone, f"{tone}-soft", 4.5) for tone in TONES),
    *((text, f"{tone}-soft", 4.5) for text in ("ink", "ink-soft", "link") for tone in TONES),
    ("gold-ink", "gold-soft", 4.5),
    ("on-primary", "primary", 4.5),
    ("on-primary", "primary-hover", 4.5),
    ("brand", "surface", 3),
    ("control", "surface", 3),
    ("focus", "ground", 3),
    *((f"series-{n}", "surface", 3) for n in (1, 2, 4, 5, 6)),
]


@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_text_stands_out_from_its_ground(text: str, ground: str, least: float) -> None:
    for name, look in (("light", LIGHT), ("dark", DARK)):
        assert contrast(look[text], look[ground]) >= least, name


def test_the_devices_wish_and_the_readers_choice_look_the_same() -> None:
    assert AUTO == DARK
    assert DARK != LIGHT
