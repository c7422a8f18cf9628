"""What a composer may rely on when a move is made on her piece: what she wrote stays; a take says who wrote it."""

from __future__ import annotations

import json

import pytest

from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import UsageError
from maquette.makers import music_moves
from maquette.makers.music import replay
from maquette.makers.music_instruments import named, range_of, read_parts
from maquette.makers.music_moves_parts import arranged
from maquette.makers.music_net import Net, bars_of, part_of
from maquette.makers.music_takes import cells_of, changed, joined, spans
from maquette.makers.music_writer import Writer
from maquette.media import score as s
from maquette.trust.story import plain_data

TUNE = [67, 69, 71, 72, 74, 72, 71, 69, 67, 66, 64, 62, 67, 67, 71, 67]


@pytest.fixture(scope="module")
def net(tiny_music):
    box = open_checkpoint(tiny_music)
    return Net(Writer(box), box.id, box.name, count=2, seed=3)


def notes(pitches, length=480, velocity=80, staff=1):
    return tuple(s.Note(i * length, length, pitch, velocity, 0, staff) for i, pitch in enumerate(pitches))


@pytest.fixture
def tune():
    return s.Score(
        (s.Part("Voice", 52, notes(TUNE)),), s.regular_bars(4), (s.Key(0, 7),), (s.Tempo(0, 100),), title="tune"
    )


@pytest.fixture
def duet(tune):
    low = s.Part("Cello", 42, notes([43, 50, 43, 50], 1920))
    return s.Score((*tune.parts, low), tune.bars, tune.keys, tune.tempi, title="duet")


def by(takes, who):
    return [take for take in takes if take.by == who]


def test_continuing_keeps_every_note_and_adds_the_bars_asked_for(duet, net):
    for take in music_moves.move("continue", duet, net, bars=3):
        assert len(take.score.bars) == 7
        assert cells_of(take.score)[: len(cells_of(duet))] == cells_of(duet)
        assert take.by == "net" and take.checkpoint == net.id


def test_empty_bars_at_the_end_are_written_in_first(duet, net):
    padded = joined(duet, s.Score(bars=s.regular_bars(2)))
    take = music_moves.move("continue", padded, net, bars=1)[0]
    assert len(take.score.bars) == 5


def test_filling_changes_the_named_bars_of_the_named_part_and_nothing_else(duet, net):
    for take in music_moves.move("fill", duet, net, bars="2-3", parts="voice"):
        assert set(changed(duet, take.score)) <= {(1, 0), (2, 0)}


def test_making_again_is_otherwise_and_all_else_is_identical(duet, net):
    takes = music_moves.move("again", duet, net, bars="3", part="2")
    assert takes
    for take in takes:
        assert changed(duet, take.score) == [(2, 1)]
        assert "made again" in take.note


def test_an_answer_takes_up_the_rhythm_and_ends_on_the_tonic(tune, net):
    for take in music_moves.move("answer", tune, net):
        assert len(take.score.bars) == 8
        new = [note for note in take.score.parts[0].notes if note.start >= tune.end]
        assert [note.start - tune.end for note in new[:4]] == [0, 480, 960, 1440]
        assert new[-1].pitch % 12 == 7


def test_harmonising_keeps_the_melody_and_offers_rule_and_net(tune, net):
    takes = music_moves.move("harmonise", tune, net, satb=True)
    assert by(takes, "net") and by(takes, "rule")
    for take in takes:
        assert [part.name for part in take.score.parts] == ["Soprano", "Alto", "Tenor", "Bass"]
        assert [note.pitch for note in take.score.parts[0].notes] == TUNE
    sheet = music_moves.move("harmonise", tune, net, chords=True)
    assert all(take.score.chords and [n.pitch for n in take.score.parts[0].notes] == TUNE for take in sheet)
    with pytest.raises(UsageError):
        music_moves.move("harmonise", tune, net, chords=True, satb=True)


def test_an_accompaniment_is_added_and_the_tune_stays(tune, net):
    takes = music_moves.move("accompany", tune, net, bass=True, chords=True)
    assert by(takes, "net") and by(takes, "rule")
    for take in takes:
        assert len(take.score.parts) == 3
        assert cells_of(take.score)[0::3] == cells_of(tune)


def test_other_chords_leave_the_melody_alone(duet, net):
    for take in music_moves.move("reharmonise", duet, net, amount=1.0):
        assert [note.pitch for note in take.score.parts[0].notes] == TUNE


@pytest.mark.parametrize("players", ["string quartet", "flute, 2 violins, cello", "piano"])
def test_a_piece_for_other_players_keeps_them_all_in_range(duet, net, players):
    for take in music_moves.move("rearrange", duet, net, players=players):
        for part in take.score.parts:
            low, high = range_of(part)
            assert all(low - 2 <= note.pitch <= high + 3 for note in part.notes), part.name
        tops = {note.start: note.pitch % 12 for note in take.score.parts[0].notes if note.staff == 1}
        assert [tops[i * 480] for i in range(4)] == [pitch % 12 for pitch in TUNE[:4]]


def test_handing_out_leaves_no_player_silent_where_there_are_voices_enough():
    chords = tuple(s.Note(i * 480, 480, p) for i in range(8) for p in (48, 55, 64, 72))
    score = s.Score((s.Part("Organ", 19, chords),), s.regular_bars(2))
    made = arranged(score, named(read_parts("flute, clarinet, horn, bassoon")))
    assert [len(part.notes) for part in made.parts] == [8, 8, 8, 8]


def test_varying_keeps_what_the_sliders_say(tune, net):
    takes = music_moves.move("vary", tune, net, contour=1.0, rhythm=1.0, harmony=0.0)
    for take in by(takes, "net"):
        new = take.score.parts[0].notes
        assert [(n.start, n.length) for n in new] == [(n.start, n.length) for n in tune.parts[0].notes]
    free = music_moves.move("vary", tune, net, contour=0.0, rhythm=0.0, harmony=0.0)
    assert len(by(free, "net")) == 2 and len(by(free, "rule")) == 2
    with pytest.raises(UsageError):
        music_moves.move("vary", tune, net, contour=2.0)


def test_drums_are_added_in_a_style_or_like_anothers(duet, net):
    takes = music_moves.move("drums", duet, net, style="rock")
    assert by(takes, "rule") and all(take.score.parts[-1].drums for take in takes)
    other = by(takes, "rule")[0].score
    for take in music_moves.move("drums", duet, net, others=(other,)):
        assert take.score.parts[-1].drums and cells_of(take.score)[0::3] == cells_of(duet)[0::2]


def test_from_one_tune_to_another_both_ends_are_the_tunes_themselves(tune, net):
    other = s.Score((s.Part("Voice", 52, notes([60, 64, 67, 72] * 4)),), tune.bars, (s.Key(0, 0),), tune.tempi)
    takes = music_moves.move("interpolate", tune, net, others=(other,), steps=4)
    assert len(takes) == 4
    assert cells_of(takes[0].score) == cells_of(tune) and cells_of(takes[-1].score) == cells_of(other)


def test_versions_for_a_picture_are_exactly_as_long(duet, net):
    long = joined(duet, duet, duet)
    for take, seconds in zip(music_moves.move("picture", long, net, versions="15,30"), (15, 30), strict=True):
        assert take.score.duration == pytest.approx(seconds, abs=0.02)
    for wishes in ({}, {"length": "10s", "versions": "10"}, {"length": "10s", "hits": "12"}):
        with pytest.raises(UsageError):
            music_moves.move("picture", duet, net, **wishes)


def test_words_change_no_note(tune, net, tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("Sing we all and be mer-ry\n", "utf-8")
    (take,) = music_moves.move("lyrics", tune, net, words=str(words))
    assert cells_of(take.score) == cells_of(tune) and take.adjusts
    assert take.score.parts[0].notes[0].lyric == "Sing"


def test_what_the_net_wrote_can_be_replayed_without_it(duet, net):
    for name, wishes in (("continue", {"bars": 2}), ("fill", {"bars": "2"}), ("harmonise", {"satb": True})):
        take = by(music_moves.move(name, duet, net, **wishes), "net")[0]
        told = json.loads(json.dumps(plain_data(take.trace)))
        assert cells_of(replay(told)) == cells_of(take.score)


def test_without_a_model_rules_still_make_what_they_can(tune):
    takes = music_moves.move("harmonise", tune, Net())
    assert [take.by for take in takes] == ["rule"]
    with pytest.raises(UsageError):
        music_moves.move("continue", tune, Net())


def test_bars_and_parts_are_named_as_people_name_them(duet):
    assert bars_of(duet, "1,3-4") == [0, 2, 3]
    assert part_of(duet, "cel") == 1 and part_of(duet, "1") == 0
    assert spans([2, 3, 4, 8]) == "bars 2 to 4 and 8"
    for text in ("5", "0-2", "x", ""):
        with pytest.raises(UsageError):
            bars_of(duet, text)
    with pytest.raises(UsageError, match="parts are 1 Voice, 2 Cello"):
        part_of(duet, "tuba")


def test_an_unknown_move_or_setting_is_answered_with_the_nearest(duet, net):
    with pytest.raises(UsageError, match="continue"):
        music_moves.move("contine", duet, net)
    with pytest.raises(UsageError, match="no setting"):
        music_moves.move("continue", duet, net, bar=3)


def test_bars_are_named_as_they_are_printed_and_a_pick_up_is_bar_0():
    notes = tuple(s.Note(i * 480, 480, 60 + i) for i in range(7))
    upbeat = s.Score((s.Part("Voice", 53, notes),), s.regular_bars(2, 3, 4, pickup=480))
    assert bars_of(upbeat, "0-1") == [0, 1]
    assert bars_of(upbeat, "2") == [2]
    with pytest.raises(UsageError, match="not all there") as refused:
        bars_of(upbeat, "3")
    assert "bars 0 to 2" in refused.value.mend
    assert bars_of(s.Score((s.Part("Voice", 53, notes),), s.regular_bars(3, 3, 4)), "1,3") == [0, 2]
