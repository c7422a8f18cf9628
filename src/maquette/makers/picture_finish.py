"""From what a net drew to a finished picture: crisp edges, few colours, the size that was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..media.picture import Picture

    Floats = NDArray[np.float32]

PIXEL_COLOURS = 16
ROUNDS = 12  # of k-means: on so few pixels it stands still before


@dataclass(frozen=True)
class Finish:
    """How a drawn picture is finished; plain data, so that its story can hold it.

    size: of the shorter side. crisp: 0 leaves the edges soft, 1 makes them hard. colours: at most so many, 0 for any;
    palette: exactly these. pixel: every pixel is either there or not, and enlarging keeps them square. shapes: the
    picture is traced into flat shapes of at most so many colours (see `picture_trace`), 0 leaves it as it is drawn.
    """

    size: int = 64
    crisp: float = 0.5
    colours: int = 0
    palette: tuple[tuple[int, int, int], ...] = ()
    pixel: bool = False
    shapes: int = 0

    def as_dict(self) -> dict[str, Any]:
        """As JSON data."""
        return {**asdict(self), "palette": [list(one) for one in self.palette]}

    @staticmethod
    def of(told: Mapping[str, Any]) -> Finish:
        """From JSON data."""
        palette = tuple((int(r), int(g), int(b)) for r, g, b in told.get("palette") or ())
        pixel, shapes = bool(told.get("pixel", False)), int(told.get("shapes", 0))
        return Finish(int(told["size"]), float(told["crisp"]), int(told["colours"]), palette, pixel, shapes)


def finished(drawn: Floats, how: Finish, title: str = "") -> Picture:
    """A picture of what a net drew: (h, w, 4) premultiplied in 0..1, at the net's own size."""
    import numpy as np

    from ..media.picture import Picture, integers, resized, straight

    values = np.clip(drawn, 0, 1).astype(np.float32)
    high, wide = values.shape[:2]
    scale = how.size / min(high, wide)
    to = (round(wide * scale), round(high * scale))
    if scale < 1:
        values = _smaller(values, to)
    values = crisper(values, 1.0 if how.pixel else how.crisp)
    if scale > 1 and not how.pixel:
        values = crisper(np.clip(resized(values, *to), 0, 1), how.crisp)
    flat = integers(straight(np.clip(values, 0, 1)))
    if how.shapes:
        flat = shaped(flat, how.shapes)
    if how.palette or how.colours:
        flat = locked(flat, how.palette or palette_from(flat, how.colours))
    if scale > 1 and how.pixel:
        flat = np.repeat(np.repeat(flat, round(scale), 0), round(scale), 1)
    return Picture(flat, title)


def shaped(pixels: NDArray[np.uint8], colours: int) -> NDArray[np.uint8]:
    """Straight RGBA (h, w, 4) as flat shapes with smooth borders: traced, and drawn again at the same size."""
    import io

    import numpy as np
    import resvg_py
    from PIL import Image

    from ..media.picture import Picture
    from .picture_trace import svg_of

    high, wide = pixels.shape[:2]
    if not pixels[..., 3].any():
        return pixels
    svg = svg_of(Picture(pixels), kind="flat", colours=colours)
    png = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=wide, height=high, dpi=96))
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), np.uint8).copy()


def _smaller(values: Floats, to: tuple[int, int]) -> Floats:
    """Means of whole pixels where they divide evenly, else Lanczos."""
    import numpy as np

    from ..media.picture import resized

    high, wide = values.shape[:2]
    if wide % to[0] == 0 and high % to[1] == 0:
        step = wide // to[0]
        return np.asarray(values.reshape(to[1], step, to[0], step, 4).mean(axis=(1, 3)), np.float32)
    return np.clip(resized(values, *to), 0, 1)


def crisper(values: Floats, crisp: float) -> Floats:
    """Premultiplied (h, w, 4) with its alpha drawn apart around the half; at 1 it is all or nothing."""
    import numpy as np

    if crisp <= 0:
        return values
    alpha = values[..., 3:]
    slope = 1 / max(1 - crisp, 0.02)
    sharp = np.clip((alpha - 0.5) * slope + 0.5, 0, 1) if crisp < 1 else (alpha >= 0.5).astype(np.float32)
    colour = np.clip(values[..., :3] / np.maximum(alpha, 1e-3), 0, 1)
    return np.concatenate([colour * sharp, sharp], -1).astype(np.float32)


def palette_from(pixels: NDArray[np.uint8], count: int) -> tuple[tuple[int, int, int], ...]:
    """The `count` colours that stand nearest to all of a picture's, by k-means in Oklab (Lloyd 1982), most used first.

    Begun with the colour that is farthest from those before it, so that a small bright spot is not lost.
    """
    import numpy as np

    from ..media.picture import coded, from_oklab

    seen = pixels[pixels[..., 3] > 127][:, :3]
    if not len(seen):
        return ((0, 0, 0),)
    colours, weights = np.unique(seen, axis=0, return_counts=True)
    lab = _lab(colours)
    centres = [lab[int(weights.argmax())]]
    far = np.linalg.norm(lab - centres[0], axis=1)
    while len(centres) < min(count, len(colours)):
        centres.append(lab[int((far**2 * np.sqrt(weights)).argmax())])
        far = np.minimum(far, np.linalg.norm(lab - centres[-1], axis=1))
    middle = np.stack(centres)
    for _ in range(ROUNDS):
        owner = _nearest(lab, middle)
        for one in range(len(middle)):
            mine = owner == one
            if mine.any():
                middle[one] = np.average(lab[mine], axis=0, weights=weights[mine])
    use = np.bincount(_nearest(lab, middle), weights, len(middle))
    rgb = np.clip(coded(from_oklab(middle)) * 255 + 0.5, 0, 255).astype(int)[np.argsort(-use)]
    return tuple((int(r), int(g), int(b)) for r, g, b in dict.fromkeys(map(tuple, rgb.tolist())))


def locked(pixels: NDArray[np.uint8], palette: Sequence[tuple[int, int, int]]) -> NDArray[np.uint8]:
    """Straight RGBA with every colour in its nearest of the palette (Oklab); alpha stays."""
    import numpy as np

    table = np.asarray(palette, np.uint8)
    flat = pixels.reshape(-1, 4).copy()
    colours, back = np.unique(flat[:, :3], axis=0, return_inverse=True)
    flat[:, :3] = table[_nearest(_lab(colours), _lab(table))][back.reshape(-1)]
    flat[flat[:, 3] == 0, :3] = 0
    return flat.reshape(pixels.shape)


def _lab(rgb: NDArray[np.uint8]) -> Floats:
    import numpy as np

    from ..media.picture import linear, oklab

    return oklab(linear(rgb.astype(np.float32) / 255))


def _nearest(lab: Floats, table: Floats) -> NDArray[np.intp]:
    import numpy as np

    return np.asarray(((lab[:, None] - table[None]) ** 2).sum(-1).argmin(1))


def sheet(pictures: Sequence[Picture], columns: int = 2, side: int = 256, gap: int = 12) -> Picture:
    """Pictures side by side on white, each enlarged by whole pixels to about `side`: what is shown to choose from."""
    import numpy as np

    from ..media.picture import Picture

    tiles = []
    for one in pictures:
        pixels = one.pixels if one.depth == 8 else (one.pixels >> 8).astype(np.uint8)
        scale = max(1, side // max(one.size))
        tiles.append(np.repeat(np.repeat(pixels, scale, 0), scale, 1))
    wide, high = max(t.shape[1] for t in tiles), max(t.shape[0] for t in tiles)
    columns = min(columns, len(tiles))
    rows = -(-len(tiles) // columns)
    page = np.full((rows * (high + gap) + gap, columns * (wide + gap) + gap, 4), 255, np.uint8)
    for number, tile in enumerate(tiles):
        top = gap + (number // columns) * (high + gap) + (high - tile.shape[0]) // 2
        left = gap + (number % columns) * (wide + gap) + (wide - tile.shape[1]) // 2
        place = page[top : top + tile.shape[0], left : left + tile.shape[1]]
        alpha = tile[..., 3:].astype(np.float32) / 255
        place[..., :3] = (tile[..., :3] * alpha + 255 * (1 - alpha) + 0.5).astype(np.uint8)
    return Picture(page)
