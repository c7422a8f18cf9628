"""One door for all files of notes, and edits of scores told in words."""

from dataclasses import replace

import pytest

from maquette.core.errors import MediaError
from maquette.media import score_midi, table
from maquette.media.score import Note, Part, Score, Tempo, regular_bars, with_notes
from maquette.media.score_table import read_score

NOTES = tuple(Note(i * 480, 480, 60 + i) for i in range(8))
TUNE = Score((Part("Tune", 0, NOTES),), regular_bars(2), tempi=(Tempo(0, 90.0),), title="Tune")


def test_a_score_is_read_by_its_suffix_whatever_its_case(tmp_path):
    data, form = table.to_bytes(TUNE, title="Tune", comment="")
    assert (form.suffix, form.mime) == (".mid", "audio/midi")
    for name in ("Мелодия.MID", "tune.midi"):
        (tmp_path / name).write_bytes(data)
        assert read_score(tmp_path / name) == TUNE == table.open_media(tmp_path / name)


def test_other_files_are_refused_with_what_could_be_done(tmp_path):
    (tmp_path / "song.wav").write_bytes(b"RIFF")
    with pytest.raises(MediaError, match=r"from \.wav") as caught:
        read_score(tmp_path / "song.wav")
    assert "transcribe" in caught.value.mend
    with pytest.raises(MediaError, match="no such file"):
        read_score(tmp_path / "none.mid")
    with pytest.raises(MediaError, match="folder"):
        read_score(tmp_path)


def test_edits_of_a_score_are_told_in_notes():
    changed = [replace(note, pitch=note.pitch + 1) if i < 2 else note for i, note in enumerate(NOTES)]
    after = with_notes(TUNE, 0, [*changed, Note(0, 480, 40)])
    assert table.edits(TUNE, after) == "2 of 8 notes changed, 1 added"
    assert table.edits(TUNE, replace(TUNE, tempi=(Tempo(0, 100.0),))) == "the tempo changed"
    assert table.edits(after, TUNE) == "2 of 9 notes changed, 1 removed"
    assert table.edits(TUNE, replace(TUNE, bars=regular_bars(3))) == "1 bar added"
    assert table.edits(TUNE, TUNE) == "the notes unchanged"


def test_the_same_music_under_another_title_is_the_same(tmp_path):
    again = score_midi.from_bytes(score_midi.to_bytes(TUNE, title="Other", comment="signed"))
    assert table.same(TUNE, again)
    assert not table.same(TUNE, with_notes(TUNE, 0, NOTES[:-1]))
