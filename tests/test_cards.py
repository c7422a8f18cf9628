"""The pages of the packaged models tell what their cards tell, and no older story."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from maquette.checkpoints.starters import HOME, starters

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def cards(monkeypatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    monkeypatch.delitem(sys.modules, "common", raising=False)
    import cards

    return cards


@pytest.mark.parametrize("name", starters() or ["icon-1"])
def test_the_page_of_a_starter_is_its_card(cards, name):
    path = ROOT / "docs" / "cards" / f"{name}.md"
    if name not in starters() or not path.is_file():
        pytest.skip("there is no packaged starter, or no page of it yet")
    told = cards.page(cards.read(HOME / name))
    assert path.read_text("utf-8") == told, "run python benchmarks/cards.py"


def test_a_page_names_everybody_who_is_owed_and_every_known_fault(cards):
    card = {
        "name": "mine-1",
        "kind": "icon",
        "encoding": "strokes.v1",
        "created": "2026-11-22",
        "base": "icon-1",
        "licences": {"MIT": 3, "CC-BY-SA-4.0": 1},
        "attribution": ["Ada: 4 works; MIT"],
        "datasets": [
            {"name": "hers", "version": "1", "items": 4, "sets": [{"set": "own", "items": 4, "licence": "MIT"}]}
        ],
        "figures": {"bits_per_icon": 80.0},
        "baseline": {"baseline_bits_per_icon": 140.0},
        "faults": ["draws no faces"],
        "curve": [[10 * step, 200.0 - step] for step in range(1, 31)],
        "recipe": {"steps": 300, "tokens": 10, "seed": 1, "data": [{"name": "hers", "sha256": "ab" * 32}]},
    }
    page = cards.page(card)
    for words in ("Ada: 4 works; MIT", "| own | 4 | MIT |", "share-alike", "- draws no faces", "went on from icon-1"):
        assert words in page
    assert "- 80 bits per icon" in page and "beside it: 140 bits for the n-gram" in page
    assert "| 300 | 170.0 |" in page and page.count("\n| ") <= 4 + cards.MOST + 3  # the curve is a small table


def test_a_page_can_be_made_of_a_sparse_card(cards):
    card = {"name": "bare", "kind": "icon", "encoding": "strokes.v1", "created": "2026-11-22"}
    assert "Licences" not in cards.page(card)


def test_the_notice_names_those_whose_words_and_icons_come_with_the_program():
    from maquette.encodings.words import Words

    told = (ROOT / "NOTICE").read_text("utf-8")
    for owed in ("Unicode-3.0", "emojibase-data (MIT", "Miles Johnson"):
        assert owed in told
    assert "emojibase-data (MIT" in Words.load().notice  # should it name others one day, so must the notice
    for word in ("UNICODE LICENSE V3", "python-lucide (MIT)", "ISC licence", "Cole Bemis", "NOTICE.txt"):
        assert word in told
    for path in re.findall(r"src/maquette/[\w./-]+\w", told):
        assert (ROOT / path).exists(), path
