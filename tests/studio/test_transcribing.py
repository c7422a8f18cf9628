"""What a musician may rely on when she keeps a hummed line."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.core.errors import MediaError, UsageError
from maquette.media.sound import Sound, write
from maquette.media.table import open_media
from maquette.studio.studio import Studio
from maquette.studio.transcribing import transcribe
from takes import RATE, TUNE, sung


@pytest.fixture
def take(tmp_path):
    return write(Sound(sung(TUNE)[:, None].astype(np.float32), RATE), tmp_path / "напев.wav")


def test_a_hummed_line_is_kept_as_hers_with_the_recording_as_its_parent(take, tmp_path):
    studio = Studio()
    made = transcribe(studio, take, grid="1/8", out=tmp_path / "out")
    score = open_media(made.kept.asset.path)
    assert [note.pitch for note in score.parts[0].notes] == [pitch for pitch, _ in TUNE]
    assert studio.verdict(made.kept.asset.path).holds
    assert "напев.wav" in made.kept.asset.credential["summary"]
    assert set(made.kept.hands) == {"human"}
    told = made.as_dict()
    assert told["bpm"] == pytest.approx(120, rel=0.02) and len(told["heard"]) == len(TUNE)
    assert made.kept.asset.credential["where"] == "sidecar"


def test_only_the_part_that_is_named_is_heard(take, tmp_path):
    made = transcribe(Studio(), take, begin=0.2, end=2.2, out=tmp_path / "out")
    assert made.take.pitches == (69, 69, 70, 72)


def test_a_recording_of_two_hours_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "long.wav"
    head = write(Sound(np.zeros((800, 1), np.float32), 8000), tmp_path / "short.wav").read_bytes()[:44]
    size = 2 * 3600 * 16000
    with path.open("wb") as file:
        file.write(head[:40] + size.to_bytes(4, "little"))
        file.truncate(44 + size)
    with pytest.raises(MediaError, match="120 minutes") as caught:
        transcribe(Studio(), path, out=tmp_path)
    assert "--from" in caught.value.mend


def test_a_part_that_is_none_is_refused(take, tmp_path):
    with pytest.raises(UsageError):
        transcribe(Studio(), take, begin=5, end=4, out=tmp_path)
    with pytest.raises(MediaError, match="ends after"):
        transcribe(Studio(), take, begin=500, end=600, out=tmp_path)


def test_what_is_no_sound_is_refused(tmp_path):
    path = tmp_path / "x.wav"
    path.write_bytes(b"not a sound")
    with pytest.raises(MediaError):
        transcribe(Studio(), path, out=tmp_path)
