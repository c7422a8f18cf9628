"""What may be relied on of small pictures as a net sees them, of what a model remembers, and of their prints."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sprites
from maquette.core.errors import CheckpointError
from maquette.encodings import pixels as px
from maquette.encodings.pixels import Box
from maquette.encodings.pixels_memory import Entry, Memory, Thing, stem
from maquette.encodings.print_small import PictureIndex


def small(thing: str, style: str = "flat") -> px.Floats:
    return px.coded(sprites.shape(thing, style))


@pytest.fixture(scope="module")
def memory() -> Memory:
    told = [Entry(one, "emoji", tuple(sprites.KEYWORDS.get(one, ())), "", one == "chef") for one in sprites.THINGS]
    more = [Entry("cat", "tile", (), "", False), Entry("woman dancing", "emoji", ("party",), "", True)]
    looks = [px.grains(small(one)) for one in (*sprites.THINGS, "cat", "fish")]
    names = {
        "ru": {"кошка": [0], "собака": [1], "красное яблоко": [4]},
        "de": {"katze": [0], "hund": [1]},
        "ja": {"猫": [0]},
    }
    return Memory([*told, *more], (np.stack(looks) * 255 + 0.5).astype(np.uint8), names)


# -- pixels -----------------------------------------------------------------------------------------------------------


def test_a_picture_comes_back_from_the_net_s_form() -> None:
    whole = sprites.shape("cat", "flat")
    back = px.straight(px.unsigned(px.signed(px.coded(whole))))
    seen = whole[..., 3] > 8
    assert np.abs(back[seen].astype(int) - whole[seen]).max() <= 1
    assert np.array_equal(back[..., 3], whole[..., 3])


def test_no_colour_lies_above_its_alpha() -> None:
    wild = np.random.default_rng(0).uniform(-3, 3, (2, 4, 8, 8)).astype(np.float32)
    made = px.unsigned(wild)
    assert made.min() >= 0 and made.max() <= 1 and (made[..., :3] <= made[..., 3:]).all()


def test_a_thing_stands_where_its_box_is() -> None:
    full = np.ones((16, 16, 4), np.float32)
    frame = px.placed(full, Box(0.5, 0.25, 0.5))
    inside = frame[8:24, 16:32, 3]
    assert inside.min() > 0.9 and frame[..., 3].sum() == pytest.approx(256, rel=0.02)
    assert frame[:, :15].max() == 0 and frame[:7].max() == 0
    moved = px.placed(full, Box(0.9, 0.9, 0.5))  # half of it outside
    assert moved[-3:, -2:, 3].min() > 0.9 and moved[:28].max() == 0


def test_a_thing_that_is_laid_out_whole_is_itself() -> None:
    sketch = px.grains(small("star"))
    assert np.abs(px.smaller(px.placed(sketch), 2) - sketch).max() < 0.2
    assert np.allclose(px.placed(sketch, flip=True), px.placed(sketch)[:, ::-1], atol=1e-6)


@pytest.mark.parametrize("colour", [*px.COLOURS])
def test_a_thing_takes_the_colour_that_is_named(colour: str) -> None:
    for thing in ("cat", "dog", "house"):
        made = px.tinted(small(thing), colour)
        assert np.array_equal(made[..., 3], small(thing)[..., 3]) and (made[..., :3] <= made[..., 3:] + 1e-6).all()
        mean = made[..., :3].sum((0, 1)) / made[..., 3].sum() * 255
        wanted = np.asarray(px.COLOURS[colour], float)
        near = min(px.COLOURS, key=lambda name: np.abs(np.asarray(px.COLOURS[name]) - mean).sum())
        saturated = wanted.max() - wanted.min() > 60
        if saturated:
            assert np.argmax(mean) == np.argmax(wanted) or near == colour
        else:
            assert mean.max() - mean.min() < 45


def test_a_sure_sketch_is_not_shaken() -> None:
    sketch = px.grains(small("cat"))
    assert np.array_equal(px.shaken(sketch, 1.0, np.random.default_rng(0)), sketch)
    assert np.abs(px.shaken(sketch, 0.4, np.random.default_rng(0)) - sketch).max() > 0.1


def test_words_become_numbers_and_unknown_ones_are_left_out() -> None:
    words = px.Vocabulary(["cat", "red"])
    assert len(words) == 4 and "cat" in words and "dog" not in words
    assert words.ids(px.words_of("A Red CAT's hat"))[:3].tolist() == [3, 2, 0]
    assert words.ids([])[:2].tolist() == [px.NOTHING, px.PAD]
    assert words.ids(["cat"] * 99).shape == (px.TOKENS,)


# -- memory -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "number", "how"),
    [
        ("cat", 0, "name"),
        ("a Cat!", 0, "name"),
        ("cats", 0, "name"),
        ("two red apples", 4, "keywords"),
        ("the red apple", 4, "name"),
        ("кошка", 0, "language"),
        ("Собака", 1, "language"),
        ("красное яблоко", 4, "language"),
        ("Katze", 0, "language"),
        ("猫", 0, "language"),
        ("home", 3, "keywords"),
        ("puppies", 1, "keywords"),
        ("coffe cup", 9, "keywords"),
        ("housse", 3, "spelling"),
        ("сабака", 1, "spelling"),
        ("красное яблако", 4, "spelling"),
        ("dancing woman", 13, "keywords"),
    ],
)
def test_things_are_found_by_name_language_plural_keyword_and_typo(
    memory: Memory, phrase: str, number: int, how: str
) -> None:
    found = memory.find(phrase)
    assert found is not None and (found.number, found.how) == (number, how)


@pytest.mark.parametrize("phrase", ["", "  ", "qwertyuiop", "the of a", "синхрофазотрон", "🙂"])
def test_what_nobody_drew_is_not_found(memory: Memory, phrase: str) -> None:
    assert memory.find(phrase) is None


def test_pixel_art_looks_among_tiles_first_and_a_language_can_be_chosen(memory: Memory) -> None:
    assert memory.find("cat", style=px.STYLES.index("pixel art")).number == 12  # type: ignore[union-attr]
    assert memory.find("hund", language="de").language == "de"  # type: ignore[union-attr]
    found = memory.find("hund", language="ru")
    assert found is None or found.how == "spelling"


@pytest.mark.parametrize(
    ("word", "one"),
    [("cats", "cat"), ("cherries", "cherry"), ("foxes", "fox"), ("dishes", "dish"), ("glasses", "glass"),
     ("grass", "grass"), ("cactus", "cactus"), ("bus", "bus"), ("churches", "church"), ("iris", "iris")],
)  # fmt: skip
def test_plurals_lose_their_end_and_other_words_do_not(word: str, one: str) -> None:
    assert stem(word) == one


def test_a_memory_comes_back_from_its_files(memory: Memory, tmp_path: Path) -> None:
    for name, data in memory.files().items():
        (tmp_path / name).write_bytes(data)
    back = Memory.load(lambda name: tmp_path / name)
    assert back.entries == memory.entries and back.names == memory.names
    assert np.array_equal(back.sketches, memory.sketches)
    assert back.files() == memory.files()  # the same bytes every time


def test_own_things_come_before_those_of_the_base(memory: Memory) -> None:
    own = Memory([Entry("cat", "own", (), "", False)], np.full((1, 16, 16, 4), 7, np.uint8))
    both = own.before(memory)
    assert both.find("cat").number == 0 and both.find("кошка").number == 1  # type: ignore[union-attr]
    assert both.entries[both.find("star").number].caption == "star"  # type: ignore[union-attr]
    assert np.array_equal(both.sketches[3], memory.sketches[2])


def test_things_are_laid_out_each_above_those_before(memory: Memory) -> None:
    frame = memory.lay_out([Thing(2, Box(0, 0.25, 0.5)), Thing(0, Box(0.5, 0.25, 0.5), colour="blue")])
    assert frame.shape == (4, 32, 32) and frame[:, 0].max() == -1
    left, right = frame[:, 16, 8], frame[:, 16, 24]
    assert left[3] > 0.8 and right[3] > 0.8 and right[2] > right[0]
    covered = memory.lay_out([Thing(2), Thing(0)])
    assert np.abs(covered[:, 16, 16] - memory.lay_out([Thing(0)])[:, 16, 16]).max() < 0.02


# -- prints -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def index() -> PictureIndex:
    rows = [
        {"id": one, "title": one, "author": "Ада", "licence": "MIT", "set": "toy", "style": "flat"}
        for one in sprites.THINGS
    ]
    return PictureIndex.build(rows, [sprites.shape(one, "flat") for one in sprites.THINGS])


def test_a_copy_is_found_moved_recompressed_and_at_another_size(index: PictureIndex) -> None:
    for thing in sprites.THINGS:
        whole = small(thing)
        grain = np.clip(whole + np.random.default_rng(0).normal(0, 0.02, whole.shape), 0, 1).astype(np.float32)
        for copy in (whole, px.smaller(whole, 2), grain, np.roll(whole, (5, -5), (0, 1))):
            first = index.nearest(copy, 1)[0]
            assert (first.id, first.author) == (thing, "Ада") and first.distance < index.bar


def test_a_copy_that_lies_between_two_cells_is_still_the_nearest(index: PictureIndex) -> None:
    for thing in sprites.THINGS:
        for by in ((1, -1), (2, 0), (3, -2)):
            assert index.nearest(np.roll(small(thing), by, (0, 1)), 1)[0].id == thing


def test_other_pictures_are_no_copies(index: PictureIndex) -> None:
    for thing in sprites.THINGS:
        others = [one for one in index.nearest(small(thing), 12) if one.id != thing]
        assert min(one.distance for one in others) > 0.05
    bar = np.zeros((64, 64, 4), np.float32)
    bar[28:34] = 1
    assert index.nearest(bar, 1)[0].distance > index.bar


def test_prints_come_back_from_their_file(index: PictureIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "fingerprints.npz")
    back = PictureIndex.load(tmp_path / "fingerprints.npz")
    assert back.rows == index.rows and np.array_equal(back.prints, index.prints) and back.bar == index.bar
    assert [path.name for path in tmp_path.iterdir()] == ["fingerprints.npz"]


def test_no_prints_and_broken_prints(tmp_path: Path) -> None:
    PictureIndex.build([], []).save(tmp_path / "none.npz")
    assert PictureIndex.load(tmp_path / "none.npz").nearest(small("cat")) == []
    np.savez(tmp_path / "other.npz", prints=np.zeros(3))
    (tmp_path / "cut.npz").write_bytes((tmp_path / "none.npz").read_bytes()[:200])
    (tmp_path / "text.npz").write_text("no prints")
    for name in ("other.npz", "cut.npz", "text.npz"):
        with pytest.raises(CheckpointError, match="no prints of small pictures") as raised:
            PictureIndex.load(tmp_path / name)
        assert name in raised.value.where and raised.value.mend
