"""Where every pixel of a frame has gone in the next one: dense optical flow, in numpy alone.

Patches are searched from coarse to fine by inverse compositional Lucas-Kanade (Baker & Matthews 2004; Kroeger et al.
2016, "Fast optical flow using dense inverse search", arXiv:1603.03590), each asking its neighbours first what they
found (Barnes et al. 2009); then the field is smoothed along the edges of the picture by the fast global smoother (Min
et al. 2014): what lies in flat or hidden places takes over what its own surface does.

    frames  (h, w, 3) uint8
    flow    (h, w, 2) float32, pixels: what is at (x, y) in the first is at (x + u, y + v) in the second
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

PATCH, STRIDE = 8, 4  # pixels
LEAST = 24  # pixels of the shorter side of the coarsest level
WORKING = 640  # pixels of the longer side that is searched; a larger frame's flow is brought up to its own edges
STEPS = 6  # of Gauss-Newton on a level
FAR = 1.5  # pixels a patch may run from where it began, in patches: beyond, it is lost


@dataclass(frozen=True)
class Settings:
    """How thoroughly to look. `working`: longer side in pixels; `steps` a level; `smooth` of the last smoothing."""

    working: int = WORKING
    steps: int = STEPS
    smooth: float = 400.0
    polish: int = 1  # rounds of dense refinement on the finest level


USUAL = Settings()


def flow(one: Bytes, other: Bytes, start: Floats | None = None, settings: Settings = USUAL) -> Floats:
    """The flow (h, w, 2) from `one` to `other`. start: a guess of it, as the last frames' flow."""
    high, wide = one.shape[:2]
    scale = min(1.0, settings.working / max(high, wide))
    small = (max(16, round(wide * scale)), max(16, round(high * scale)))
    first, second = (shrunk(frame, small).astype(np.float32) for frame in (one, other))
    guess = None if start is None else resized(start, small[1], small[0])
    found = _searched(first, second, guess, settings)
    return resized(found, high, wide)


# -- pictures ---------------------------------------------------------------------------------------------------------


def shrunk(frame: Bytes, size: tuple[int, int]) -> Bytes:
    """(h, w, 3) at another size (width, height), by area."""
    from PIL import Image

    if (frame.shape[1], frame.shape[0]) == size:
        return frame[..., :3]
    small = Image.fromarray(np.ascontiguousarray(frame[..., :3])).resize(size, Image.Resampling.BOX)
    return np.asarray(small, np.uint8)


def resized(field: Floats, high: int, wide: int) -> Floats:
    """A flow at another size: its values grow with it."""
    old_high, old_wide = field.shape[:2]
    if (old_high, old_wide) == (high, wide):
        return field
    y = np.clip((np.arange(high, dtype=np.float32) + 0.5) * old_high / high - 0.5, 0, old_high - 1)
    x = np.clip((np.arange(wide, dtype=np.float32) + 0.5) * old_wide / wide - 0.5, 0, old_wide - 1)
    top, left = np.minimum(y.astype(int), old_high - 2), np.minimum(x.astype(int), old_wide - 2)
    dy, dx = (y - top)[:, None, None], (x - left)[None, :, None]
    rows = field[top] * (1 - dy) + field[top + 1] * dy
    out = rows[:, left] * (1 - dx) + rows[:, left + 1] * dx
    larger: Floats = (out * np.array([wide / old_wide, high / old_high], np.float32)).astype(np.float32)
    return larger


def sampled(picture: Floats, x: Floats, y: Floats) -> Floats:
    """A picture (h, w) or (h, w, c) read at places (...) between its pixels, bilinear; beyond the edge its edge."""
    high, wide = picture.shape[:2]
    x, y = np.clip(x, 0, wide - 1.001), np.clip(y, 0, high - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    dx, dy = x - left, y - top
    flat = picture.reshape(high * wide, -1)
    at = top * np.int32(wide) + left
    if picture.ndim == 3:
        dx, dy = dx[..., None], dy[..., None]
        shape = (*at.shape, picture.shape[2])
    else:
        shape = at.shape
    a, b = flat.take(at.ravel(), 0).reshape(shape), flat.take(at.ravel() + 1, 0).reshape(shape)
    c, d = flat.take(at.ravel() + wide, 0).reshape(shape), flat.take(at.ravel() + wide + 1, 0).reshape(shape)
    upper, lower = a + (b - a) * dx, c + (d - c) * dx
    out: Floats = (upper + (lower - upper) * dy).astype(np.float32)
    return out


def grid(high: int, wide: int) -> tuple[Floats, Floats]:
    """The x and y of every pixel, (h, w) each."""
    y, x = np.mgrid[0:high, 0:wide]
    return x.astype(np.float32), y.astype(np.float32)


def warped(picture: Floats, field: Floats) -> Floats:
    """The second frame brought back over the first: out(p) = picture(p + flow(p))."""
    x, y = grid(*field.shape[:2])
    return sampled(picture, x + field[..., 0], y + field[..., 1])


def hidden(there: Floats, back: Floats) -> NDArray[np.bool_]:
    """(h, w): pixels of the first frame that the second does not show: there and back again does not come home.

    The bound of Sundaram et al. 2010: 0.01 of the squared lengths, and half a pixel.
    """
    high, wide = there.shape[:2]
    x, y = grid(high, wide)
    to_x, to_y = x + there[..., 0], y + there[..., 1]
    returned = sampled(back, to_x, to_y)
    off = ((there + returned) ** 2).sum(-1)
    bound = 0.01 * ((there**2).sum(-1) + (returned**2).sum(-1)) + 0.5
    outside = (to_x < -0.5) | (to_y < -0.5) | (to_x > wide - 0.5) | (to_y > high - 0.5)
    found: NDArray[np.bool_] = (off > bound) | outside
    return found


# -- the search -------------------------------------------------------------------------------------------------------


def _searched(first: Floats, second: Floats, guess: Floats | None, settings: Settings) -> Floats:
    """The flow between two float frames of one size."""
    ones, others = [first], [second]
    while min(ones[-1].shape[:2]) >= 2 * LEAST:
        ones.append(_halved(ones[-1]))
        others.append(_halved(others[-1]))
    field = None
    for level in range(len(ones) - 1, -1, -1):
        high, wide = ones[level].shape[:2]
        starts = [] if field is None else [resized(field, high, wide)]
        if guess is not None and level >= len(ones) - 2:
            starts.append(resized(guess, high, wide))
        field = _level(ones[level], others[level], starts, settings, coarsest=level == len(ones) - 1, finest=level == 0)
        strength = settings.smooth if level == 0 else settings.smooth * 0.5
        field = _settled(field, ones[level], others[level], strength)
    assert field is not None
    for _ in range(settings.polish):
        field = _polished(field, first, second, settings)
    return decided(field, first, jumps(field, 0.7, 3), second)


def _halved(picture: Floats) -> Floats:
    """Half the size, each pixel the mean of four of a slightly blurred picture."""
    high, wide = (side - side % 2 for side in picture.shape[:2])
    cut = picture[:high, :wide]
    mean: Floats = (cut[0::2, 0::2] + cut[1::2, 0::2] + cut[0::2, 1::2] + cut[1::2, 1::2]) * np.float32(0.25)
    return mean


def _luma(picture: Floats) -> Floats:
    return (picture @ np.array([0.299, 0.587, 0.114], np.float32)).astype(np.float32)


def _level(
    one: Floats, other: Floats, starts: list[Floats], settings: Settings, *, coarsest: bool, finest: bool
) -> Floats:
    """The dense field of one level from its patches. starts: fields (h, w, 2) to begin from, the best is taken."""
    search = _Patches(_luma(one), _luma(other))
    candidates = [search.at(field) for field in starts] or [np.zeros((*search.shape, 2), np.float32)]
    if coarsest:
        reach = max(2, min(one.shape[:2]) // 8)
        spread = range(-reach, reach + 1, 2)
        candidates += [
            np.broadcast_to(np.array((u, v), np.float32), candidates[0].shape) for u in spread for v in spread
        ]
    elif not finest:
        candidates.append(np.zeros_like(candidates[0]))
    found, cost = search.best(candidates)
    if not finest:
        found, cost = search.neighbours(found, cost, (1, 3))
        found, cost = search.descend(found, cost, settings.steps // 2)
    found, cost = search.neighbours(found, cost, (1,))
    found, cost = search.descend(found, cost, settings.steps)
    return search.dense(found)


class _Patches:
    """Patches of one grey picture on a grid, and how they fit into another.

    shape (r, c): patches down and across; flows of patches are (r, c, 2), costs (r, c).
    """

    def __init__(self, one: Floats, other: Floats) -> None:
        self.size = one.shape
        pad_high = (-(one.shape[0] - PATCH)) % STRIDE
        pad_wide = (-(one.shape[1] - PATCH)) % STRIDE
        self.one = np.pad(one, ((0, pad_high), (0, pad_wide)), mode="edge")
        self.margin = 2 * PATCH
        self.windows = sliding_window_view(np.pad(other, self.margin, mode="edge"), (PATCH + 1, PATCH + 1))
        cut = sliding_window_view(self.one, (PATCH, PATCH))[::STRIDE, ::STRIDE]
        self.shape = cut.shape[:2]
        self.template = self._even(cut.astype(np.float32))
        dx, dy = np.gradient(self.one, axis=1), np.gradient(self.one, axis=0)
        along = [sliding_window_view(d, (PATCH, PATCH))[::STRIDE, ::STRIDE].astype(np.float32) for d in (dx, dy)]
        self.dx, self.dy = (self._even(d) for d in along)
        # A little of the unit matrix: a patch without texture stays where it is.
        a = (self.dx**2).sum((2, 3)) + 25.0
        c = (self.dy**2).sum((2, 3)) + 25.0
        b = (self.dx * self.dy).sum((2, 3))
        self.inverse = (c, b, a, a * c - b * b)
        rows, columns = np.indices(self.shape)
        self.y0, self.x0 = (rows * STRIDE).astype(np.float32), (columns * STRIDE).astype(np.float32)

    @staticmethod
    def _even(patches: Floats) -> Floats:
        """Patches without their mean: light may change."""
        even: Floats = patches - patches.mean((2, 3), keepdims=True)
        return even

    def at(self, field: Floats) -> Floats:
        """A dense field at the middles of the patches."""
        y = np.minimum(self.y0.astype(int) + PATCH // 2, field.shape[0] - 1)
        x = np.minimum(self.x0.astype(int) + PATCH // 2, field.shape[1] - 1)
        out: Floats = field[y, x]
        return out

    def residual(self, found: Floats) -> Floats:
        """(r, c, 8, 8): the other picture under each patch, moved by its flow, less the patch."""
        limit_y, limit_x = self.windows.shape[0] - 1, self.windows.shape[1] - 1
        x = np.clip(self.x0 + found[..., 0] + self.margin, 0, limit_x - 0.001)
        y = np.clip(self.y0 + found[..., 1] + self.margin, 0, limit_y - 0.001)
        left, top = x.astype(np.intp), y.astype(np.intp)
        dx, dy = ((x - left)[..., None, None], (y - top)[..., None, None])
        window = self.windows[top, left]
        rows = window[..., :-1, :] + (window[..., 1:, :] - window[..., :-1, :]) * dy
        seen = rows[..., :-1] + (rows[..., 1:] - rows[..., :-1]) * dx
        return self._even(seen.astype(np.float32)) - self.template

    def cost(self, found: Floats) -> Floats:
        out: Floats = np.minimum(np.abs(self.residual(found)), 40.0).mean((2, 3))
        return out

    def best(self, candidates: list[Floats]) -> tuple[Floats, Floats]:
        """For each patch the candidate that fits best."""
        found = np.array(candidates[0], np.float32)
        cost = self.cost(found)
        for other in candidates[1:]:
            found, cost = self._better(found, cost, other)
        return found, cost

    def _better(self, found: Floats, cost: Floats, other: Floats) -> tuple[Floats, Floats]:
        theirs = self.cost(other)
        won = theirs < cost - 0.05
        return np.where(won[..., None], other, found).astype(np.float32), np.where(won, theirs, cost)

    def neighbours(self, found: Floats, cost: Floats, far: tuple[int, ...]) -> tuple[Floats, Floats]:
        """What the patches beside each have found may fit it better; `far`: how many patches away they are."""
        for down, across in [place for n in far for place in ((0, n), (0, -n), (n, 0), (-n, 0))]:
            rows = np.clip(np.arange(self.shape[0]) - down, 0, self.shape[0] - 1)
            columns = np.clip(np.arange(self.shape[1]) - across, 0, self.shape[1] - 1)
            found, cost = self._better(found, cost, found[rows][:, columns])
        return found, cost

    def descend(self, found: Floats, cost: Floats, steps: int) -> tuple[Floats, Floats]:
        """Gauss-Newton with the patch's own gradients; one that runs away or fits worse stays where it was."""
        c, b, a, determinant = self.inverse
        moved = found.copy()
        for _ in range(steps):
            rest = self.residual(moved)
            along, down = (rest * self.dx).sum((2, 3)), (rest * self.dy).sum((2, 3))
            moved[..., 0] -= (c * along - b * down) / determinant
            moved[..., 1] -= (a * down - b * along) / determinant
        away = ((moved - found) ** 2).sum(-1) > (FAR * PATCH) ** 2
        theirs = self.cost(moved)
        kept = away | (theirs > cost + 0.02)
        return np.where(kept[..., None], found, moved).astype(np.float32), np.where(kept, cost, theirs)

    def dense(self, found: Floats) -> Floats:
        """The field of all pixels: every patch speaks for its own, the louder the better it fits there."""
        loud = 1.0 / np.maximum(1.0, np.abs(self.residual(found))) ** 2
        high, wide = self.one.shape
        total = np.full((high, wide, 1), 1e-6, np.float32)
        field = np.zeros((high, wide, 2), np.float32)
        rows, columns = self.shape
        for y in range(PATCH):
            for x in range(PATCH):
                place = (
                    slice(y, y + STRIDE * (rows - 1) + 1, STRIDE),
                    slice(x, x + STRIDE * (columns - 1) + 1, STRIDE),
                )
                weight = loud[:, :, y, x, None]
                total[place] += weight
                field[place] += weight * found
        return np.ascontiguousarray((field / total)[: self.size[0], : self.size[1]])


# -- smoothing along edges --------------------------------------------------------------------------------------------


def smoothed(values: Floats, guide: Floats, strength: float, sigma: float = 12.0, rounds: int = 3) -> Floats:
    """`values` (h, w, c) made smooth except where `guide` (h, w, 3), 0..255, has an edge.

    The fast global smoother: rows and columns in turn are solved exactly (a tridiagonal system each), with the
    strength falling by four every round.
    """
    down = np.exp(-np.abs(np.diff(guide, axis=0)).max(-1) / sigma).astype(np.float32)
    across = np.ascontiguousarray(np.exp(-np.abs(np.diff(guide, axis=1)).max(-1) / sigma).astype(np.float32).T)
    out = np.asarray(values, np.float32)
    for turn in range(rounds):
        power = np.float32(1.5 * strength * 4.0 ** (rounds - 1 - turn) / (4.0**rounds - 1))
        out = np.ascontiguousarray(out.transpose(1, 0, 2))
        out = _lines(out, across * power)
        out = _lines(np.ascontiguousarray(out.transpose(1, 0, 2)), down * power)
    return out


def _lines(values: Floats, link: Floats) -> Floats:
    """Solve (1 + links) x_i - link_i x_{i+1} - link_{i-1} x_{i-1} = values_i down the first axis (Thomas 1949).

    values (n, m, c), link (n - 1, m) between neighbours.
    """
    count = len(values)
    upper = np.empty_like(link)
    out = np.empty_like(values)
    before = np.zeros_like(link[0])
    ratio = np.zeros_like(link[0])
    for row in range(count):
        after = link[row] if row < count - 1 else np.zeros_like(before)
        scale = 1.0 / (1.0 + before + after - before * ratio)
        part = values[row] if row == 0 else values[row] + before[:, None] * out[row - 1]
        out[row] = part * scale[:, None]
        if row < count - 1:
            ratio = after * scale
            upper[row] = ratio
        before = after
    for row in range(count - 2, -1, -1):
        out[row] += upper[row][:, None] * out[row + 1]
    return out


def _settled(field: Floats, one: Floats, other: Floats, strength: float) -> Floats:
    """The field with what does not fit taken from what does, on the same side of the picture's edges."""
    back = warped(other, field)
    error = np.abs(back - one).mean(-1)
    trust = (1.0 / (1.0 + (error / 8.0) ** 2))[..., None].astype(np.float32)
    x, y = grid(*field.shape[:2])
    to_x, to_y = x + field[..., 0], y + field[..., 1]
    outside = (to_x < 0) | (to_y < 0) | (to_x > field.shape[1] - 1) | (to_y > field.shape[0] - 1)
    trust[outside] = 0.02
    both = smoothed(np.concatenate([field * trust, trust], -1), one, strength)
    return (both[..., :2] / np.maximum(both[..., 2:], 1e-6)).astype(np.float32)


def boxed(values: Floats, radius: int) -> Floats:
    """Means over squares of 2 radius + 1 pixels, (h, w, c)."""
    side = 2 * radius + 1
    padded = np.pad(values, ((radius + 1, radius), (radius + 1, radius), (0, 0)), mode="edge")
    sums = padded.cumsum(0, dtype=np.float64)
    sums = (sums[side:] - sums[:-side]).cumsum(1)
    out: Floats = ((sums[:, side:] - sums[:, :-side]) / side**2).astype(np.float32)
    return out


def _polished(field: Floats, one: Floats, other: Floats, settings: Settings, radius: int = 3) -> Floats:
    """One round of dense Lucas-Kanade around the field: the last tenth of a pixel."""
    grey, seen = _luma(one), warped(_luma(other), field)
    mean = (grey + seen) * 0.5
    dx, dy = np.gradient(mean, axis=1), np.gradient(mean, axis=0)
    rest = seen - grey
    rest -= boxed(rest[..., None], radius)[..., 0]
    # A pixel that fits badly is behind something: it does not tell its neighbours where to go.
    sure = 1.0 / (1.0 + (rest / 12.0) ** 2)
    sums = boxed(np.stack([dx * dx, dx * dy, dy * dy, dx * rest, dy * rest], -1) * sure[..., None], radius)
    a, b, c = sums[..., 0] + 2.0, sums[..., 1], sums[..., 2] + 2.0
    determinant = a * c - b * b
    step = (
        np.stack([c * sums[..., 3] - b * sums[..., 4], a * sums[..., 4] - b * sums[..., 3]], -1)
        / determinant[..., None]
    )
    return _settled((field - np.clip(step, -1, 1)).astype(np.float32), one, other, settings.smooth * 0.25)


# -- borders ----------------------------------------------------------------------------------------------------------


def jumps(field: Floats, bound: float, by: int) -> NDArray[np.bool_]:
    """(h, w): pixels within `by` of a place where the field changes by more than `bound` from pixel to pixel."""
    out = np.zeros(field.shape[:2], bool)
    across, down = (np.abs(np.diff(field, axis=axis)).max(-1) > bound for axis in (1, 0))
    out[:, :-1] |= across
    out[:, 1:] |= across
    out[:-1] |= down
    out[1:] |= down
    return grown(out, by)


def grown(mask: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """The mask and `by` pixels around it."""
    out = mask.copy()
    for _ in range(by):
        wider = out.copy()
        wider[1:] |= out[:-1]
        wider[:-1] |= out[1:]
        wider[:, 1:] |= out[:, :-1]
        wider[:, :-1] |= out[:, 1:]
        out = wider
    return out


_AROUND = tuple((down, across) for far in (3, 6) for down in (-far, 0, far) for across in (-far, 0, far)
                if (down, across) != (0, 0))  # fmt: skip


def decided(field: Floats, one: Floats, where: NDArray[np.bool_], other: Floats) -> Floats:
    """At borders every pixel goes with one surface: with that around it whose colour it has and whose way fits it.

    field (h, w, 2) from `one` to `other`, (h, w, 3) each; only pixels of `where` are looked at.
    """
    ys, xs = np.nonzero(where)
    if not len(ys):
        return field
    high, wide = field.shape[:2]
    colour = one[ys, xs]
    best = np.full(len(ys), np.inf, np.float32)
    chosen = field[ys, xs]
    for down, across in ((0, 0), *_AROUND):
        at_y, at_x = np.clip(ys + down, 0, high - 1), np.clip(xs + across, 0, wide - 1)
        way = field[at_y, at_x]
        off = np.abs(sampled(other, xs + way[:, 0], ys + way[:, 1]) - colour).mean(-1)
        off += 0.4 * np.abs(one[at_y, at_x] - colour).mean(-1) + (0.0 if down == across == 0 else 1.0)
        won = off < best
        best = np.where(won, off, best)
        chosen = np.where(won[:, None], way, chosen)
    out = field.copy()
    out[ys, xs] = chosen
    return out
