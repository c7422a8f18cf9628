"""Effects on footage: painted key frames carried through a clip, frames made between frames.

stylise: a person paints over one frame, or a few; the paint follows what it was put on (see `follow.py`), so that a
brush stroke moves with its surface and does not flicker. Between two keys both are followed, and mixed so that the
mixture keeps the contrast of either (Heitz & Neyret 2018).

interpolate: the flow there and back, brought to the moment between by splatting (Niklaus & Liu 2020,
arXiv:2003.05534, with fit in place of a net), then both frames read through it.

A clip is asked for its frames in any order of passes, never kept whole: what must wait lies in a temporary file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ...core.errors import UsageError
from ...core.progress import OnProgress, Progress, silent
from . import flow as flows
from .flow import Bytes, Floats
from .follow import Followed, follow, start

LONGEST = 3000  # frames between two keys


class Clip(Protocol):
    """Footage as effects see it: frames (h, w, 3) from the first to the last, as often as asked."""

    @property
    def count(self) -> int: ...

    @property
    def size(self) -> tuple[int, int]: ...  # width, height

    def __iter__(self) -> Iterator[Bytes]: ...


@dataclass(frozen=True, eq=False)
class Key:
    """A painted frame: its number in the clip, and the painting (h, w, 3) of the clip's size."""

    frame: int
    painted: Bytes


@dataclass(frozen=True)
class Style:
    """How paint is carried. flow_of: the exact flow between two frames at working size, for own drawings."""

    settings: flows.Settings = flows.USUAL
    flow_of: Callable[[int, int], Floats] | None = None
    on_progress: OnProgress = field(default=silent)


def stylise(clip: Clip, keys: Sequence[Key], style: Style = Style()) -> Iterator[Bytes]:
    """The clip painted, frame by frame in order. Raises UsageError for keys that do not fit the clip."""
    return carried(clip, keys, style)


def carried(clip: Clip, keys: Sequence[Key], style: Style = Style(), *, plain: bool = False) -> Iterator[Bytes]:
    """What is on the key frames, carried to every frame. plain: between two keys it fades from one to the other."""
    ordered = _checked(clip, keys)
    return _carried(clip, ordered, style, plain)


def _carried(clip: Clip, keys: tuple[Key, ...], style: Style, plain: bool) -> Iterator[Bytes]:
    with tempfile.TemporaryDirectory(prefix="maquette-film-", ignore_cleanup_errors=True) as folder:
        desk = _Desk(clip, keys, style, Path(folder), plain)
        try:
            desk.look()
            for number, frame in enumerate(clip):
                style.on_progress(Progress(clip.count + number, of=2 * clip.count, note=f"frame {number + 1}"))
                yield desk.paint(number, frame)
        finally:
            desk.close()


def _checked(clip: Clip, keys: Sequence[Key]) -> tuple[Key, ...]:
    if not keys:
        raise UsageError(
            "there is no painted frame", mend="give --key PAINTED.png (and --at its second, if not the first)"
        )
    ordered = tuple(sorted(keys, key=lambda key: key.frame))
    wide, high = clip.size
    for key in ordered:
        if not 0 <= key.frame < clip.count:
            raise UsageError(f"frame {key.frame} is not in a clip of {clip.count}", mend="--at is a second of the clip")
        if key.painted.shape != (high, wide, 3):
            told = f"the painting is {key.painted.shape[1]} x {key.painted.shape[0]}, the clip {wide} x {high}"
            raise UsageError(told, mend="paint over a frame of the clip: maquette film frame CLIP --at SECOND")
    numbers = [key.frame for key in ordered]
    if len(set(numbers)) < len(numbers):
        raise UsageError("two paintings are of one frame", mend="give each its own --at")
    spans = [numbers[0], clip.count - numbers[-1], *np.diff(numbers).tolist()]
    if max(spans) > LONGEST:
        raise UsageError(f"{max(spans)} frames without a painting", mend=f"give one at least every {LONGEST} frames")
    return ordered


class _Desk:
    """One stylising: the clip's small frames and the maps of both neighbouring keys lie in temporary files."""

    def __init__(self, clip: Clip, keys: tuple[Key, ...], style: Style, folder: Path, plain: bool) -> None:
        self.keys, self.style, self.count, self.plain = keys, style, clip.count, plain
        self.wide, self.high = clip.size
        scale = min(1.0, style.settings.working / max(clip.size))
        self.small = (max(16, round(self.wide * scale)), max(16, round(self.high * scale)))
        self.clip = clip
        shape = (clip.count, self.small[1], self.small[0], 3)
        self.frames = np.memmap(folder / "frames", np.uint8, "w+", shape=shape)
        # A map is kept as sixteenths of a pixel; beside it how sure it is, in 255ths.
        self.maps = np.memmap(folder / "maps", np.int32, "w+", shape=(2, *shape[:3], 2))
        self.sure = np.memmap(folder / "sure", np.uint8, "w+", shape=(2, *shape[:3]))

    def close(self) -> None:
        """Let go of the files, so that Windows may remove them."""
        del self.frames, self.maps, self.sure

    def look(self) -> None:
        """The first pass: small frames, then the map of every frame to the key before and the key after it."""
        for number, frame in enumerate(self.clip):
            self.frames[number] = flows.shrunk(frame, self.small)
        ends = [-1, *(key.frame for key in self.keys), self.count]
        done = 0
        for place, key in enumerate(self.keys, 1):
            for side, numbers in (
                (0, range(key.frame + 1, ends[place + 1])),
                (1, range(key.frame - 1, ends[place - 1], -1)),
            ):
                self._keep(side, key.frame, start(*self.frames.shape[1:3]))
                pairs = ((self.frames[n], self._known(n, n - 1 if side == 0 else n + 1)) for n in numbers)
                for n, found in zip(numbers, follow(self.frames[key.frame], pairs, self.style.settings)):
                    self._keep(side, n, found)
                    done += 1
                    self.style.on_progress(
                        Progress(min(done, self.count), of=2 * self.count, note=f"following {n + 1}")
                    )

    def _known(self, frame: int, other: int) -> Floats | None:
        return None if self.style.flow_of is None else self.style.flow_of(frame, other)

    def _keep(self, side: int, number: int, found: Followed) -> None:
        self.maps[side, number] = np.rint(found.places * 256)
        self.sure[side, number] = np.rint(found.sure * 255)

    def paint(self, number: int, frame: Bytes) -> Bytes:
        """The painted frame."""
        before = max((key for key in self.keys if key.frame <= number), key=lambda key: key.frame, default=None)
        after = min((key for key in self.keys if key.frame >= number), key=lambda key: key.frame, default=None)
        if before is not None and after is not None and before.frame == after.frame:
            return before.painted
        seen = [
            (self._painted(side, number, frame, key), key) for side, key in ((0, before), (1, after)) if key is not None
        ]
        if len(seen) == 1:
            return _bytes(seen[0][0][0])
        assert before is not None and after is not None
        share = (number - before.frame) / (after.frame - before.frame)
        (one, sure), (other, also) = seen[0][0], seen[1][0]
        weight, other_weight = (1 - share) * sure, share * also
        if self.plain:
            part = (other_weight / np.maximum(weight + other_weight, 1e-6))[..., None]
            return _bytes(one * (1 - part) + other * part)
        return _bytes(mixed(one, other, weight, other_weight))

    def _painted(self, side: int, number: int, frame: Bytes, key: Key) -> tuple[Floats, Floats]:
        """The key's paint at the places of a frame, and how sure it is, at full size."""
        places = self.maps[side, number].astype(np.float32) / 256
        sure = self.sure[side, number].astype(np.float32) / 255
        moved = Followed(places, sure).moved()
        field, weight = brought_up(moved, sure, np.asarray(self.frames[number]), frame)
        return softened(flows.warped(key.painted.astype(np.float32), field), flows.jumps(field, 1.0, 0)), weight


def brought_up(moved: Floats, sure: Floats, small: Bytes, frame: Bytes) -> tuple[Floats, Floats]:
    """A small field at the size of its frame; at borders every pixel takes the side whose colour it has.

    moved (h, w, 2), sure (h, w), small (h, w, 3), frame (H, W, 3) -> (H, W, 2), (H, W)
    """
    high, wide = frame.shape[:2]
    if small.shape[:2] == (high, wide):
        return moved, sure
    state = np.concatenate([moved, sure[..., None]], -1)
    y = np.clip((np.arange(high, dtype=np.float32) + 0.5) * small.shape[0] / high - 0.5, 0, small.shape[0] - 1.001)
    x = np.clip((np.arange(wide, dtype=np.float32) + 0.5) * small.shape[1] / wide - 0.5, 0, small.shape[1] - 1.001)
    top, left = y.astype(np.intp), x.astype(np.intp)
    dy, dx = (y - top)[:, None, None], (x - left)[None, :, None]
    rows = state[top] * (1 - dy) + state[top + 1] * dy
    out = (rows[:, left] * (1 - dx) + rows[:, left + 1] * dx).astype(np.float32)
    spread = _spread(moved)[top][:, left]
    ys, xs = np.nonzero(spread)
    if len(ys):
        # Only at borders: the four neighbours, nearest in colour and a little in place.
        colour = frame[ys, xs].astype(np.float32)
        best = np.full(len(ys), np.inf, np.float32)
        for down in (0, 1):
            for across in (0, 1):
                at_y, at_x = top[ys] + down, left[xs] + across
                off = np.abs(small[at_y, at_x].astype(np.float32) - colour).sum(-1)
                off += 12.0 * (np.abs(y[ys] - at_y) + np.abs(x[xs] - at_x))
                won = off < best
                best = np.where(won, off, best)
                out[ys[won], xs[won]] = state[at_y[won], at_x[won]]
    size = np.array([wide / small.shape[1], high / small.shape[0]], np.float32)
    return out[..., :2] * size, out[..., 2]


def softened(picture: Floats, where: NDArray[np.bool_]) -> Floats:
    """A picture whose pixels of `where` are mixed with those around them, as a lens does at borders."""
    ys, xs = np.nonzero(where)
    high, wide = where.shape
    out = np.zeros((len(ys), picture.shape[2]), np.float32)
    for down, across in ((y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)):
        share = (2 - abs(down)) * (2 - abs(across)) / 16
        out += share * picture[np.clip(ys + down, 0, high - 1), np.clip(xs + across, 0, wide - 1)]
    picture[ys, xs] = out
    return picture


def _spread(moved: Floats) -> NDArray[np.bool_]:
    """(h, w): where the field jumps between a pixel and its right or lower neighbours."""
    jump = np.zeros(moved.shape[:2], bool)
    jump[:, :-1] |= np.abs(np.diff(moved, axis=1)).max(-1) > 0.75
    jump[:-1] |= np.abs(np.diff(moved, axis=0)).max(-1) > 0.75
    jump[:-1, :-1] |= np.abs(moved[1:, 1:] - moved[:-1, :-1]).max(-1) > 0.75
    return jump


def mixed(one: Floats, other: Floats, weight: Floats, other_weight: Floats) -> Floats:
    """Two paintings of one frame mixed by weights (h, w): their broad colours blend, their strokes keep contrast."""
    share = (other_weight / np.maximum(weight + other_weight, 1e-6))[..., None]
    low_one, low_other = (flows.boxed(flows.boxed(side, 6), 6) for side in (one, other))
    strokes = (one - low_one) * (1 - share) + (other - low_other) * share
    keep = 1.0 / np.sqrt((1 - share) ** 2 + share**2)
    out: Floats = low_one * (1 - share) + low_other * share + strokes * keep
    return out


def _bytes(picture: NDArray[np.floating[Any]]) -> Bytes:
    rounded: Bytes = np.clip(picture + 0.5, 0, 255).astype(np.uint8)
    return rounded


# -- frames between frames --------------------------------------------------------------------------------------------


def between(one: Bytes, other: Bytes, shares: Sequence[float], settings: flows.Settings = flows.USUAL, *,
            cut: float = 60.0) -> Iterator[Bytes]:  # fmt: skip
    """The frames at `shares` (0..1) of the way from one frame to the next.

    Across a cut (the flow explains nothing) the nearer frame is repeated: nothing melts.
    """
    there = flows.flow(one, other, None, settings)
    first, second = one.astype(np.float32), other.astype(np.float32)
    if is_cut(first, second, there, cut):
        yield from (one if share < 0.5 else other for share in shares)
        return
    back = flows.flow(other, one, None, settings)
    behind_one, behind_other = flows.hidden(there, back), flows.hidden(back, there)
    for share in shares:
        yield _between(first, second, there, back, behind_one, behind_other, float(share))


def is_cut(first: Floats, second: Floats, there: Floats, bound: float = 60.0) -> bool:
    """Whether the second frame shows something else: brought back it is as far from the first as any other picture."""
    off = np.abs(flows.warped(second, there) - first).mean(-1)
    contrast = float(first.std()) + float(second.std())
    return bool(float(np.median(off)) > min(bound, 0.35 * contrast) and float(np.median(off)) > 10)


def _between(
    first: Floats, second: Floats, there: Floats, back: Floats, behind_one: NDArray[np.bool_],
    behind_other: NDArray[np.bool_], share: float,
) -> Bytes:  # fmt: skip
    """Both frames read at the moment between. What only one of them shows is taken from that one."""
    off = np.abs(flows.warped(second, there) - first).mean(-1)
    off_back = np.abs(flows.warped(first, back) - second).mean(-1)
    to_one, weight_one = splatted(there * share, -there * share, np.exp(-off / 10.0))
    to_other, weight_other = splatted(back * (1 - share), -back * (1 - share), np.exp(-off_back / 10.0))
    guide = first * (1 - share) + second * share
    # Each side knows the whole way: the flow from the moment to one frame gives that to the other, too.
    k = share / max(1 - share, 1e-3)
    w1, w2 = weight_one[..., None], weight_other[..., None]
    rough = (to_one * w1 + -to_other * k * w2) / np.maximum(w1 + w2, 1e-6)
    trust = np.minimum(w1 + w2, 1.0)
    state = flows.smoothed(np.concatenate([rough * trust, trust], -1), guide, 2.0)
    toward_one: Floats = (state[..., :2] / np.maximum(state[..., 2:], 1e-6)).astype(np.float32)
    toward_other: Floats = (-toward_one / max(k, 1e-3)).astype(np.float32)
    x, y = flows.grid(*first.shape[:2])
    # What the second frame shows and the first does not is only to be had from the second, and the other way round.
    only_one = flows.sampled(behind_one.astype(np.float32), x + toward_one[..., 0], y + toward_one[..., 1])
    only_other = flows.sampled(behind_other.astype(np.float32), x + toward_other[..., 0], y + toward_other[..., 1])
    first_weight, second_weight = (1 - share) * (1.001 - only_other), share * (1.001 - only_one)
    part = (second_weight / (first_weight + second_weight))[..., None]
    return _bytes(flows.warped(first, toward_one) * (1 - part) + flows.warped(second, toward_other) * part)


def splatted(field: Floats, values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """`values` (h, w, c) laid where `field` carries them, bilinear, the better weighing more; and the weights there."""
    high, wide = field.shape[:2]
    x, y = flows.grid(high, wide)
    x, y = x + field[..., 0], y + field[..., 1]
    left, top = np.floor(x), np.floor(y)
    total = np.zeros(high * wide)
    sums = [np.zeros(high * wide) for _ in range(values.shape[2])]
    for down in (0, 1):
        for across in (0, 1):
            at_x, at_y = left + across, top + down
            inside = (at_x >= 0) & (at_y >= 0) & (at_x < wide) & (at_y < high)
            share = (1 - np.abs(x - at_x)) * (1 - np.abs(y - at_y)) * weight
            at = (at_y * wide + at_x).astype(np.intp)[inside]
            part = share[inside]
            total += np.bincount(at, part, high * wide)
            for channel, sum_of in enumerate(sums):
                sum_of += np.bincount(at, part * values[..., channel][inside], high * wide)
    out = np.stack(sums, -1) / np.maximum(total, 1e-6)[:, None]
    return out.reshape(high, wide, -1).astype(np.float32), total.reshape(high, wide).astype(np.float32)


def faster(clip: Clip, times: int, style: Style = Style()) -> Iterator[Bytes]:
    """The clip with `times` as many frames: the old ones, and new ones between them. The last stays for its while."""
    before: Bytes | None = None
    for number, frame in enumerate(clip):
        style.on_progress(Progress(number, of=clip.count, note=f"frame {number + 1}"))
        if before is not None:
            yield before
            yield from between(before, frame, [n / times for n in range(1, times)], style.settings)
        before = frame
    if before is not None:
        for _ in range(times):
            yield before


# -- how steady it is -------------------------------------------------------------------------------------------------


def warp_error(one: Bytes, other: Bytes, there: Floats, behind: NDArray[np.bool_]) -> float:
    """Root mean square difference, 0..255, between a frame and the next one brought back by the true flow.

    there (h, w, 2): the true flow; behind (h, w): pixels that the next frame does not show, which do not count
    (Lai et al. 2018, arXiv:1808.00449).
    """
    off = flows.warped(other.astype(np.float32), there) - one.astype(np.float32)
    return float(np.sqrt((off[~behind] ** 2).mean()))
