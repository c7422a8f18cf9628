"""A page of script to an animatic: how long, and is everything in its place? `python benchmarks/film_animatic.py`.

Bar 10: one page of 8 to 15 shots in 720p with voices, music and captions; panels in a minute, moving people in five on
two cores. Each pass is made from nothing by the command's own path, then looked at from outside: every frame of the
film is decoded and held against the clip that the edit list (OTIO, read by its own library) names for it; the sound is
held against the stems, so that picture and sound are known to begin together; captions against the first sound of their
line; loudness by our meter and by pyloudnorm. Then one shot is made again, and what else changed is counted.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table

from maquette.makers.film.maker import Wishes
from maquette.makers.film.render import Manner, cores
from maquette.media import captions, video_file
from maquette.media.loudness import loudness, true_peak
from maquette.studio import films
from maquette.studio.studio import Studio

PAGE = Path(__file__).resolve().parents[1] / "src" / "maquette" / "samples" / "film" / "tour.fountain"


def made(script: Path, folder: Path, manner: Manner, jobs: int) -> tuple[films.KeptFilm, dict[str, float]]:
    """The film, with the seconds it took by the clock and of processors."""
    start, before = time.perf_counter(), _processor_seconds()
    kept = films.make_film(Studio(), script, manner=manner, wishes=Wishes(), out=folder, workers=jobs)
    seconds = {"seconds": time.perf_counter() - start, "processor_seconds": _processor_seconds() - before}
    return kept, {key: round(value, 1) for key, value in seconds.items()}


def _processor_seconds() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def cuts(kept: films.KeptFilm) -> dict[str, Any]:
    """Frames of the film that are not the very frames that the edit list names; and cuts that lie elsewhere."""
    import opentimelineio as otio

    (path,) = [one for one in kept.files["edit"] if one.suffix == ".otio"]
    timeline = otio.adapters.read_from_file(str(path))
    picture = next(track for track in timeline.tracks if track.kind == "Video")
    film = video_file.frames(kept.asset.path)
    wrong = frames = shots = misplaced = 0
    for clip in picture:
        if not isinstance(clip, otio.schema.Clip):
            continue
        name, first = str(clip.metadata["maquette"].get("shot") or ""), int(clip.source_range.start_time.value)
        count = int(clip.source_range.duration.value)
        shown = [_mark(next(film)) for _ in range(count)]
        if not name:
            continue
        own = [_mark(one) for one in video_file.frames(kept.folder / "shots" / f"{name}.webm")]
        same = [one == other for one, other in zip(shown, own[first : first + count], strict=True)]
        frames, wrong, shots = frames + count, wrong + same.count(False), shots + 1
        misplaced += not (same[0] and same[-1])
    rest = sum(1 for _ in film)
    return {"shots": shots, "frames": frames, "wrong_frames": wrong, "misplaced_cuts": misplaced, "frames_over": rest}


def _mark(frame: np.ndarray) -> str:
    return hashlib.sha256(frame.tobytes()).hexdigest()


def sync(kept: films.KeptFilm) -> dict[str, Any]:
    """How far the film's sound is from its stems, and captions from the first sound of their line, in milliseconds."""
    from maquette.media.sound import read

    heard = video_file.sound_of(kept.asset.path)
    assert heard is not None
    stems = [read(path) for path in kept.files["sound"]]
    whole = np.sum([one.samples for one in stems], axis=0)[:, 0]
    lag = _lag(heard.samples[:, 0], whole)
    voices = next(one.samples for one, path in zip(stems, kept.files["sound"], strict=True) if path.stem == "voices")
    level = np.abs(voices).max(axis=1)
    (path,) = [one for one in kept.files["captions"] if one.suffix == ".srt"]
    late = []
    for one in captions.read(path.read_text("utf-8")):
        piece = level[round((one.start - 0.1) * 48000) : round(one.end * 48000)]
        if len(piece) and piece.max() > 0.01:
            late.append(1000 * (float(np.argmax(piece > 0.05 * piece.max())) / 48000 - 0.1))
    first = {
        "caption_median_ms": round(float(np.median(np.abs(late))), 1),
        "caption_worst_ms": round(max(map(abs, late)), 1),
    }
    return {"sound_lag_ms": round(lag / 48, 2), **(first if late else {}), "lufs": round(loudness(heard), 2),
            "true_peak": round(true_peak(heard), 2), "pyloudnorm": _other_meter(heard.samples)}  # fmt: skip


def _lag(one: np.ndarray, other: np.ndarray) -> int:
    """Samples by which `one` is later than `other`, from their cross-correlation."""
    count = min(len(one), len(other))
    size = 1 << int(np.ceil(np.log2(2 * count)))
    found = np.fft.irfft(np.fft.rfft(one[:count], size) * np.conj(np.fft.rfft(other[:count], size)), size)
    at = int(np.argmax(found))
    return at if at < size // 2 else at - size


def _other_meter(samples: np.ndarray) -> float | None:
    try:
        import pyloudnorm  # type: ignore[import-untyped]
    except ImportError:
        return None
    return round(float(pyloudnorm.Meter(48000).integrated_loudness(samples.astype(np.float64))), 2)


def again(kept: films.KeptFilm, jobs: int) -> dict[str, Any]:
    """One shot by another camera: which clips changed, and how long it took."""
    clips = {cut.shot: hashlib.sha256(cut.clip.read_bytes()).hexdigest() for cut in kept.made.cuts}
    shot = kept.made.cuts[len(kept.made.cuts) // 2].shot
    start = time.perf_counter()
    remade = films.remake(Studio(), kept.folder, {shot: {"angle": "low"}}, workers=jobs)
    changed = [
        cut.shot for cut in remade.made.cuts if hashlib.sha256(cut.clip.read_bytes()).hexdigest() != clips[cut.shot]
    ]
    return {"shot": shot, "changed_clips": changed, "seconds": round(time.perf_counter() - start, 1)}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--script", type=Path, default=PAGE)
    asked.add_argument("--passes", default="panels,moving")
    asked.add_argument("--size", default="1280x720")
    asked.add_argument("--style", default="tone")
    asked.add_argument("--jobs", type=int, default=0, help="processes that draw; 0: two")
    options = asked.parse_args()
    wide, high = (int(part) for part in options.size.split("x"))
    result: dict[str, Any] = {"cores": cores(), "size": options.size, "script": options.script.name, "passes": {}}
    rows = []
    for name in options.passes.split(","):
        with tempfile.TemporaryDirectory() as place:
            manner = Manner(wide, high, style=options.style, still=name == "panels")
            kept, seconds = made(options.script, Path(place) / "film", manner, options.jobs)
            told: dict[str, Any] = {**seconds, "drawings": kept.made.drawings, "length": round(kept.made.seconds, 1)}
            told |= {"stages": dict(kept.made.times), **cuts(kept), **sync(kept)}
            told["remake"] = again(kept, options.jobs)
        result["passes"][name] = told
        keys = ("seconds", "processor_seconds", "shots", "drawings", "length", "wrong_frames", "misplaced_cuts",
                "sound_lag_ms", "caption_worst_ms", "lufs")  # fmt: skip
        rows.append(
            {
                "pass": name,
                **{key: told.get(key) for key in keys},
                "other clips changed": len(told["remake"]["changed_clips"]) - 1,
            }
        )
    print(table(rows))
    keep("film_animatic", result)


if __name__ == "__main__":
    main()
