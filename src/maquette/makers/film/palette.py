"""Colours of sets and how the three looks show them: line (paper and one grey), ink (black and white), tone (flat)."""

from __future__ import annotations

from functools import lru_cache

STYLES = ("line", "ink", "tone")

# What things are made of.
COLOURS = {
    "white": "#f2efe8", "paper": "#f6f1e2", "wood": "#b98a5a", "light wood": "#d3ab77", "dark wood": "#7b5236",
    "metal": "#9aa3a8", "dark metal": "#4d565c", "gold": "#d9b04c", "iron": "#3b4045", "black": "#2a2b2e",
    "cloth": "#6f8fa6", "red": "#b8483f", "green": "#5f8455", "blue": "#4d74a0", "yellow": "#e2bd57",
    "orange": "#d6854a", "pink": "#d99aa0", "purple": "#7d6594", "leather": "#8a5a3c", "leaf": "#6f9a58",
    "dark leaf": "#4c7550", "pine": "#3f6650", "bark": "#75583f", "stone": "#a9a59c", "dark stone": "#77756f",
    "brick": "#b2674d", "glass": "#cfe3ea", "screen": "#3a4650", "light": "#fff3c4", "glow": "#ffdf8a",
    "fire": "#f09a3e", "sand": "#e3cf9f", "grass": "#93b06c", "water": "#7fa9bd", "asphalt": "#83868a",
    "pavement": "#bfbbb1", "skin": "#e3b48f", "clay": "#c0764f", "straw": "#d8bf78", "snow": "#eef2f5",
    "rubber": "#393a3d", "plaster": "#e0d6c4", "concrete": "#b6b3ac", "earth": "#9c7f5c", "hill": "#8fa98b",
    "far hill": "#b3c3c4", "cloud": "#fbfaf5", "line": "#241f1d",
}  # fmt: skip
PAPER = {"line": "#fdfcf8", "ink": "#ffffff", "tone": "#f7f3ea"}
LINE = {"line": "#2a2d33", "ink": "#000000", "tone": "#2a2422"}


@lru_cache(maxsize=4096)
def rgb(colour: str) -> tuple[float, float, float]:
    """Red, green, blue 0..1 of a material's name or of #rrggbb."""
    text = COLOURS.get(colour, colour).removeprefix("#")
    if len(text) != 6:
        text = COLOURS["white"].removeprefix("#")
    return int(text[0:2], 16) / 255, int(text[2:4], 16) / 255, int(text[4:6], 16) / 255


def text_of(colour: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(255 * min(max(value, 0.0), 1.0)):02x}" for value in colour)


@lru_cache(maxsize=8192)
def mixed(one: str, other: str, share: float) -> str:
    """`share` of the other colour in the one."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    red, green, blue = (a * (1 - share) + b * share for a, b in pairs)
    return text_of((red, green, blue))


def darkness(colour: str) -> float:
    red, green, blue = rgb(colour)
    return 1 - (0.3 * red + 0.59 * green + 0.11 * blue)


_COOL = (0.74, 0.745, 0.83)  # what the shadow leaves of a colour


@lru_cache(maxsize=16384)
def shown(colour: str, level: int, style: str, air: float = 0.0, haze: str = "#f7f3ea") -> str:
    """A surface as a look shows it. `level`: 0 in full light, 1 turned away a little, 2 in its own shadow.

    `air`: how much of the haze lies before it, 0..1.
    """
    if style == "tone":
        red, green, blue = rgb(colour)
        if level == 0:
            made = (red * 0.97 + 0.03, green * 0.97 + 0.03, blue * 0.96 + 0.03)
        else:
            share = 0.34 if level == 1 else 1.0
            one, two, three = (1 - share * (1 - keep) for keep in _COOL)
            made = red * one, green * two, blue * three
        return mixed(text_of(made), haze, air)
    if style == "ink":
        dark = darkness(colour)
        return "#000000" if dark > 0.655 else "#ffffff"
    dark = darkness(colour)
    grey = 0.0 if dark < 0.45 else 0.10 if dark < 0.65 else 0.26
    grey = min(0.42, grey + (0.0, 0.05, 0.13)[level])
    return mixed(PAPER["line"], "#5d6878", grey * (1 - air))


def inner_on(colour: str, style: str, air: float = 0.0, haze: str = "#f7f3ea") -> str:
    """The pen's colour within a surface: white on spotted black."""
    if style == "ink" and shown(colour, 0, style) == "#000000":
        return "#ffffff"
    return line_on(colour, style, air, haze)


@lru_cache(maxsize=4096)
def line_on(colour: str, style: str, air: float = 0.0, haze: str = "#f7f3ea") -> str:
    """The pen's colour along the edge of a surface: in the flat look it takes a little of the surface's."""
    if style == "ink":
        return "#000000"
    if style == "line":
        return mixed(LINE["line"], PAPER["line"], 0.75 * air)
    red, green, blue = rgb(colour)
    return mixed(mixed(LINE["tone"], text_of((red * 0.4, green * 0.35, blue * 0.35)), 0.45), haze, 0.7 * air)
