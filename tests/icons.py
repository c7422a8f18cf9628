"""Icons drawn by hand for the tests of training and making, as a dataset's items and as a record file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from maquette.data.dataset import Item
from maquette.encodings.words import Words

STROKE = {"fill": "none", "stroke": "currentColor", "stroke-width": "2"}
ROUND = STROKE | {"stroke-linecap": "round", "stroke-linejoin": "round"}
THIN = STROKE | {"stroke-width": "1.5"}

# name, set, attributes, shapes: concepts stand in up to three sets.
DRAWN: list[tuple[str, str, dict[str, str], str]] = [
    ("home", "one", ROUND, '<path d="m3 9 9-7 9 7v11a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"/><path d="M9 22V12h6v10"/>'),
    ("home", "two", THIN, '<path d="M4 10l8-7 8 7v10H4z"/>'),
    ("home", "three", ROUND, '<path d="M3 11l9-8 9 8"/><path d="M5 10v11h14V10"/>'),
    ("clock", "one", ROUND, '<circle cx="12" cy="12" r="10"/><path d="M12 6v6l4 2"/>'),
    ("clock", "two", THIN, '<circle cx="12" cy="12" r="9"/><path d="M12 7v5h4"/>'),
    ("heart", "one", ROUND, '<path d="M12 20l-8-8a5 5 0 0 1 8-6 5 5 0 0 1 8 6z"/>'),
    ("heart", "two", THIN, '<path d="M12 20C6 15 3 12 3 9c0-5 6-6 9-2 3-4 9-3 9 2 0 3-3 6-9 11z"/>'),
    ("plus", "one", ROUND, '<path d="M5 12h14M12 5v14"/>'),
    ("minus", "one", ROUND, '<path d="M5 12h14"/>'),
    ("card", "two", THIN, '<rect x="2" y="5" width="20" height="14" rx="2"/><path d="M2 10h20"/>'),
    ("star", "three", ROUND, '<path d="M12 2l3 7 7 1-5 5 1 7-6-4-6 4 1-7-5-5 7-1z"/>'),
    ("database", "three", ROUND, '<ellipse cx="12" cy="5" rx="9" ry="3"/><path d="M3 5v14a9 3 0 0 0 18 0V5"/>'),
]
FILLED = ("heart", "four", {"fill": "currentColor"}, '<path d="M12 20l-8-8a5 5 0 0 1 8-6 5 5 0 0 1 8 6z"/>')


def few_words() -> Words:
    """A vocabulary of the words above and no others, so that a toy net is small."""
    known = sorted({row[0] for row in DRAWN} | {"test", "sign"})
    empty: dict[str, str] = {}
    return Words(
        {
            "words": " ".join(known),
            "counts": " ".join("3" for _ in known),
            "synonyms": empty,
            "russian": {"дом": "home"},
            "emoji": empty,
            "english": "",
            "notice": "",
        }
    )


def items(split: str = "train") -> list[Item]:
    """All icons above, the filled one last."""
    return [Item(**_fields(row), split=split) for row in [*DRAWN, FILLED]]


def _fields(row: tuple[str, str, dict[str, str], str]) -> dict[str, Any]:
    name, set_, attrs, inside = row
    return {
        "id": f"{set_}/outline/{name}",
        "title": name,
        "author": f"Artist {set_}",
        "licence": "CC0-1.0",
        "tags": ("test", "sign"),
        "concept": name,
        "set": set_,
        "style": "outline",
        "paint": "stroke" if attrs.get("fill") == "none" else "fill",
        "attrs": attrs,
        "svg": inside,
    }


def record_file(path: Path, split: str = "val") -> Path:
    """The icons as a record file in the format of the icons' data."""
    with open(path, "w", encoding="utf-8") as file:
        for item in items(split):
            row = {
                "id": item.id,
                "set": item.set,
                "style": item.style,
                "paint": item.paint,
                "license": item.licence,
                "author": item.author,
                "name": item.title,
                "concept": item.concept,
                "tags": list(item.tags),
                "category": "",
                "viewbox": [0, 0, 24, 24],
                "attrs": dict(item.attrs),
                "svg": item.svg,
                "split": split,
            }
            file.write(json.dumps(row) + "\n")
    return path
