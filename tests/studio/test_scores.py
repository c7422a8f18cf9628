"""What a composer may rely on when a move is kept: her file stays, the child says whose hand made which bar."""

from __future__ import annotations

import shutil

import pytest

from maquette.core.errors import CheckpointError, CredentialError, UsageError
from maquette.makers.music_takes import Take, cells_of
from maquette.media import score as s
from maquette.media.score_midi import to_bytes
from maquette.media.table import open_media
from maquette.studio.scores import by_part, keep_move, open_score, told
from maquette.studio.studio import Studio

TUNE = s.Score(
    (s.Part("Violin", 40, tuple(s.Note(i * 480, 480, 60 + i % 8) for i in range(16))),),
    s.regular_bars(4),
    (s.Key(0, 0),),
    (s.Tempo(0, 100),),
)


@pytest.fixture
def tune(tmp_path):
    """A MIDI file of her own, unsigned."""
    path = tmp_path / "мелодия.mid"
    path.write_bytes(to_bytes(TUNE))
    return path


def test_a_move_leaves_the_file_alone_and_its_child_names_it(tune, tmp_path, tiny_music):
    before, desk = tune.read_bytes(), Studio()
    kept = desk.move(tune, "continue", bars=2, checkpoint=str(tiny_music), out=tmp_path / "takes", also="musicxml")
    assert tune.read_bytes() == before
    for one in kept:
        assert desk.verdict(one.asset.path).state == "trusted"
        assert one.hands == ("human",) * 4 + ("machine",) * 2
        assert one.as_dict()["new"] == [[5, 6]]
        assert one.asset.parents
        assert cells_of(open_media(one.asset.path))[:4] == cells_of(open_media(tune))
        assert [file.kind for file in one.files] == ["musicxml"]
        assert one.files[0].path.stem == one.asset.path.stem
        assert desk.verdict(one.files[0].path).state == "trusted"
    assert kept[0].asset.path.name == "мелодия-continue.mid"


def test_a_child_of_a_child_remembers_whose_bars_they_were(tune, tmp_path, tiny_music):
    desk = Studio()
    first = desk.move(tune, "continue", bars=1, count=1, checkpoint=str(tiny_music), out=tmp_path)[0]
    second = desk.move(first.asset.path, "fill", bars="2", count=1, checkpoint=str(tiny_music), out=tmp_path)[0]
    assert second.hands == ("human", "machine", "human", "human", "machine")
    assert told(second.hands, 1) == "5 bars: 3 by hand, 2 by the machine"
    assert open_score(desk, second.asset.path).hands == second.hands


def test_a_move_can_be_remade_without_its_parent(tune, tmp_path, tiny_music):
    desk = Studio()
    kept = desk.move(tune, "fill", bars="2-3", count=1, checkpoint=str(tiny_music), out=tmp_path)[0]
    tune.unlink()
    made = desk.remake(kept.asset.path, out=tmp_path / "again")
    assert made.same


def test_an_adjustment_takes_nobodys_authorship(tune, tmp_path):
    moved = s.with_notes(TUNE, 0, [s.Note(n.start + 20, n.length, n.pitch) for n in TUNE.parts[0].notes])
    kept = keep_move(Studio(), tune, [Take(moved, "rule", "later", adjusts=True)], move="groove", out=tmp_path)[0]
    assert set(kept.hands) == {"human"}
    own = keep_move(Studio(), None, [Take(TUNE, adjusts=True)], move="transcribe", words="hum", out=tmp_path)[0]
    assert set(own.hands) == {"human"} and own.asset.path.name == "hum.mid"


def test_bars_that_came_from_a_second_piece_keep_its_hand(tune, tmp_path, tiny_music):
    desk = Studio()
    made = next(desk.make(desk.request("music", "a song", count=1, checkpoint=str(tiny_music), bars=4, pool=1,
                                       parts="violin", metre="4/4"), out=tmp_path))  # fmt: skip
    kept = desk.move(tune, "interpolate", others=[made.path], steps=3, out=tmp_path)
    assert set(kept[0].hands) == {"human"} and "human" not in kept[-1].hands


def test_a_changed_file_is_refused_with_the_way_to_adopt_it(tune, tmp_path, tiny_music):
    desk = Studio()
    kept = desk.move(tune, "continue", bars=1, count=1, checkpoint=str(tiny_music), out=tmp_path)[0]
    other = tmp_path / "changed.mid"
    other.write_bytes(to_bytes(TUNE))
    shutil.copy(f"{kept.asset.path}.c2pa", f"{other}.c2pa")
    with pytest.raises(CredentialError, match="adopt"):
        desk.move(other, "continue", bars=1, checkpoint=str(tiny_music), out=tmp_path)


def test_an_adopted_edit_says_which_bars_are_both_hands(tune, tmp_path, tiny_music):
    desk = Studio()
    kept = desk.move(tune, "continue", bars=1, count=1, checkpoint=str(tiny_music), out=tmp_path)[0]
    score = open_media(kept.asset.path)
    edited = tmp_path / "edited.mid"
    hers = [*(n for n in score.parts[0].notes if n.start < score.starts[4]), s.Note(score.starts[4], 1920, 72)]
    edited.write_bytes(to_bytes(s.with_notes(score, 0, hers)))
    asset = desk.adopt(edited, kept.asset.path, out=tmp_path)
    assert desk.verdict(asset.path).story["authorship"] == {"human": 4, "machine": 0, "machine-then-edited": 1}


def test_nothing_is_written_for_a_kind_that_is_not_known(tune, tmp_path, tiny_music):
    out = tmp_path / "out"
    with pytest.raises(UsageError, match="musicxml"):
        Studio().move(tune, "continue", also="musicxl", checkpoint=str(tiny_music), out=out)
    assert not out.exists()


def test_a_move_that_needs_no_model_is_made_without_one(tune, tmp_path, monkeypatch):
    said: list[str] = []

    def none(name):
        raise CheckpointError(f"there is no {name}")

    desk = Studio(say=said.append)
    monkeypatch.setattr(desk, "_open", none)
    kept = desk.move(tune, "harmonise", out=tmp_path)
    assert [one.take.by for one in kept] == ["rule"] and "by rule alone" in said[0]
    assert by_part(kept[0].take.score, kept[0].hands)[0] == []
    with pytest.raises(CheckpointError):
        desk.move(tune, "continue", out=tmp_path)


def test_a_ghost_that_was_taken_is_the_machines_bar(tune, tmp_path, tiny_music):
    desk = Studio()
    with desk.drawing("music", "a tune", of=tune, checkpoint=str(tiny_music)) as session:
        ghosts = session.ghosts(3)
        session.accept(1)
        assert session.hands == ("human",) * 4 + ("machine",)
        session.undo()
        assert session.hands == ("human",) * 4
        session.ghosts(3)
        session.accept(2)
        asset = session.finish(tmp_path)
    assert len(ghosts) == 3
    story = desk.verdict(asset.path).story
    assert story["authorship"] == {"human": 4, "machine": 1, "machine-then-edited": 0}
    assert desk.remake(asset.path, out=tmp_path / "again").same
