"""What a musician may rely on when a set of tunes is described and put in order."""

from __future__ import annotations

import gzip
import json
from typing import Any

from maquette.data import curate, describe_music
from maquette.data.dataset import open_dataset


def a_record(id: str, **other: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"id": id, "set": "own", "license": "CC0-1.0", "title": id, "composer": "Ada", "tpq": 24}
    base |= {"genre": "waltz", "metre": "3/4", "key": "G major", "parts": [["Flute", 73]], "bars": [72, 72]}
    pitches = [60 + (len(id) + at * 5) % 12 for at in range(6)]
    return base | {"voices": [[0, 11, [0, 24, 24, 24, 24, 24], [24] * 6, pitches]]} | other


def write(path, rows):
    path.write_bytes(gzip.compress("\n".join(json.dumps(row) for row in rows).encode()))
    return path


def test_what_pieces_have_in_common_is_counted(tmp_path):
    rows = [a_record("a"), a_record("bb", metre="4/4", bars=[96, 96], chords=[[0, "G"]]), a_record("ccc", composer="")]
    told = describe_music.describe(open_dataset(write(tmp_path / "tunes.jsonl.gz", rows)))
    assert told["items"] == 3 and told["authors"] == {"Ada": 2, "(none)": 1}
    assert told["habits"]["metres"] == {"3/4": 0.667, "4/4": 0.333}
    assert told["habits"]["lengths"] == {"quarter": 1.0} and told["habits"]["keys"] == {"G major": 1.0}
    assert told["habits"]["pieces_with"]["chords"] == 1 and told["habits"]["median_bars"] == 2
    page = describe_music.as_text(told)
    assert "3 pieces" in page and "waltz" in page and "3/4 67%" in page


def test_the_same_notes_under_two_names_are_an_exact_duplicate(tmp_path):
    same = a_record("a")["voices"]
    rows = [a_record("a"), a_record("bb", voices=same, title="another"), a_record("cccc")]
    told = describe_music.describe(open_dataset(write(tmp_path / "tunes.jsonl.gz", rows)))
    assert told["exact_duplicates"] == [["a", "bb"]]


def test_dropping_leaves_the_records_of_the_others_as_they_are(tmp_path):
    rows = [a_record("a"), a_record("a", title="second"), a_record("bb", license="")]
    path = write(tmp_path / "tunes.jsonl.gz", rows)
    dropped = curate.drop_refused(path)
    assert dropped.kept == 2 and [one.item.id for one in dropped.refused] == ["bb"]
    kept = open_dataset(dropped.path)
    assert [(item.id, item.title) for item in kept] == [("a", "a"), ("a#2", "second")]
    assert kept.items[1].record()["notes"] == open_dataset(path).items[1].record()["notes"]


def test_a_folder_of_record_files_is_dropped_from_into_one_file_beside_it(tmp_path):
    folder = tmp_path / "music"
    folder.mkdir()
    write(folder / "one.jsonl.gz", [a_record("a")])
    write(folder / "two.jsonl.gz", [a_record("bb", license="no-training"), a_record("ccc")])
    dropped = curate.drop_refused(folder)
    assert dropped.path == tmp_path / "music.kept.jsonl.gz"
    assert [item.id for item in open_dataset(dropped.path)] == ["a", "ccc"]
    assert sorted(path.name for path in folder.iterdir()) == ["one.jsonl.gz", "two.jsonl.gz"]


def test_one_licence_is_recorded_for_a_folder_of_records(tmp_path):
    folder = tmp_path / "music"
    folder.mkdir()
    write(folder / "one.jsonl.gz", [a_record("a", license=""), a_record("bb", license="CC-BY-4.0")])
    recorded = curate.record_licence(folder, "cc0", author="Ada")
    assert recorded.licence == "CC0-1.0"
    assert [item.licence for item in open_dataset(folder)] == ["CC0-1.0", "CC-BY-4.0"]


def test_a_licence_for_a_record_file_is_written_into_a_copy(tmp_path):
    path = write(tmp_path / "one.jsonl.gz", [a_record("a", license="")])
    before = path.read_bytes()
    recorded = curate.record_licence(path, "CC0-1.0", author="Ada")
    assert path.read_bytes() == before and open_dataset(recorded.path).items[0].licence == "CC0-1.0"
