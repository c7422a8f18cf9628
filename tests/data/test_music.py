"""What a musician may rely on when a set of tunes is opened."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from maquette.core.errors import DataError, RightsError
from maquette.data import rights
from maquette.data.dataset import open_dataset
from maquette.data.licences import canonical
from maquette.data.music_records import record_to_score, split_of_work

MUSIC = Path(__file__).resolve().parents[3] / "shared" / "data" / "music"


def a_record(id: str = "own/1", **other: Any) -> dict[str, Any]:
    """Two bars of 3/4 after a pick-up: a melody, a bass, a drum."""
    base: dict[str, Any] = {
        "id": id,
        "set": "own",
        "license": "CC BY 4.0",
        "title": "Waltz",
        "composer": "Brown, Ada",
        "genre": "waltz",
        "work": f"brown|{id}",
        "metre": "3/4",
        "key": "A minor",
        "tempo": 96.0,
        "tpq": 24,
        "parts": [["Voice", 52], ["Piano", 0], ["Kit", "drums"]],
        "bars": [24, 72, 72],
        "voices": [
            [0, 11, [0, 24, 24, 48], [24, 24, 48, 72], [64, 69, 71, 72]],
            [1, 21, [24, 72], [72, 72], [45, 40]],
            [2, 11, [24, 24, 24], [12, 12, 12], [36, 38, 38], [100, 60, 60]],
        ],
        "chords": [[24, "Am"], [96, "E7/g+"], [120, "Dm6"]],
        "lyrics": [[0, 0, "A-"], [24, 0, "-men"]],
        "dyn": [[0, 0, "p"], [48, 0, "sf"], [96, 0, "f"]],
        "keys": [[0, 0], [96, 3]],
        "marking": "Andante",
    }
    return base | other


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def test_a_record_becomes_the_score_that_it_says():
    score = record_to_score(a_record())
    assert [bar.length for bar in score.bars] == [480, 1440, 1440] and score.metre == (3, 4)
    voice, piano, kit = score.parts
    assert [(note.start, note.length, note.pitch) for note in voice.notes][:2] == [(0, 480, 64), (480, 480, 69)]
    assert [note.lyric for note in voice.notes] == ["A-", "men", "", ""]
    assert [note.velocity for note in voice.notes] == [49, 49, 104, 96]  # p, p, sf (that note alone), f
    assert piano.notes[0].staff == 2 and piano.staves == 2
    assert kit.drums and [note.velocity for note in kit.notes] == [100, 60, 60]
    assert [(key.tick, key.tonic, key.mode) for key in score.keys] == [(0, 9, "minor"), (1920, 6, "minor")]
    assert [(chord.root, chord.quality, chord.bass) for chord in score.chords] == [
        (9, "m", None),
        (4, "7", 8),
        (2, "m", None),
    ]
    assert score.tempo_at(0) == 96 and score.marks[0].text == "Andante" and "Dm6" in score.said[0]


def test_a_piece_knows_whose_it_is(tmp_path):
    row = a_record(encoder="Eve Typist")
    (item,) = open_dataset(write(tmp_path / "tunes.jsonl.gz", [row]))
    assert (item.title, item.author, item.encoder, item.licence) == ("Waltz", "Brown, Ada", "Eve Typist", "CC-BY-4.0")
    assert (item.genre, item.set, item.work, item.split) == ("waltz", "own", row["work"], split_of_work(row["work"]))
    assert item.is_music and item.score().count == 9 and item.record()["notes"][0] == [0, 24, 64, 0, 11]


def test_a_folder_of_record_files_is_one_set(tmp_path):
    write(tmp_path / "a.jsonl.gz", [a_record("a/1"), a_record("a/2")])
    write(tmp_path / "b.jsonl", [a_record("b/1"), a_record("b/1", bars=[24, 72, 0, 72])])
    dataset = open_dataset(tmp_path)
    assert [item.id for item in dataset] == ["a/1", "a/2", "b/1", "b/1#2"]
    assert len(dataset.items[3].score().bars) == 3  # a bar of nothing is none


@pytest.mark.parametrize(
    ("text", "spdx"),
    [
        ("Public Domain", "LicenseRef-PublicDomain"),
        ("CC BY 4.0", "CC-BY-4.0"),
        ("cc-by-2.5", "CC-BY-2.5"),
        ("CC BY-SA 3.0", "CC-BY-SA-3.0"),
        ("BSD-3-Clause", "BSD-3-Clause"),
        ("GPL-3.0", "GPL-3.0-only"),
    ],
)
def test_licences_are_read_as_the_sources_write_them(text, spdx):
    assert canonical(text) == spdx


def test_a_set_with_a_copyleft_piece_says_that_works_stay_under_it(tmp_path):
    items = open_dataset(write(tmp_path / "a.jsonl", [a_record("a/1"), a_record("a/2", license="GPL-3.0")])).items
    assert "share-alike" in rights.terms_of(items).duties


def test_a_set_without_licences_is_refused_with_the_command_that_records_them(tmp_path):
    path = write(tmp_path / "a.jsonl", [a_record("a/1", license="")])
    with pytest.raises(RightsError, match="1 of 1 items do not permit training: a/1") as caught:
        rights.require_training(open_dataset(path).items, path)
    assert "maquette data licence" in caught.value.mend
    (tmp_path / "licence.toml").write_text('licence = "CC0-1.0"\nauthor = "Ada"\n', encoding="utf-8")
    assert open_dataset(path).items[0].licence == "CC0-1.0"


def test_a_reservation_beside_a_folder_of_records_is_obeyed(tmp_path):
    write(tmp_path / "a.jsonl", [a_record("a/1")])
    (tmp_path / "tdmrep.json").write_text('[{"location": "/", "tdm-reservation": 1}]', encoding="utf-8")
    with pytest.raises(RightsError, match="not for training"):
        rights.require_training(open_dataset(tmp_path).items, tmp_path)


@pytest.mark.parametrize(
    "broken",
    [
        {"bars": []},
        {"bars": "x"},
        {"bars": [0]},
        {"voices": [[7, 11, [0], [24], [60]]]},
        {"voices": [[0, 11, [0], [24], [60, 61]]]},
        {"voices": [[0, 11, [0], [0], [60]]]},
        {"voices": [[0, 11, [0], [24], [128]]]},
        {"voices": [3]},
        {"parts": [["Voice"]]},
        {"tpq": 480},
        {"id": 3},
    ],
)
def test_a_piece_that_cannot_be_read_is_named_by_its_line(tmp_path, broken):
    path = write(tmp_path / "a.jsonl", [a_record("a/1"), a_record("a/2") | broken])
    with pytest.raises(DataError, match="line 2"):
        open_dataset(path)
    dataset = open_dataset(path, skip_unreadable=True)
    assert len(dataset) == 1 and len(dataset.skipped) == 1


def test_a_metre_that_nobody_can_count_is_replaced_by_one_that_fits():
    score = record_to_score(a_record(metre="2/21", bars=[30, 138]))
    assert [(bar.beats, bar.unit, bar.length) for bar in score.bars] == [(5, 16, 600), (23, 16, 2760)]


def test_two_editions_of_a_work_never_stand_on_both_sides():
    assert split_of_work("bach|air") == split_of_work("bach|air")
    kept = sum(split_of_work(f"work {number}") == "val" for number in range(2000))
    assert 0.05 < kept / 2000 < 0.09


@pytest.mark.data
@pytest.mark.skipif(not MUSIC.is_dir(), reason="the shared music is not here")
def test_every_hymn_of_the_shared_data_is_read_with_its_licence():
    dataset = open_dataset(MUSIC / "hymnal.jsonl.gz")
    assert len(dataset) == 240 and {item.licence for item in dataset} == {"LicenseRef-PublicDomain"}
    for item in dataset.items[::16]:
        score = item.score()
        assert len(score.parts) == len(item.record()["parts"]) and score.count == len(item.record()["notes"])


def test_a_folder_of_tunes_in_files_is_a_set_with_what_is_recorded_of_them(tmp_path):
    from maquette.media.score_midi import to_bytes

    for name in ("вальс.mid", "polka.mid"):
        (tmp_path / name).write_bytes(to_bytes(record_to_score(a_record()), title=name))
    (tmp_path / "cover.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>", encoding="utf-8")
    (tmp_path / "items.jsonl").write_text(
        json.dumps({"file": "polka.mid", "licence": "CC-BY-4.0", "author": "Bob", "genre": "polka"}), encoding="utf-8"
    )
    (tmp_path / "licence.toml").write_text('licence = "own"\nauthor = "Ada"\n', encoding="utf-8")
    dataset = open_dataset(tmp_path)
    assert {(item.id, item.licence, item.author) for item in dataset} == {
        ("polka.mid", "CC-BY-4.0", "Bob"),
        ("вальс.mid", "LicenseRef-own", "Ada"),
    }
    polka = next(item for item in dataset if item.id == "polka.mid")
    assert polka.genre == "polka" and polka.is_music and polka.score().count == 9


def test_a_tune_that_cannot_be_read_is_named_and_the_rest_usable_by_choice(tmp_path):
    from maquette.media.score_midi import to_bytes

    (tmp_path / "good.mid").write_bytes(to_bytes(record_to_score(a_record())))
    (tmp_path / "bad.mid").write_bytes(b"MThd nonsense")
    with pytest.raises(DataError, match=r"bad\.mid"):
        open_dataset(tmp_path)
    assert [item.id for item in open_dataset(tmp_path, skip_unreadable=True)] == ["good.mid"]
