"""Fingerprints: the same form has the same print, and the index tells whose a drawing is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from maquette.core.errors import CheckpointError, MediaError
from maquette.encodings import print_pictures as pictures
from maquette.encodings.prints import Entry, PrintIndex, build, fingerprint
from maquette.media import drawing as d

CUP = '<path d="M4 8h13v8a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4z"/><path d="M17 10h2a2 2 0 0 1 0 6h-2"/><path d="M8 2v3"/>'
TREE = '<path d="M12 3 6 10h3l-4 6h14l-4-6h3z"/><path d="M12 16v5"/>'


def draw(shapes: str, attrs: str = 'stroke-width="2" stroke-linecap="round" stroke-linejoin="round"') -> d.Drawing:
    return d.parse(f'<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" {attrs}>{shapes}</svg>')


@dataclass
class Piece:
    """An item as a dataset gives it."""

    id: str
    svg: str
    author: str = "Ada"
    licence: str = "MIT"
    source: str = ""
    title: str = ""
    set: str = field(default="")

    def svg_text(self) -> str:
        return f'<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2">{self.svg}</svg>'


def small_index() -> PrintIndex:
    return build([Piece("b/outline/tree", TREE, title="tree", set="b"), Piece("a/outline/cup", CUP, "Bo", set="a")])


@pytest.mark.parametrize("width", [0.5, 1.5, 3])
def test_the_width_and_ends_of_lines_make_no_difference(width):
    plain, other = draw(CUP), draw(CUP, f'stroke-width="{width}" stroke-linecap="square"')
    np.testing.assert_array_equal(fingerprint(plain), fingerprint(other))


def test_the_units_of_a_drawing_make_no_difference():
    large = d.transformed(draw(TREE), (10, 0, 0, 10, 0, 0), (0, 0, 240, 240))
    np.testing.assert_array_equal(fingerprint(large), fingerprint(draw(TREE)))


def test_a_print_is_the_picture_at_half_the_size():
    picture = pictures.picture(draw(CUP))
    pixels = pictures.as_pixels(picture).astype(int)
    four = pixels[::2, ::2] + pixels[1::2, ::2] + pixels[::2, 1::2] + pixels[1::2, 1::2]
    np.testing.assert_array_equal(pictures.pooled(picture), np.packbits((four >= 2).reshape(-1)))
    np.testing.assert_array_equal(pictures.from_bytes(pictures.as_bytes(picture)), picture)


def test_agreement_forgives_a_small_move_and_counts_a_missing_shape():
    cup = pictures.picture(draw(CUP))
    moved = pictures.picture(d.transformed(draw(CUP), (1, 0, 0, 1, 0.4, -0.3), (0, 0, 24, 24)))
    without = draw(CUP)
    without = pictures.picture(replace(without, shapes=without.shapes[:1]))
    within, covered, _ = pictures.agreement(cup, np.stack([cup, moved, without, pictures.picture(draw(TREE))]))
    assert within[:2].min() > 0.99 and covered[:2].min() > 0.99
    assert within[2] < 0.8 and covered[2] == 1.0
    assert max(within[3], covered[3]) < 0.8


def test_moving_a_picture_is_moving_its_pixels():
    picture = pictures.picture(draw(TREE))
    for down, right in ((2, -3), (-1, 2), (0, 0)):
        rolled = np.roll(pictures.as_pixels(picture), (down, right), (0, 1))  # the margin is empty
        np.testing.assert_array_equal(pictures.as_pixels(pictures.moved(picture, down, right)), rolled)


def test_the_nearest_item_is_the_drawing_itself_and_scores_are_exact():
    index = small_index()
    items, ious = index.nearest(np.stack([fingerprint(draw(CUP)), fingerprint(draw(TREE))]), k=5)
    assert [index.entry(i).title for i in items[:, 0]] == ["", "tree"]
    np.testing.assert_allclose(ious[:, 0], 1)
    one, other = (np.unpackbits(p).astype(bool) for p in index.prints)
    assert ious[0, 1] == pytest.approx((one & other).sum() / (one | other).sum(), abs=1e-6)


def test_an_index_says_whose_work_it_holds(tmp_path):
    index = small_index()
    assert index.entry(0) == Entry("", "Bo", "MIT", "a/outline/cup", "a", 10)
    index.save(tmp_path / "fingerprints.npz")
    again = PrintIndex.load(tmp_path / "fingerprints.npz")
    assert [again.entry(i) for i in range(2)] == [index.entry(i) for i in range(2)]
    np.testing.assert_array_equal(again.prints, index.prints)
    np.testing.assert_array_equal(again.pictures, index.pictures)


def test_items_that_cannot_be_drawn_are_named():
    broken = [Piece("a/broken", "<path"), Piece("a/cup", CUP)]
    with pytest.raises(MediaError):
        build(broken)
    skipped: list[str] = []
    assert len(build(broken, on_skipped=lambda item, reason: skipped.append(item))) == 1
    assert skipped == ["a/broken"]


def test_a_file_that_is_no_index_is_refused(tmp_path: Path):
    (tmp_path / "x.npz").write_bytes(b"nothing of the kind")
    with pytest.raises(CheckpointError, match="holds no fingerprints"):
        PrintIndex.load(tmp_path / "x.npz")
