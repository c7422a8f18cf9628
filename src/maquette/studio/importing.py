"""A person's own motion files, or a set like CMU's once it is downloaded, made into a dataset on our skeleton.

    imported = import_motion(Path("takes"), Path("my-takes"), licence="own", author="Ada Brown")

Every .bvh, .amc (with its .asf), .glb and .gltf below the folder is put on our skeleton, brought to 30 frames a second,
freed of the pose with arms aside that many takes begin with, and turned to face +z from the origin. What a clip shows
is read from a list beside it (`name, caption`: .txt, .tsv or .csv), else from the name of its file.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DataError, MaquetteError, UsageError
from ..core.progress import OnProgress, Progress, silent
from ..data import licences, motion_clips, records
from ..data.motion_clips import Clip
from ..makers import motion_words
from ..media import motion_asf, motion_bvh, motion_gltf
from ..media import quaternions as turns
from ..media.motion import HOUSE, Motion, resampled, world
from ..media.retarget import retarget

SUFFIXES = (".bvh", ".amc", ".glb", ".gltf")
LISTS = (".txt", ".tsv", ".csv")
FPS = 30.0
SHORTEST = 0.5  # seconds
STILL = 0.12  # radians: as near to the pose with arms aside nobody comes by chance


@dataclass(frozen=True)
class Imported:
    """What came of a folder: `skipped` are files or motions with the reason, `said` what had to be assumed."""

    folder: Path
    clips: tuple[Clip, ...]
    skipped: tuple[tuple[str, str], ...]
    said: tuple[tuple[str, str], ...]

    @property
    def seconds(self) -> float:
        return sum(clip.motion.seconds for clip in self.clips)


def import_motion(
    source: Path, out: Path, *, licence: str, author: str = "", origin: str = "", on_progress: OnProgress = silent
) -> Imported:
    """Read all motions of `source` and write them as a dataset folder, `out` or `out`-2 where that is taken.

    `licence`: what their owner permits ("own" for one's own takes); `origin`: where they come from. A broken file is
    left out with its reason. Raises UsageError for an unknown licence, DataError where no motion can be read.
    """
    spdx = licences.checked(licence)
    source = Path(source)
    files = _files(source)
    captions = _captions(source if source.is_dir() else source.parent)
    author = author or (motion_clips.CMU_AUTHOR if spdx == motion_clips.CMU else "")
    clips: list[Clip] = []
    skipped: list[tuple[str, str]] = []
    said: list[tuple[str, str]] = []
    known: dict[bytes, str] = {}
    for number, path in enumerate(files):
        name = path.relative_to(source).as_posix() if source.is_dir() else path.name
        on_progress(Progress(number, len(files), name))
        try:
            for motion in _read(path):
                clip = _clip(motion, name, captions, Clip("", motion, (), (), spdx, author, origin))
                reason = _unfit(clip, known)
                if reason:
                    skipped.append((f"{name}: {motion.title}", reason))
                    continue
                clips.append(dataclasses.replace(clip, id=_free(clip.id, clips)))
                said += [(clips[-1].id, line) for line in motion.said]
        except MaquetteError as error:
            skipped.append((name, error.wrong))
    if not clips:
        first = f" ({skipped[0][0]}: {skipped[0][1]})" if skipped else ""
        raise DataError(f"no motion could be read{first}", where=str(source), mend=f"give {', '.join(SUFFIXES)} files")
    return Imported(_written(out, clips), tuple(clips), tuple(skipped), tuple(said))


def _files(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise UsageError("there is no such folder", where=str(source), mend="check the path")
    found = [path for path in sorted(source.rglob("*")) if path.suffix.lower() in SUFFIXES and path.is_file()]
    found = [path for path in found if not any(part.startswith(".") for part in path.relative_to(source).parts)]
    if not found:
        raise DataError("there is no motion in it", where=str(source), mend=f"it needs {', '.join(SUFFIXES)} files")
    return found


def _read(path: Path) -> Iterator[Motion]:
    """The motions of a file on our skeleton at 30 frames a second, tidied."""
    suffix = path.suffix.lower()
    if suffix in (".glb", ".gltf"):
        motions = motion_gltf.read_gltf(path)
    else:
        motions = [motion_asf.read_amc(path) if suffix == ".amc" else motion_bvh.read_bvh(path)]
    for motion in motions:
        yield _tidy(resampled(retarget(motion), FPS))


def _tidy(motion: Motion) -> Motion:
    """Without the calibration at both ends, starting at the origin and facing +z."""
    aside = _arms_aside(motion)
    free = np.flatnonzero(~aside)
    if len(free):
        motion = motion.part(int(free[0]), int(free[-1]) + 1)
    if not motion.frames:
        return motion
    back = turns.about_y(-float(turns.heading(motion.turns[0, 0])))
    root = motion.root - motion.root[0] * np.array([1, 0, 1], np.float32)
    root = turns.rotate(np.broadcast_to(back, (motion.frames, 4)), root)
    turned = motion.turns.copy()
    turned[:, 0] = turns.multiply(np.broadcast_to(back, (motion.frames, 4)), turned[:, 0])
    return dataclasses.replace(motion, root=root.astype(np.float32), turns=turned)


def _arms_aside(motion: Motion) -> NDArray[np.bool_]:
    """(t,): in which frames a body stands as at rest: the whole of it upright and straight, the arms aside."""
    _, turned = world(motion)
    heading = turns.about_y(-turns.heading(turned[:, :1]))
    facing = turns.multiply(np.broadcast_to(heading, turned.shape), turned)
    names = [HOUSE.number(name) for name in ("Hips", "Spine2", "LeftArm", "RightArm", "LeftForeArm", "RightForeArm",
                                             "LeftUpLeg", "RightUpLeg", "LeftLeg", "RightLeg")]  # fmt: skip
    angle = 2 * np.arccos(np.clip(np.abs(facing[:, names, 3]), 0, 1))
    still: NDArray[np.bool_] = angle.mean(1) < STILL
    return still


def _unfit(clip: Clip, known: dict[bytes, str]) -> str:
    """Why a clip is left out, "" where it is kept."""
    motion = clip.motion
    if motion.seconds < SHORTEST:
        return f"shorter than {SHORTEST} seconds"
    if _arms_aside(motion).all():
        return "a rest pose all through"
    rounded = np.round(np.concatenate([motion.root * 50, motion.turns.reshape(motion.frames, -1) * 25], 1))
    print_of = hashlib.sha256(rounded.astype(np.int16).tobytes()).digest()
    if print_of in known:
        return f"the same as {known[print_of]}"
    known[print_of] = clip.id
    return ""


def _clip(motion: Motion, name: str, captions: dict[str, str], stated: Clip) -> Clip:
    """The clip of a motion with its words."""
    stem = Path(name).stem
    own = motion.title if motion.title and motion.title != stem else ""
    id = re.sub(r"[^\w]+", "_", f"{Path(name).with_suffix('').as_posix()}_{own}" if own else
                Path(name).with_suffix("").as_posix()).strip("_")  # fmt: skip
    said = captions.get(own.lower()) or captions.get(stem.lower()) or _spoken(own or stem)
    return dataclasses.replace(
        stated, id=id, motion=dataclasses.replace(motion, said=()), title=said, captions=(said,), labels=_labels(said)
    )


def _spoken(name: str) -> str:
    """Words out of the name of a file: "WalkingSlow_02" is "walking slow"."""
    parts = re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])|[_\W]+", " ", name).split()
    words = [part for part in parts if len(part) > 1 and not part.isdigit()]
    return " ".join(words).lower() or name


def _labels(caption: str) -> tuple[str, ...]:
    """The words by which the clip is found: what is done in it."""
    labels: list[str] = []
    for deed in motion_words.read(caption).deeds:
        name = deed.name.partition("|")[0]
        if name and deed.kind != motion_words.IDLE:
            labels.append(name)
    return tuple(dict.fromkeys(labels))


def _captions(folder: Path) -> dict[str, str]:
    """Name of a clip in small letters -> its words, from every list in the folder."""
    found: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in LISTS or path.stat().st_size > 10_000_000:
            continue
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            parts = re.match(r"\s*\"?([\w.-]+?)(?:\.\w{3,4})?\"?\s*[,;\t ]\s*(.+)", line)
            if parts and not line.lstrip().startswith("#"):
                found.setdefault(parts[1].lower(), parts[2].strip().strip('"'))
    return found


def _free(id: str, clips: list[Clip]) -> str:
    taken = {clip.id for clip in clips}
    return id if id not in taken else next(each for n in range(2, len(taken) + 3) if (each := f"{id}-{n}") not in taken)


def _written(out: Path, clips: list[Clip]) -> Path:
    """The dataset, whole or not at all, under a name that is free."""
    out = records.free_name(Path(out))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".import-", dir=out.parent))
        try:
            motion_clips.save(work, clips)
            work.chmod(0o755)
            os.replace(work, out)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        wrong = f"the dataset cannot be written: {error.strerror or error}"
        raise DataError(wrong, where=str(out), mend="free some space, or choose another folder with --out") from error
    return out
