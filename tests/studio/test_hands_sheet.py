"""What a composer and her lawyer may rely on: whose hand made which bar is told, and never more than is known."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from maquette.core.errors import UsageError
from maquette.makers.music_takes import Take
from maquette.media import score as s
from maquette.media.score_midi import to_bytes
from maquette.media.table import open_media
from maquette.studio.hands_sheet import look, write
from maquette.studio.scores import keep_move
from maquette.studio.studio import Studio

BAR = 4 * s.TPQ


def part(name, program, pitches):
    """A part with two half notes in each bar, of the pitches given."""
    notes = [
        s.Note(bar * BAR + half * 960, 960, pitch + 2 * half) for bar, pitch in enumerate(pitches) for half in (0, 1)
    ]
    return s.Part(name, program, tuple(notes))


TUNE = s.Score(
    (part("Violin", 40, (60, 62, 64, 65)), part("Cello", 42, (48, 50, 52, 53))),
    s.regular_bars(4),
    (s.Key(0, 0),),
    (s.Tempo(0, 100),),
    title="Песня",
)


def longer(score, violin, cello):
    """The score with more bars."""
    pitches = [[note.pitch for note in part.notes if note.start % BAR == 0] for part in score.parts]
    parts = (part("Violin", 40, (*pitches[0], *violin)), part("Cello", 42, (*pitches[1], *cello)))
    return replace(score, parts=parts, bars=s.regular_bars(len(score.bars) + len(violin)))


@pytest.fixture
def chain(tmp_path):
    """Her file; what a net made of it; what she changed in that: bar 6 of the violin."""
    her = tmp_path / "песня.mid"
    her.write_bytes(to_bytes(TUNE, title=TUNE.title))
    desk = Studio()
    # The net writes bars 5 to 7; what it writes for the cello in bar 6 is her bar 1 again.
    grown = longer(TUNE, (67, 69, 71), (55, 48, 59))
    cells = {f"{bar}:{line}": [1] for bar in (4, 5, 6) for line in (0, 1)}
    take = Take(grown, "net", "3 bars more by the net", checkpoint="c" * 64, trace={"cells": cells})
    (kept,) = keep_move(desk, her, [take], move="continue", out=tmp_path)
    score = open_media(kept.asset.path)
    violin = [replace(note, pitch=74) if note.start == 5 * BAR else note for note in score.parts[0].notes]
    edited = tmp_path / "changed.mid"
    edited.write_bytes(to_bytes(s.with_notes(score, 0, violin), title=TUNE.title))
    adopted = desk.adopt(edited, kept.asset.path, out=tmp_path / "mine", human="a higher note in bar 6")
    return desk, her, kept.asset.path, adopted.path


def test_the_sheet_tells_hands_bar_by_bar_through_a_chain_of_moves_and_edits(chain):
    desk, _, _, path = chain
    told = look(desk, path)
    assert told.known
    assert told.states[0] == ("human",) * 4 + ("machine", "edited", "machine")
    assert told.states[1] == ("human",) * 4 + ("machine", "returned", "machine")
    assert told.notes() == {"human": 16, "machine": 8, "edited": 2, "returned": 2}
    assert told.base == "песня.mid"
    assert [step.by for step in told.steps] == ["model", "person"]
    assert told.steps[0].bars == {0: (5, 6, 7), 1: (5, 6, 7)}
    assert told.steps[1].bars == {0: (6,)}


def test_the_paragraph_for_a_form_claims_her_bars_and_excludes_the_machines(chain):
    desk, _, _, path = chain
    told = look(desk, path)
    created, excluded, note = told.as_dict()["registration"]
    assert created == ("Author created: music: bars 1 to 4 of all parts; the changes made by hand to bar 6 of Violin.")
    assert "bars 5 and 7 of all parts" in excluded and "in bar 6 of Violin, what was not changed by hand" in excluded
    assert "bar 6 of Cello" in note and "earlier bars of the author" in note
    assert "no legal advice" in told.statement
    assert "88 Fed. Reg. 16190" in told.statement
    assert "cannot know where that file came from" in told.statement


def test_of_a_file_without_credential_nothing_is_known(chain):
    desk, her, _, _ = chain
    told = look(desk, her)
    assert not told.known and {state for row in told.states for state in row} == {"unknown"}
    assert told.as_dict()["registration"] == [] and told.steps == ()
    assert "not known" in told.statement and "does not mean by hand" in told.statement


def test_of_a_file_that_was_changed_after_signing_nothing_is_known(chain):
    desk, _, moved, _ = chain
    score = open_media(moved)
    moved.write_bytes(to_bytes(s.with_notes(score, 0, score.parts[0].notes[1:]), title=TUNE.title))
    told = look(desk, moved)
    assert not told.known and "does not hold" in told.why


def test_what_another_program_signed_or_nobody_recorded_is_not_known(chain, tmp_path):
    desk, _, moved, _ = chain
    (kept,) = keep_move(desk, moved, [Take(open_media(moved), "rule", "nothing", adjusts=True)], move="x", out=tmp_path)
    assert look(desk, kept.asset.path).known
    story = dict(desk.verdict(kept.asset.path).story)
    del story["trace"]
    bare = replace(desk.verdict(kept.asset.path), chain=({"lineage": story},), story=story)
    desk.show = lambda file: (bare, None)
    told = look(desk, kept.asset.path)
    assert not told.known and "does not say whose hand" in told.why


def test_a_piece_from_words_is_the_machines_from_first_to_last(tmp_path, tiny_music):
    desk = Studio()
    request = desk.request("music", "a hymn", seed=1, count=1, checkpoint=str(tiny_music), bars=2, pool=1)
    asset = next(iter(desk.make(request, out=tmp_path)))
    told = look(desk, asset.path)
    assert told.known and set(told.notes()) == {"machine"} and told.base == ""
    assert told.as_dict()["registration"][0] == "Author created: no bar is recorded as by hand."


def test_sheets_are_signed_and_hold_the_statement(chain, tmp_path):
    desk, _, _, path = chain
    told = look(desk, path)
    files = {one.kind: one for one in write(desk, told, ("txt", "json", "roll"), out=tmp_path / "out")}
    assert all(desk.verdict(one.path).state == "trusted" for one in files.values())
    assert files["txt"].path.read_text(encoding="utf-8") == told.statement + "\n"
    assert json.loads(files["json"].path.read_text(encoding="utf-8"))["notes"]["human"] == 16
    assert "By the machine" in files["roll"].path.read_text(encoding="utf-8")
    before = files["txt"].path.read_bytes()
    again = write(desk, told, ("txt",), out=tmp_path / "out", unsigned=True)[0]
    assert again.path != files["txt"].path and files["txt"].path.read_bytes() == before
    with pytest.raises(UsageError, match="docx"):
        write(desk, told, ("docx",), out=tmp_path / "out")


def test_pages_show_hands_in_colour_and_in_letters(chain):
    pytest.importorskip("verovio")
    pytest.importorskip("reportlab")
    from maquette.media import hands
    from maquette.studio.hands_words import sheet

    desk, _, _, path = chain
    told = look(desk, path)
    first, *_, notes = hands.to_svg(sheet(told), told.score)
    assert "Author created" in first and "Песня" in first
    for sign in ("[M]", "[E]", "[=]", *hands.COLOURS.values()):
        assert sign in notes
    pdf = hands.to_pdf(sheet(told), told.score)
    assert pdf.startswith(b"%PDF") and pdf == hands.to_pdf(sheet(told), told.score)
