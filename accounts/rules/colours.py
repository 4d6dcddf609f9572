"""Contrast of colours after WCAG 2.2 (1.4.3), and the nearest one that is strong enough."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable

ENOUGH = 4.5
# What text and buttons of the citizens' pages stand on: the plain ground and the tinted one.
LIGHT = ("#ffffff", "#f2f3f5")
DARK = ("#000000", "#141625")
_HEX = re.compile(r"#[0-9a-f]{6}")


def is_colour(text: str) -> bool:
    return bool(_HEX.fullmatch(text))


def _parts(colour: str) -> tuple[float, float, float]:
    return tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))  # type: ignore[return-value]


def _luminance(colour: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black and white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lowest(colour: str, grounds: Iterable[str]) -> float:
    return min(contrast(colour, ground) for ground in grounds)


def nearest(colour: str, grounds: tuple[str, ...]) -> str:
    """The same hue, darker or lighter in the smallest steps until it can be read on all the grounds."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    step = -1 if _luminance(grounds[0]) > 0.5 else 1
    found = colour
    for percent in range(1, 101):
        if lowest(found, grounds) >= ENOUGH:
            break
        turned = min(1.0, max(0.0, lightness + step * percent / 100))
        found = "#" + "".join(f"{round(c * 255):02x}" for c in colorsys.hls_to_rgb(hue, turned, saturation))
    return found
