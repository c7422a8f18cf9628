"""What a person may rely on when films are written and footage is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("av")

from maquette.core.errors import Cancelled, MediaError, UsageError
from maquette.media import video_file
from maquette.media.sound import Sound
from maquette.media.video_file import Piece


def frames(count: int, base: int = 40, mark: int = -1) -> Iterator[np.ndarray]:
    """Small frames that get lighter; the frame `mark` is white."""
    for number in range(count):
        yield np.full((48, 64, 3), 250 if number == mark else base + number, np.uint8)


def beep(at: float, seconds: float) -> Sound:
    samples = np.zeros((round(seconds * 48000), 2), np.float32)
    first = round(at * 48000)
    samples[first : first + 2400] = 0.6 * np.sin(np.arange(2400) * 0.12)[:, None]
    return Sound(samples, 48000)


@pytest.mark.parametrize(("suffix", "codec", "fps"), [(".webm", "vp9", "23.976"), (".mp4", "h264", "25")])
def test_every_frame_comes_back_in_its_place_and_the_sound_with_it(
    tmp_path: Path, suffix: str, codec: str, fps: str
) -> None:
    rate = video_file.rate_of(fps)
    sound = beep(12 / float(rate), 24 / float(rate))
    path = video_file.write(frames(24, mark=12), tmp_path / f"a{suffix}", fps=rate, sound=sound, codec=codec)
    found = video_file.probe(path)
    assert (found.fps, found.frames, found.variable, found.sound) == (rate, 24, False, True)
    light = [number for number, one in enumerate(video_file.frames(path)) if one.mean() > 150]
    assert light == [12]
    heard = video_file.sound_of(path)
    assert heard is not None
    onset = float(np.argmax(np.abs(heard.samples[:, 0]) > 0.15)) / 48000
    assert abs(onset - 12 / float(rate)) < 1 / float(rate)


def test_clips_are_joined_at_their_key_frames_without_being_coded_again(tmp_path: Path) -> None:
    rate = Fraction(24)
    clips = []
    for base in (30, 90, 150):
        path = video_file.write(frames(20, base), tmp_path / f"{base}.webm", fps=rate, keys={5})
        clips.append(path)
    before = [hashlib.sha256(path.read_bytes()).hexdigest() for path in clips]
    pieces = [Piece(clips[0], 5, 10), Piece(clips[1], 0, 3), Piece(clips[2], 5, 15)]
    whole = video_file.join(pieces, tmp_path / "film.webm", fps=rate, sound=iter([beep(0.5, 1.2).samples]))
    found = [float(one.mean()) for one in video_file.frames(whole)]
    assert len(found) == 28
    for number, wanted in ((0, 35), (9, 44), (10, 90), (12, 92), (13, 155), (27, 169)):
        assert abs(found[number] - wanted) < 3
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in clips] == before


def test_a_clip_that_was_changed_is_named_when_it_cannot_be_joined(tmp_path: Path) -> None:
    path = video_file.write(frames(8), tmp_path / "a.webm", fps=Fraction(24))
    with pytest.raises(MediaError, match="has not the 20 frames"):
        video_file.join([Piece(path, 0, 20)], tmp_path / "film.webm", fps=Fraction(24))
    assert [one.name for one in tmp_path.iterdir()] == ["a.webm"]


def test_nothing_half_is_left_when_it_stops_in_the_middle(tmp_path: Path) -> None:
    def stopped() -> Iterator[np.ndarray]:
        yield from frames(4)
        raise Cancelled

    with pytest.raises(Cancelled):
        video_file.write(stopped(), tmp_path / "a.webm", fps=Fraction(24))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_the_film_before_it_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.webm"
    path.write_bytes(b"the film of yesterday")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(video_file, "_settle", full)
    with pytest.raises(MediaError, match="disk is full") as told:
        video_file.write(frames(4), path, fps=Fraction(24))
    assert "free some space" in told.value.mend
    assert [one.name for one in tmp_path.iterdir()] == ["a.webm"]
    assert path.read_bytes() == b"the film of yesterday"


def test_a_clip_with_uneven_frames_keeps_its_speed(tmp_path: Path) -> None:
    import av

    path = tmp_path / "phone.mkv"
    times = [0, 40, 80, 200, 240, 400, 440, 480, 700, 1000]  # milliseconds
    with av.open(str(path), "w") as box:
        stream = box.add_stream("libvpx-vp9", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, at in enumerate(times):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 20 + 20 * number, np.uint8), format="rgb24")
            frame.pts, frame.time_base = at, Fraction(1, 1000)
            box.mux(stream.encode(frame))
        box.mux(stream.encode())
    found = video_file.probe(path)
    assert found.variable
    assert "uneven" in found.said[0]
    even = [float(one.mean()) for one in video_file.frames(path, fps=Fraction(25))]
    assert abs(even[4] - 80 + 20) < 6  # what is seen at 160 ms: the third frame, 60
    assert abs(even[12] - 160) < 6  # at 480 ms: the eighth
    assert 25 <= len(even) <= 28


def test_wishes_that_cannot_be_are_told_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not hold h264"):
        video_file.write(frames(2), tmp_path / "a.webm", fps=Fraction(24), codec="h264")
    with pytest.raises(UsageError, match="no frame rate"):
        video_file.rate_of("fast")
    assert video_file.rate_of(29.97) == Fraction(30000, 1001)
    with pytest.raises(MediaError, match="cannot be read"):
        (tmp_path / "no.mp4").write_bytes(b"not a film")
        video_file.probe(tmp_path / "no.mp4")
    with pytest.raises(MediaError, match="no such clip"):
        video_file.probe(tmp_path / "nowhere.mp4")


def test_a_clip_that_was_cut_off_says_so(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (40, 48, 64, 3), np.uint8)
    path = video_file.write(iter(noise), tmp_path / "a.webm", fps=Fraction(24))
    assert not video_file.probe(path).said
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert any("cut off" in line for line in video_file.probe(path).said)
