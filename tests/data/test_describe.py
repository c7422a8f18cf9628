"""What `describe` says of a dataset can be counted by hand on a small one."""

from __future__ import annotations

import json

import numpy as np

from maquette.data import describe as told
from maquette.data.dataset import open_dataset

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="{}">'
)


def folder_of(folder, **drawings):
    rows = []
    for name, (width, shapes) in drawings.items():
        (folder / f"{name}.svg").write_text(HEAD.format(width) + shapes + "</svg>")
        rows.append({"file": f"{name}.svg", "licence": "MIT", "author": "Ada", "set": "own", "style": "outline"})
    rows[-1] |= {"licence": "CC0-1.0", "author": "Ben"}
    (folder / "items.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return open_dataset(folder)


def test_counts_by_licence_author_and_style(tmp_path):
    line = '<path d="M1 1H9"/>'
    description = told.describe(folder_of(tmp_path, a=(2, line), b=(1, line), c=(2, '<path d="M1 1V9"/>')))
    assert description["licences"] == {"MIT": 2, "CC0-1.0": 1}
    assert description["authors"] == {"Ada": 2, "Ben": 1}
    assert description["sets"] == {"own": 3} and description["styles"] == {"outline": 3}
    assert json.loads(json.dumps(description)) == description


def test_the_same_drawing_spelt_differently_is_an_exact_duplicate(tmp_path):
    dataset = folder_of(
        tmp_path,
        a=(2, '<path d="M1 1.50L9,9"/>'),
        b=("2.0", '<title>x</title><!-- y --><path id="k" d="M1,1.5 L 9 9"/>'),
        c=(2, '<path d="M1 1.6L9 9"/>'),
    )
    assert told.exact_duplicates(dataset.items) == [["a.svg", "b.svg"]]


def test_near_duplicates_are_found_by_the_fingerprint_that_is_handed_in(tmp_path):
    dataset = folder_of(
        tmp_path, a=(2, '<path d="M1 1H9"/>'), b=(2, '<path d="M1 1h8.1"/>'), c=(2, '<path d="M1 1V9"/>')
    )

    def print_of(drawing):
        bits = np.zeros(1024, np.uint8)
        (x, y), end = (
            drawing.shapes[0].geometry.subpaths[0].start,
            drawing.shapes[0].geometry.subpaths[0].segments[0].to,
        )
        bits[: int(40 * (end[0] - x))] = 1
        bits[512 : 512 + int(40 * (end[1] - y))] = 1
        return np.packbits(bits)

    (pair,) = told.describe(
        dataset, fingerprints=lambda drawings: np.stack([print_of(drawing) for drawing in drawings])
    )["near_duplicates"]
    assert pair["pair"] == ["a.svg", "b.svg"] and 0.9 < pair["overlap"] < 1


def test_the_habits_of_the_hand_are_measured_on_a_canvas_of_24(tmp_path):
    shapes = '<path d="M2 2H10V10L18.5 18.5A2 2 0 0 1 16.5 20.5"/><rect x="2" y="2" width="4" height="4" rx="1"/>'
    habits = told.describe(folder_of(tmp_path, a=(1.5, shapes)))["habits"]
    assert habits["stroke_widths"] == {"1.5": 1.0}
    assert habits["angles"] == {"0": 0.333, "90": 0.333, "45": 0.333}
    assert habits["strokes"] == {"line": 0.75, "arc": 0.25}
    assert habits["radii"] == {"1": 0.8, "2": 0.2}
    assert habits["grid"]["1"] < habits["grid"]["1/2"] == 1.0
    assert habits["median_shapes"] == 2


def test_a_drawing_in_other_units_has_the_same_habits(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = told.describe(folder_of(tmp_path / "one", a=(2, '<path d="M2 2H10V7"/>')))["habits"]
    text = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" stroke="currentColor" stroke-width="4" '
    (tmp_path / "two" / "a.svg").write_text(text + 'fill="none"><path d="M4 4H20V14"/></svg>')
    assert told.describe(open_dataset(tmp_path / "two"))["habits"] == one


def test_the_page_for_people_names_what_was_left_out(tmp_path):
    folder_of(tmp_path, a=(2, '<path d="M1 1H9"/>'), b=(2, '<path d="M1 1V9"/>'))
    (tmp_path / "b.svg").write_bytes(b"")
    text = told.as_text(told.describe(open_dataset(tmp_path, skip_unreadable=True)))
    assert "b.svg" in text and "habits of the hand" in text
