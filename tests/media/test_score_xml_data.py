"""MusicXML over real pieces of every kind: bars full, notes the same."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from maquette.media.score_xml import from_xml, to_xml
from maquette.media.voices import fitted, write_part

ROOT = Path(__file__).resolve().parents[2]
MUSIC = ROOT.parent / "shared" / "data" / "music"


@pytest.mark.data
@pytest.mark.skipif(not MUSIC.is_dir(), reason="the shared music is not here")
@pytest.mark.parametrize("name", ["lieder", "quartets", "polish", "mutopia", "hymnal", "nottingham"])
def test_written_music_comes_back_note_for_note(name, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    from _pieces import records, score_of

    short = (record for record in records(name, MUSIC) if sum(len(voice[2]) for voice in record["voices"]) < 400)
    for record in itertools.islice(short, 3, 30, 10):
        score = fitted(score_of(record))
        back = from_xml(to_xml(score))
        assert back.bars == score.bars, record["id"]
        for mine, theirs in zip(score.parts, back.parts, strict=True):
            moved = write_part(score, mine).moved
            same = {(n.start, n.end, n.pitch) for n in mine.notes} & {(n.start, n.end, n.pitch) for n in theirs.notes}
            assert len(theirs.notes) == len(mine.notes)
            assert len(same) >= len({(n.start, n.end, n.pitch) for n in mine.notes}) - moved, record["id"]
