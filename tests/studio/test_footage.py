"""Effects on clips from end to end: opened, worked on, kept with whose consent; uneven clips; broken ones."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from maquette.core.errors import MediaError, RightsError, UsageError
from maquette.data import likeness
from maquette.interfaces.cli import root
from maquette.media import video_file
from maquette.studio import cutouts, footage
from maquette.studio.studio import Studio

av = pytest.importorskip("av")


def frames(count: int) -> Iterator[np.ndarray[Any, Any]]:
    """A bright square that walks over a slope of grey."""
    y, x = np.mgrid[0:48, 0:80]
    for number in range(count):
        picture = np.stack([x * 2, y * 3, 90 + x // 2], -1).astype(np.uint8)
        picture[14:34, 10 + 2 * number : 30 + 2 * number] = (230, 180, 40)
        yield picture


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "улица.webm"
    return video_file.write(frames(4), path, fps=Fraction(24))


@pytest.fixture(scope="module")
def uneven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip as telephones write it: its frames come when they come."""
    path = tmp_path_factory.mktemp("clips") / "phone.mkv"
    with av.open(str(path), "w") as box:
        stream = box.add_stream("libvpx-vp9", rate=30, options={"deadline": "realtime", "cpu-used": "8"})
        stream.width, stream.height, stream.pix_fmt = 80, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for time, picture in zip((0, 33, 120, 140, 300, 333), frames(6)):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            box.mux(stream.encode(frame))
        box.mux(stream.encode())
    return path


def test_a_painted_frame_gives_its_look_to_the_clip_and_the_story_names_all_of_it(clip: Path, tmp_path: Path) -> None:
    studio = Studio()
    shot = footage.frame(studio, clip, 0.0, tmp_path)
    assert shot.name.endswith("-f0000.png")
    painted = tmp_path / "улица-f0000-paint.png"
    Image.fromarray(255 - np.asarray(Image.open(shot))).save(painted)
    opened = footage.open_clip(studio, clip, nobody=True)
    kept = footage.stylise(studio, opened, [str(painted)], out=tmp_path)
    assert kept.frames == 4 and kept.size == (80, 48)
    verdict = studio.verdict(kept.asset.path)
    assert verdict.holds
    assert verdict.story is not None
    assert verdict.story["trace"]["move"]["asked"]["keys"][0]["frame"] == 0
    assert "no real person" in verdict.story["trace"]["people"]["said"]
    last = list(video_file.frames(kept.asset.path))[-1]
    assert last[24, 26, 2] > 150 and last[24, 26, 0] < 90  # the square went on, in its painted colour


def test_faces_need_a_consent_and_the_result_carries_its_hash(clip: Path, tmp_path: Path) -> None:
    studio = Studio()
    with pytest.raises(RightsError, match="consent"):
        footage.open_clip(studio, clip)
    assert root.run(["film", "consent", "--person", "Anna", "--for", "face", "--out", str(tmp_path)]) == 0
    record = likeness.read(tmp_path / "consent-anna.json")
    opened = footage.open_clip(studio, clip, consents=[record])
    kept = footage.interpolate(studio, opened, 2, out=tmp_path)
    assert kept.frames == 8 and kept.fps == 48
    verdict = studio.verdict(kept.asset.path)
    assert verdict.story is not None
    assert verdict.story["trace"]["people"]["people"][0]["sha256"] == record.sha256


def test_an_uneven_clip_keeps_its_seconds_and_that_is_said(uneven: Path, tmp_path: Path) -> None:
    studio = Studio()
    opened = footage.open_clip(studio, uneven, nobody=True)
    assert opened.footage.variable and any("uneven" in line for line in opened.said)
    assert abs(opened.count / opened.fps - Fraction(opened.footage.seconds).limit_denominator(1000)) < 0.15
    kept = footage.interpolate(studio, opened, 2, slow=True, out=tmp_path)
    assert kept.frames == 2 * opened.count
    assert any("even frames" in line for line in kept.said)


def test_a_mask_cuts_out_and_frames_with_alpha_lie_beside(clip: Path, tmp_path: Path) -> None:
    studio = Studio()
    mask = np.zeros((48, 80), np.uint8)
    mask[14:34, 10:30] = 255
    path = tmp_path / "mask.png"
    Image.fromarray(mask).save(path)
    opened = footage.open_clip(studio, clip, nobody=True)
    made = cutouts.of_footage(studio, opened, [str(path)], frames=True, out=tmp_path)
    assert made.frames is not None
    pictures = sorted(made.frames.glob("*.png"))
    assert len(pictures) == 4
    alpha = np.asarray(Image.open(pictures[-1]))[..., 3]
    assert alpha[24, 26] > 200 and alpha[24, 60] < 40 and alpha[5, 26] < 40


def test_what_does_not_fit_is_told_and_nothing_is_left(clip: Path, tmp_path: Path) -> None:
    studio = Studio()
    opened = footage.open_clip(studio, clip, nobody=True)
    wrong = tmp_path / "wrong.png"
    Image.new("RGB", (80, 80)).save(wrong)
    with pytest.raises(UsageError, match="80 x 80"):
        footage.stylise(studio, opened, [str(wrong)], out=tmp_path / "out")
    with pytest.raises(UsageError, match="second 9"):
        footage.stylise(studio, opened, [f"{wrong}@9"], out=tmp_path / "out")
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(clip.read_bytes()[:200])
    with pytest.raises(MediaError):
        footage.open_clip(studio, broken, nobody=True)
    assert not (tmp_path / "out").exists()
