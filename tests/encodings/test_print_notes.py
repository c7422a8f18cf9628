"""What a musician may rely on when a score is compared with the tunes that a model learnt from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from maquette.core.errors import CheckpointError, MediaError
from maquette.encodings import print_notes as prints
from maquette.encodings import print_quotes as quotes
from maquette.encodings.print_notes import Entry, NoteIndex, build, is_plain, lines_of
from maquette.media.score import Note, Part, Score, regular_bars, sorted_notes


@dataclass(frozen=True)
class Piece:
    """What `build` needs of an item."""

    id: str
    made: Score
    author: str = "Ada"
    title: str = "Tune"
    licence: str = "CC0-1.0"
    set: str = "own"
    encoder: str = ""
    genre: str = "song"

    @property
    def work(self) -> str:
        return self.id

    def score(self) -> Score:
        return self.made


def a_tune(seed: int, count: int = 64, lift: int = 0) -> list[Note]:
    dice = np.random.default_rng(seed)
    notes, at, pitch = [], 0, 67
    for _ in range(count):
        gap = int(dice.choice([120, 240, 240, 480]))
        pitch = int(np.clip(pitch + dice.choice([-5, -4, -2, -1, 1, 2, 3, 5, 7]), 55, 84))
        notes.append(Note(at, gap, pitch + lift))
        at += gap
    return notes


def a_score(*lines: list[Note]) -> Score:
    end = max((note.end for line in lines for note in line), default=0)
    parts = tuple(Part(f"line {number}", notes=sorted_notes(line)) for number, line in enumerate(lines, start=1))
    return Score(parts, regular_bars(end // 1920 + 1), title="Tune")


@pytest.fixture(scope="module")
def index() -> NoteIndex:
    pieces = [Piece(f"own/{seed}", a_score(a_tune(seed), a_tune(seed + 500))) for seed in range(20)]
    return build(pieces)


def planted(seed: int, first: int, length: int, lift: int = 5) -> Score:
    """A tune of nobody's with a stretch of tune `seed` in its middle, in another key."""
    taken = a_tune(seed, 64)[first : first + length]
    begin = 7680
    quote = [
        replace(note, start=begin + note.start - taken[0].start, pitch=min(127, note.pitch + lift)) for note in taken
    ]
    before = [note for note in a_tune(900 + seed) if note.end <= begin]
    after = [replace(note, start=note.start + quote[-1].end) for note in a_tune(950 + seed, 20)]
    return a_score([*before, *quote, *after])


def test_a_melody_is_the_top_of_its_staff_and_drums_have_none():
    chord = [Note(0, 480, pitch) for pitch in (60, 64, 67)]
    held = [Note(480, 960, 72), Note(720, 240, 55), Note(1440, 480, 71)]
    low = [Note(0, 480, 40, staff=2), Note(480, 480, 43, staff=2)]
    score = Score((Part("p", notes=sorted_notes([*chord, *held, *low]), staves=2), Part(drums=True)), regular_bars(1))
    upper, lower = lines_of(score)
    assert upper.pitches.tolist() == [67, 72, 71] and upper.onsets.tolist() == [0, 24, 72]
    assert lower.pitches.tolist() == [40, 43]


def test_a_tune_is_its_own_copy_in_every_key(index):
    found = quotes.look(a_score(a_tune(3, lift=4)), index)
    assert found.share == 1.0 and found.runs[0].notes == 64
    assert index.entries[int(index.pieces_at(np.array([found.runs[0].place]))[0])].id == "own/3"


def test_a_tune_of_its_own_shares_nothing(index):
    found = quotes.look(a_score(a_tune(77), a_tune(78)), index)
    assert found.found == 0 and not found.runs and not any(quote.bits > 55 for quote in found.quotes)


def test_a_quote_is_found_with_its_place_and_bars(index):
    found = quotes.look(planted(5, 10, 30), index)
    run = found.runs[0]
    assert run.exact and run.notes >= 30
    first = int(index.starts[np.flatnonzero(index.piece == 15)[0]])  # in the order of names
    assert index.entries[15].id == "own/5" and run.place <= first + 10 < run.end
    begin = a_tune(5)[10].start
    assert index.bars_of(first + 10, first + 39)[0] == begin // 1920 + 1


@pytest.mark.parametrize("edit", ["pitch", "length", "left out", "added"])
def test_a_quote_is_found_behind_changes(index, edit):
    score = planted(7, 8, 36)
    notes = list(score.parts[0].notes)
    at = [number for number, note in enumerate(notes) if note.start >= 7680][6:36:8]
    for number in reversed(at):
        note = notes[number]
        if edit == "pitch":
            notes[number] = replace(note, pitch=note.pitch + 1)
        elif edit == "length":
            notes[number + 1 :] = [replace(later, start=later.start + 120) for later in notes[number + 1 :]]
        elif edit == "left out":
            del notes[number]
        else:
            notes.insert(number + 1, replace(note, start=note.start + note.length // 2, pitch=note.pitch + 2))
    changed = a_score(notes)
    best = quotes.look(changed, index).quotes[0]
    assert best.bits >= 55 and best.alike >= 20 and not best.exact
    assert index.entries[int(index.pieces_at(np.array([best.place]))[0])].id == "own/7"


def test_scales_and_figures_belong_to_nobody():
    scale = prints.steps_of(np.arange(17, dtype=np.int32) * 12, np.arange(17, dtype=np.int16) % 8 + 60)[:-1]
    alberti = prints.steps_of(np.arange(17, dtype=np.int32) * 12, np.array([60, 67, 64, 67] * 4 + [60], np.int16))[:-1]
    assert is_plain(scale) and is_plain(alberti)
    assert not is_plain(lines_of(a_score(a_tune(3)))[0].steps[:16])


def test_what_three_hands_wrote_is_common():
    theme = a_tune(1, 20)
    pieces = []
    for number, author in enumerate(["Bach, J. S.", "Haydn, Joseph", "Wolf, Hugo"]):
        pieces.append(Piece(f"own/{number}", a_score([*theme, *_after(theme, number)]), author))
    found = quotes.look(a_score([*theme, *_after(theme, 9)]), build(pieces))
    assert found.common and found.share == 0.0
    two = quotes.look(a_score([*theme, *_after(theme, 9)]), build(pieces[:2]))
    assert two.share > 0 and two.common == 0


def _after(theme: list[Note], seed: int) -> list[Note]:
    return [replace(note, start=note.start + theme[-1].end) for note in a_tune(300 + seed, 30)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bach, J. S.", "Bach, Johann Sebastian"),
        ("BeethovenLv", "Beethoven, Ludwig van"),
        ("'Liebster Jesu' Johann Rudolph Ahle, 1664.", "Ahle, Johann Rudolph"),
    ],
)
def test_a_composer_is_one_hand_however_the_name_is_written(one, other):
    def entry(author):
        return Entry("a/1", "t", author, "CC0-1.0", "a", author)

    assert entry(one).hand == entry(other).hand


def test_unsigned_pieces_of_one_manuscript_are_one_hand():
    def entry(id, work):
        return Entry(id, "Kyrie", "Anonymous", "CC0-1.0", "a", work)

    assert entry("p/lib--ms1--001--kyrie", "x").hand == entry("p/lib--ms1--002--agnus", "y").hand
    assert entry("p/1", "x").hand != entry("p/2", "y").hand


def test_an_index_is_read_as_it_was_written(index, tmp_path):
    path = tmp_path / "fingerprints.npz"
    long = Score((Part("a", notes=(Note(0, 10, 60), Note(400_000, 10, 99), Note(400_400, 10, 0))),), regular_bars(220))
    index = index.with_those_of(build([Piece("own/long", long)]))
    assert index.save(path) == path.stat().st_size
    again = NoteIndex.load(path)
    assert again.entries == index.entries and again.bars == index.bars
    for name in ("steps", "onsets", "pitches", "starts", "piece", "part", "staff"):
        assert np.array_equal(getattr(again, name), getattr(index, name)), name
    assert again.barlines(len(again) - 1)[-1] == 220 * 96


@pytest.mark.parametrize("data", [b"", b"PK\3\4nothing", b"x" * 500])
def test_what_is_no_index_is_named(tmp_path, data):
    path = tmp_path / "fingerprints.npz"
    path.write_bytes(data)
    with pytest.raises(CheckpointError, match="no prints of music"):
        NoteIndex.load(path)


def test_an_empty_index_and_an_empty_score_find_nothing(index):
    assert quotes.look(a_score(a_tune(1)), build([])).share == 0.0
    assert quotes.look(Score(), index).windows == 0
    assert quotes.look(a_score(a_tune(1, 3)), index).windows == 0


def test_a_piece_that_cannot_be_read_is_handed_on_or_stops_the_work():
    class Broken(Piece):
        def score(self) -> Score:
            raise MediaError("not a tune")

    told = []
    broken = Broken("own/1", Score())
    assert len(build([broken], on_skipped=lambda name, why: told.append((name, why)))) == 0
    assert told == [("own/1", "not a tune")]
    with pytest.raises(MediaError):
        build([broken])
