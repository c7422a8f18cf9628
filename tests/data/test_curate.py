"""Recording a licence and leaving out what is refused never loses or overwrites anything."""

from __future__ import annotations

import gzip
import json

import pytest

from maquette.core.errors import DataError, UsageError
from maquette.data import curate, rights
from maquette.data.dataset import open_dataset

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M1 1h{}" stroke="currentColor"/></svg>'


def svgs(folder, *names):
    for index, name in enumerate(names):
        (folder / name).write_text(SVG.format(index + 1), encoding="utf-8")


def record(id, **other):
    return {"id": id, "name": "fox", "viewbox": [0, 0, 24, 24], "svg": '<path d="M1 1h2"/>'} | other


def lines(path):
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_recording_a_licence_makes_a_folder_usable(tmp_path):
    svgs(tmp_path, "лиса.svg", "🦊.svg")
    recorded = curate.record_licence(tmp_path, "cc-by-4.0", author='Ада "Б." Браун', source="my desk")
    assert (recorded.path.name, recorded.licence, recorded.items) == ("licence.toml", "CC-BY-4.0", 2)
    dataset = open_dataset(tmp_path)
    rights.require_training(dataset.items, tmp_path)
    assert {item.author for item in dataset} == {'Ада "Б." Браун'}


def test_recording_again_keeps_what_was_not_said_again(tmp_path):
    svgs(tmp_path, "fox.svg")
    (tmp_path / "licence.toml").write_text('# ours\nlicence = "MIT"\nauthor = "Ada"\nset = "zoo"\n')
    assert curate.record_licence(tmp_path, "ISC").before == "MIT"
    (item,) = open_dataset(tmp_path)
    assert (item.licence, item.author, item.set) == ("ISC", "Ada", "zoo")
    assert "# ours" in (tmp_path / "licence.toml").read_text()


def test_a_file_gets_its_own_line_and_its_own_author(tmp_path):
    svgs(tmp_path, "fox.svg", "owl.svg")
    curate.record_licence(tmp_path, "MIT", author="Ada")
    curate.record_licence(tmp_path / "owl.svg", "CC0-1.0")
    curate.record_licence(tmp_path / "owl.svg", "CC-BY-4.0", author="Ben")
    found = {item.id: (item.licence, item.author) for item in open_dataset(tmp_path)}
    assert found == {"fox.svg": ("MIT", "Ada"), "owl.svg": ("CC-BY-4.0", "Ben")}
    assert len(lines(tmp_path / "items.jsonl")) == 1


def test_a_foreign_drawing_is_not_credited_to_the_author_of_the_folder(tmp_path):
    svgs(tmp_path, "fox.svg")
    curate.record_licence(tmp_path, "own", author="Ada")
    curate.record_licence(tmp_path / "fox.svg", "MIT")
    assert [item.author for item in open_dataset(tmp_path)] == [""]


def test_a_record_file_is_copied_and_never_changed(tmp_path):
    path = tmp_path / "icons.jsonl.gz"
    path.write_bytes(
        gzip.compress(b"\n".join(json.dumps(r).encode() for r in (record("a"), record("b", license="MIT"))))
    )
    before = path.read_bytes()
    recorded = curate.record_licence(path, "own", author="Ada")
    assert recorded.path.name == "icons.licensed.jsonl.gz" and recorded.items == 1
    assert [(item.licence, item.author) for item in open_dataset(recorded.path)] == [
        ("LicenseRef-own", "Ada"),
        ("MIT", ""),
    ]
    assert path.read_bytes() == before


@pytest.mark.parametrize("spdx", ["MTI", "none", ""])
def test_no_licence_is_recorded_that_the_table_does_not_know(tmp_path, spdx):
    svgs(tmp_path, "fox.svg")
    with pytest.raises(UsageError):
        curate.record_licence(tmp_path, spdx)
    assert [path.name for path in tmp_path.iterdir()] == ["fox.svg"]


def test_dropping_keeps_the_rest_usable_and_names_what_went(tmp_path):
    svgs(tmp_path, "fox.svg", "owl.svg", "bad.svg")
    curate.record_licence(tmp_path, "MIT", author="Ada")
    curate.record_licence(tmp_path / "owl.svg", "all-rights-reserved", author="Ben")
    (tmp_path / "bad.svg").write_bytes(b"<svg")
    dropped = curate.drop_refused(tmp_path)
    assert [one.item.id for one in dropped.refused] == ["owl.svg"]
    assert [one.name for one in dropped.skipped] == ["bad.svg"]
    kept = open_dataset(dropped.path)
    rights.require_training(kept.items, dropped.path)
    assert [(item.id, item.licence, item.author) for item in kept] == [("fox.svg", "MIT", "Ada")]
    again = curate.drop_refused(tmp_path)
    assert dropped.path.name == "items.kept.jsonl" and again.path.name == "items.kept-2.jsonl"


def test_dropping_from_a_record_file_leaves_its_lines_as_they_are(tmp_path):
    path = tmp_path / "icons.jsonl"
    rows = [record("a", license="MIT", tok=7), record("b"), record("c", license="CC-BY-ND-4.0")]
    path.write_text("\n".join(map(json.dumps, rows)) + "\nnot json")
    dropped = curate.drop_refused(path)
    assert dropped.path.name == "icons.kept.jsonl" and lines(dropped.path) == rows[:1]
    assert {one.item.id for one in dropped.refused} == {"b", "c"} and len(dropped.skipped) == 1


def test_nothing_is_written_when_nothing_is_refused(tmp_path):
    svgs(tmp_path, "fox.svg")
    curate.record_licence(tmp_path, "MIT")
    before = sorted(tmp_path.iterdir())
    assert curate.drop_refused(tmp_path).path is None
    assert sorted(tmp_path.iterdir()) == before


def test_a_dataset_is_never_emptied_in_silence(tmp_path):
    svgs(tmp_path, "fox.svg")
    with pytest.raises(UsageError, match="no item would be left"):
        curate.drop_refused(tmp_path)


def test_what_is_not_there_cannot_be_licensed(tmp_path):
    with pytest.raises(DataError):
        curate.record_licence(tmp_path / "nothing", "MIT")
