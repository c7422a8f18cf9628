"""What SVG says in attributes, styles and sheets: lengths, colours, transforms, simple selectors."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree.ElementTree import Element

from maquette.media.affine import IDENTITY, Matrix, multiply

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_LENGTH = re.compile(rf"\s*({NUMBER})\s*([a-zA-Z]*|%)\s*\Z")
_FUNCTION = re.compile(r"\s*,?\s*([a-zA-Z]+)\s*\(([^()]*)\)")
_ARGUMENT = re.compile(rf"\s*,?\s*({NUMBER})(deg|rad|grad|turn|px|%)?\s*")
_COMPOUND = re.compile(r"(\*|[a-zA-Z][\w-]*)?((?:[.#][\w-]+)*)\Z")
# CSS pixels of a unit, at 96 to the inch (CSS Values 4, section 6.2); an em is taken as the usual 16 px.
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "q": 96 / 101.6, "in": 96.0}
_UNITS |= {"em": 16.0, "rem": 16.0, "ex": 8.0}
_DEGREES = {"deg": 1.0, "rad": 180 / math.pi, "grad": 0.9, "turn": 360.0}


def length(text: str, *, of: float = 0.0) -> float:
    """A length in user units; percentages are of `of`. ValueError if it is none."""
    found = _LENGTH.match(text)
    unit = found.group(2).lower() if found else "?"
    if found is None or (unit != "%" and unit not in _UNITS):
        raise ValueError(f"{text!r} is no length")
    value = float(found.group(1)) * (of / 100 if unit == "%" else _UNITS[unit])
    if not math.isfinite(value) or abs(value) > 1e9:
        raise ValueError(f"{text!r} is beyond any canvas")
    return value


@lru_cache(maxsize=512)
def colour(text: str) -> tuple[str, float] | None:
    """A colour as ("#rrggbb", alpha), with "currentColor" kept as it is; None if it is no colour."""
    from tinycss2.color4 import parse_color

    found = parse_color(text)
    if found is None:
        return None
    if found == "currentcolor":
        return "currentColor", 1.0
    red, green, blue, alpha = found.to("srgb")
    channels = (round(255 * min(max(value, 0.0), 1.0)) for value in (red, green, blue))
    return "#" + "".join(f"{value:02x}" for value in channels), min(max(float(alpha), 0.0), 1.0)


def is_white(name: str) -> bool:
    """Whether a "#rrggbb" colour is white to the eye."""
    return name.startswith("#") and all(int(name[at : at + 2], 16) >= 250 for at in (1, 3, 5))


def read_transform(text: str) -> Matrix:
    """The matrix of a `transform` attribute or property. ValueError if it cannot be understood."""
    matrix, at = IDENTITY, 0
    text = text.strip()
    if text in ("", "none"):
        return matrix
    while at < len(text):
        found = _FUNCTION.match(text, at)
        if found is None:
            raise ValueError(f"{text!r} is no transform")
        matrix = multiply(matrix, _function(found.group(1), found.group(2)))
        at = found.end()
    if not all(math.isfinite(value) for value in matrix):
        raise ValueError(f"{text!r} goes beyond any canvas")
    return matrix


def _function(name: str, arguments: str) -> Matrix:
    values = _arguments(arguments)
    count = len(values)
    if name == "matrix" and count == 6:
        a, b, c, d, e, f = values
        return a, b, c, d, e, f
    if name in ("translate", "translateX", "translateY") and count in (1, 2):
        x, y = (0.0, values[0]) if name == "translateY" else (values[0], values[1] if count == 2 else 0.0)
        return 1.0, 0.0, 0.0, 1.0, x, y
    if name == "scale" and count in (1, 2):
        return values[0], 0.0, 0.0, values[-1], 0.0, 0.0
    if name in ("scaleX", "scaleY") and count == 1:
        return (values[0], 0.0, 0.0, 1.0, 0.0, 0.0) if name == "scaleX" else (1.0, 0.0, 0.0, values[0], 0.0, 0.0)
    if name == "rotate" and count in (1, 3):
        cos, sin = _turn(values[0])
        x, y = (values[1], values[2]) if count == 3 else (0.0, 0.0)
        return cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y
    if name in ("skewX", "skewY") and count == 1:
        slope = math.tan(math.radians(values[0]))
        return (1.0, 0.0, slope, 1.0, 0.0, 0.0) if name == "skewX" else (1.0, slope, 0.0, 1.0, 0.0, 0.0)
    raise ValueError(f"{name}({arguments}) is no transform of SVG's")


def _arguments(text: str) -> list[float]:
    values, at = [], 0
    while at < len(text.rstrip()):
        found = _ARGUMENT.match(text, at)
        if found is None or found.group(2) == "%":
            raise ValueError(f"({text}) are no numbers")
        values.append(float(found.group(1)) * _DEGREES.get(found.group(2) or "", 1.0))
        at = found.end()
    return values


def _turn(degrees: float) -> tuple[float, float]:
    """Cosine and sine, exact for quarter turns, so that a turned icon stays on its grid."""
    quarter, rest = divmod(degrees, 90.0)
    if rest == 0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(quarter) % 4]
    return math.cos(math.radians(degrees)), math.sin(math.radians(degrees))


def declarations(text: str) -> dict[str, tuple[str, bool]]:
    """A `style` attribute as property -> (value, whether it is !important)."""
    from tinycss2 import parse_blocks_contents

    return _declared(parse_blocks_contents(text, skip_comments=True, skip_whitespace=True))


def _declared(nodes: Sequence[object]) -> dict[str, tuple[str, bool]]:
    from tinycss2 import serialize
    from tinycss2.ast import Declaration

    return {
        node.lower_name: (serialize(node.value).strip(), bool(node.important))
        for node in nodes
        if isinstance(node, Declaration)
    }


@dataclass(frozen=True)
class _Rule:
    """One selector: compounds from the outermost to the element, each (combinator before it, type, ids, classes)."""

    parts: tuple[tuple[str, str, frozenset[str], frozenset[str]], ...]
    weight: tuple[int, int, int, int]  # ids, classes, types, place in the sheet
    values: dict[str, tuple[str, bool]]


@dataclass
class Sheet:
    """The simple rules of all <style> elements; `skipped` names those that are not understood."""

    rules: list[_Rule] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Read a style sheet: type, class and id selectors, together or as descendants and children."""
        from tinycss2 import parse_blocks_contents, parse_stylesheet, serialize
        from tinycss2.ast import AtRule, QualifiedRule

        for node in parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
            if isinstance(node, QualifiedRule):
                values = _declared(parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True))
                for selector in serialize(node.prelude).split(","):
                    self._add_rule(selector.strip(), values)
            elif isinstance(node, AtRule) and node.lower_at_keyword not in ("charset", "namespace", "font-face"):
                self.skipped.append(f"@{node.at_keyword} in a style sheet")

    def _add_rule(self, selector: str, values: dict[str, tuple[str, bool]]) -> None:
        parts = []
        combinator = " "
        for word in re.sub(r"\s*>\s*", " > ", selector).split():
            if word == ">":
                combinator = ">"
                continue
            found = _COMPOUND.match(word)
            if found is None:
                self.skipped.append(f"the style rule {selector!r}")
                return
            marks = re.findall(r"[.#][\w-]+", found.group(2))
            ids = frozenset(mark[1:] for mark in marks if mark[0] == "#")
            classes = frozenset(mark[1:] for mark in marks if mark[0] == ".")
            parts.append((combinator, (found.group(1) or "*"), ids, classes))
            combinator = " "
        if parts:
            counts = [sum(len(part[at]) for part in parts) for at in (2, 3)]
            types = sum(part[1] != "*" for part in parts)
            self.rules.append(_Rule(tuple(parts), (counts[0], counts[1], types, len(self.rules)), values))

    def cascade(self, lineage: Sequence[Element]) -> dict[str, str]:
        """All that is declared for the last element of `lineage` (root first): attributes, then sheet, then style."""
        element = lineage[-1]
        found = dict(element.attrib)
        urgent: dict[str, str] = {}
        layers = [rule.values for rule in sorted(self.rules, key=lambda rule: rule.weight) if _matches(rule, lineage)]
        if "style" in element.attrib:
            layers.append(declarations(element.attrib["style"]))
        for values in layers:
            for name, (value, important) in values.items():
                (urgent if important else found)[name] = value
        return {**found, **urgent} if urgent else found


def _matches(rule: _Rule, lineage: Sequence[Element]) -> bool:
    """Whether the rule's compounds stand in the lineage, the last of them on its last element."""
    combinator, *own = rule.parts[-1]
    if not _is(lineage[-1], own):
        return False
    at = len(lineage) - 2
    for before, *part in reversed(rule.parts[:-1]):
        if combinator == ">":
            if at < 0 or not _is(lineage[at], part):
                return False
        else:
            while at >= 0 and not _is(lineage[at], part):
                at -= 1
            if at < 0:
                return False
        at -= 1
        combinator = before
    return True


def _is(element: Element, part: Sequence[object]) -> bool:
    kind, ids, classes = part
    assert isinstance(ids, frozenset) and isinstance(classes, frozenset)
    return (
        (kind == "*" or str(element.tag).rpartition("}")[2] == kind)
        and ids <= {element.get("id", "")}
        and classes <= set(element.get("class", "").split())
    )
