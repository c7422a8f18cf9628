"""Pixels: PNG at every size and scale that screens ask for, and the set of a site's favicon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from maquette.media.drawing import to_png
from maquette.media.exports import File, Icon, Settings


def pngs(icons: Sequence[Icon], settings: Settings) -> Iterator[File]:
    """`bell-24.png`, `bell-24@2x.png` ...: each drawn at its own size, never scaled from another."""
    for icon in icons:
        for size in settings.sizes:
            for scale in settings.scales:
                name = f"{icon.name}-{size}.png" if scale == 1 else f"{icon.name}-{size}@{scale}x.png"
                yield File(name, to_png(icon.drawing, size * scale, ink=settings.colour), icon.name)
