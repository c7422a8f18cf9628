"""A painting being painted, as a clip: animated WebP, or WebM where PyAV is installed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from .picture_paint import Painting

FORMS = (".webp", ".webm")


def clip(
    painting: Painting, form: str = ".webp", *, frames: int = 48, longest: int = 512, seconds: float = 6.0
) -> bytes:
    """The bytes of a clip with about `frames` pictures of at most `longest` pixels a side; the last one stays a while.

    form: ".webp" (always there) or ".webm" (VP9; needs PyAV, whose FFmpeg holds GPL codecs). Raises MissingExtra.
    """
    if form not in FORMS:
        raise UsageError(f"a clip cannot be written as {form}", mend=f"choose one of {', '.join(FORMS)}")
    pictures = painting.sitting.frames(frames, longest)
    return _webp(pictures, frames, seconds) if form == ".webp" else _webm(pictures, frames, seconds)


def _webp(pictures: Iterator[NDArray[np.uint8]], frames: int, seconds: float) -> bytes:
    from PIL import Image

    images = [Image.fromarray(one) for one in pictures]
    each = max(20, round(1000 * seconds / max(1, frames)))
    stream = io.BytesIO()
    durations = [each] * (len(images) - 1) + [2000]
    images[0].save(
        stream, "WEBP", save_all=True, append_images=images[1:], duration=durations, loop=0, quality=72, method=2
    )
    return stream.getvalue()


def _webm(pictures: Iterator[NDArray[np.uint8]], frames: int, seconds: float) -> bytes:
    try:
        import av
    except ImportError as error:
        raise MissingExtra("WebM needs PyAV", mend="pip install av; or choose --clip webp") from error
    stream = io.BytesIO()
    with av.open(stream, "w", format="webm") as file:
        video: Any = file.add_stream("libvpx-vp9", rate=max(1, round(frames / seconds)))
        last: Any = None
        for one in pictures:
            even = one[: one.shape[0] // 2 * 2, : one.shape[1] // 2 * 2]
            video.width, video.height, video.pix_fmt = even.shape[1], even.shape[0], "yuv420p"
            last = np.ascontiguousarray(even)
            file.mux(video.encode(av.VideoFrame.from_ndarray(last, format="rgb24")))
        for _ in range(max(1, round(2 * frames / seconds)) if last is not None else 0):
            file.mux(video.encode(av.VideoFrame.from_ndarray(last, format="rgb24")))
        file.mux(video.encode())
    return stream.getvalue()
