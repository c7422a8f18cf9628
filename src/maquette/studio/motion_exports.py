"""A motion as files for other programs, written beside it: a rigged body, Mixamo's names, a preview. Each is signed."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import MissingExtra, UsageError
from ..core.registry import nearest
from . import again, files
from .score_exports import Written, sealed

if TYPE_CHECKING:
    from ..media.motion import Motion
    from .studio import Studio

WIDE, HIGH = 400, 320  # pixels of a preview
FPS = 12.0  # drawn on twos
FINE = 24.0


def _glb(motion: Motion) -> bytes:
    from ..media.motion_gltf import to_glb

    return to_glb(motion)


def _mixamo(motion: Motion) -> bytes:
    from ..media.motion_bvh import to_bvh

    return to_bvh(motion, mixamo=True).encode()


def _usd(motion: Motion) -> bytes:
    from ..media.motion_usd import to_usda

    return to_usda(motion, comment=again.COMMENT_BESIDE).encode("utf-8")


def _webp(motion: Motion) -> bytes:
    """A drawn figure that does it, looping, on twos."""
    from PIL import Image

    from ..makers.film.preview import figure_frames

    frames = [Image.fromarray(frame) for frame in figure_frames(motion, None, WIDE, HIGH, FPS)]
    out = io.BytesIO()
    long = round(1000 / FPS)
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=long, loop=0, quality=80, method=2)
    return out.getvalue()


def _video(suffix: str, codec: str) -> Callable[[Motion], bytes]:
    def write(motion: Motion) -> bytes:
        from ..makers.film.preview import figure_frames
        from ..media import video_file

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"motion{suffix}"
            frames = figure_frames(motion, None, WIDE, HIGH, FINE)
            video_file.write(frames, path, fps=Fraction(round(FINE)), codec=codec, title=motion.title)
            return path.read_bytes()

    return write


def _sheet(motion: Motion) -> bytes:
    """The key poses side by side."""
    import numpy as np

    from ..makers.film.preview import figure_pages
    from ..makers.motion_compose import keys_of
    from ..media.ink_draw import to_pixels
    from ..media.picture import Picture
    from ..media.picture_file import to_bytes

    pages = list(figure_pages(motion, None, HIGH // 2, HIGH, motion.fps))
    keys = [*motion.keys] or [*keys_of(motion)]
    rows = [keys[start : start + 8] for start in range(0, min(len(keys), 40), 8)]
    blank = np.full_like(to_pixels(pages[0]), 255)
    drawn = [[to_pixels(pages[key]) for key in row] + [blank] * (min(8, len(keys)) - len(row)) for row in rows]
    whole = np.concatenate([np.concatenate(row, 1) for row in drawn])
    whole = np.concatenate([whole, np.full_like(whole[..., :1], 255)], -1)
    return to_bytes(Picture(whole), title=motion.title, comment=again.COMMENT)


# kind -> (suffix, what is written, how it is called)
KINDS: dict[str, tuple[str, Callable[[Motion], bytes], str]] = {
    "glb": (".glb", _glb, "a rigged body"),
    "mixamo": (".bvh", _mixamo, "BVH with Mixamo's names"),
    "usd": (".usda", _usd, "USD with a skeleton"),
    "webp": (".webp", _webp, "a drawn preview"),
    "sheet": (".png", _sheet, "its key poses"),
    "webm": (".webm", _video(".webm", "vp9"), "a drawn preview"),
    "mp4": (".mp4", _video(".mp4", "h264"), "a drawn preview"),
}
FILMED = frozenset(("webm", "mp4"))


def kinds_of(asked: str | Iterable[str]) -> tuple[str, ...]:
    """Checked kinds, from a list or from "glb,webp". Raises UsageError for one that is not known, MissingExtra."""
    names = asked.replace(",", " ").split() if isinstance(asked, str) else [*asked]
    kinds = tuple(dict.fromkeys(name.strip().lower().lstrip(".") for name in names if name.strip()))
    for kind in kinds:
        if kind not in KINDS:
            raise UsageError(f"a motion cannot be written as {kind!r}", mend=nearest(kind, KINDS))
    if FILMED & {*kinds} and find_spec("av") is None:
        raise MissingExtra("a video needs PyAV, which is not installed", mend="pip install 'maquette[film]', or webp")
    return kinds


def export(
    studio: Studio, source: Path, motion: Motion, kinds: Sequence[str], out: Path, *, unsigned: bool = False
) -> list[Written]:
    """Write the motion in the file `source` as each of `kinds` into `out`, under the same name.

    Raises UsageError, MediaError, MissingExtra, LibraryError.
    """
    written = []
    for kind in kinds:
        suffix, write, called = KINDS[kind]
        data = write(motion)
        stem = f"{source.stem}-mixamo" if kind == "mixamo" else source.stem
        told: Mapping[str, Any] = {"signer": "", "where": "none", "summary": "unsigned, as asked"}
        sidecar = None
        if not unsigned:
            data, sidecar, told = sealed(studio, source, "motion", motion, data, suffix, called)
        with files.told(out, "the folder"):
            path, _ = files.put(data, sidecar, files.ready(out), stem, suffix)
        written.append(Written(path, kind, told))
    return written
