"""Pictures as files for games: every export in a folder of its own, signed, its sources among its parents.

made = export(studio, ["fox-0.png", "fox-1.png"], ["sheet", "godot"], out="game", name="fox")
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..core.registry import nearest
from . import files
from .pictures import Beside, KeptPicture, OpenedPicture, keep_move, open_picture

if TYPE_CHECKING:
    from ..makers.picture_export import Packed
    from .studio import Studio

KINDS = ("sheet", "aseprite", "tiled", "godot")
CALLED = {"sheet": "a sprite sheet", "aseprite": "a file for Aseprite", "tiled": "a tile set for Tiled",
    "godot": "resources for Godot"}  # fmt: skip
MOST = 500  # files of one export


@dataclass(frozen=True)
class Settings:
    """name: of the export, else of the first file. columns: of the grid, 0 for about square. gap: clear pixels between.
    duration: of a frame, in milliseconds. tag: the animation's name. tiles: "" for the files as they are, else "blob"
    (47 tiles) or "block" (9) cut from one texture; tile_size: their side."""

    name: str = ""
    columns: int = 0
    gap: int = 0
    duration: int = 100
    tag: str = ""
    tiles: str = ""
    tile_size: int = 32

    def check(self) -> None:
        """Raise UsageError for what cannot be."""
        if self.tiles not in ("", "blob", "block"):
            raise UsageError(f"there is no tile set {self.tiles!r}", mend="choose blob (47 tiles) or block (9)")
        limits = (("columns", 0, 256), ("gap", 0, 64), ("duration", 1, 60_000))
        for label, low, high in limits:
            if not low <= getattr(self, label) <= high:
                raise UsageError(f"{getattr(self, label)} {label} cannot be", mend=f"choose {low} to {high}")


def export(
    studio: Studio,
    paths: Sequence[str | Path],
    kinds: Sequence[str],
    out: str | Path = ".",
    settings: Settings | None = None,
    *,
    unsigned: bool = False,
    private: bool = False,
) -> list[KeptPicture]:
    """Write pictures as each of `kinds`; everything is prepared before the first file is written.

    Raises UsageError, MediaError, CredentialError, RightsError, LibraryError.
    """
    settings = settings or Settings()
    settings.check()
    asked = list(dict.fromkeys(kinds)) or (["tiled", "godot"] if settings.tiles else ["sheet"])
    for kind in asked:
        if kind not in KINDS:
            raise UsageError(f"pictures cannot be exported as {kind!r}", mend=nearest(kind, KINDS))
    if not paths:
        raise UsageError("there is no picture to export", mend="name picture files")
    if len(paths) > MOST:
        raise UsageError(f"{len(paths)} files are more than one export holds", mend=f"at most {MOST}")
    if settings.tiles and len(paths) != 1:
        raise UsageError("a tile set is cut from one texture", mend="name one file with --tiles")
    sources = [open_picture(studio, path) for path in paths]
    name = files.slug(settings.name or _common([one.path.stem for one in sources]))
    job = _Job(studio, sources, settings, name, Path(out).expanduser(), unsigned, private)
    prepared = [(kind, *job.prepare(kind)) for kind in asked]
    return [job.keep(kind, media, suffix, beside) for kind, media, suffix, beside in prepared]


def _common(stems: Sequence[str]) -> str:
    """What the names of frames have in common: "walk" of "walk-0" and "walk-1"; else the first name."""
    first, last = min(stems), max(stems)  # what these two share, all share
    length = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    shared = first[:length].rstrip("-_. 0123456789") if len(stems) > 1 else ""
    return shared or stems[0]


@dataclass(frozen=True)
class _Job:
    """One export under way."""

    studio: Studio
    sources: Sequence[OpenedPicture]
    settings: Settings
    name: str
    out: Path
    unsigned: bool
    private: bool

    def prepare(self, kind: str) -> tuple[Any, str, list[Beside]]:
        """(the picture or the bytes to keep, its suffix, the files beside it)."""
        from ..makers import picture_export as make

        how, image = self.settings, f"{self.name}.png"
        if kind == "aseprite":
            from ..makers.picture_export_aseprite import sheet_of, to_aseprite

            pictures = [picture for _, picture in self._named()]
            sheet = sheet_of(pictures, duration=how.duration, tag=how.tag, name=self.name)
            return to_aseprite(sheet), ".aseprite", []
        masks = self._masks()
        packed = self._packed(same=bool(masks) or kind == "tiled")
        if kind == "sheet":
            table = make.sheet_json(packed, image, how.duration, how.tag)
            return packed.picture, ".png", [Beside(".json", table.encode())]
        if kind == "tiled":
            tileset = make.tiled_tileset(packed, self.name, image, masks)
            shown = make.tiled_map(packed, self.name, f"{self.name}.tsx", self._cells(packed))
            return packed.picture, ".png", [Beside(".tsx", tileset.encode()), Beside(".tmj", shown.encode())]
        if masks:
            return (
                packed.picture,
                ".png",
                [Beside(".tres", make.godot_tileset(packed, self.name, image, masks).encode())],
            )
        tag = how.tag or self.name
        frames = make.godot_frames(packed, tag, image, how.duration)
        scene = make.godot_scene(tag, f"{self.name}.tres")
        return packed.picture, ".png", [Beside(".tres", frames.encode()), Beside(".tscn", scene.encode())]

    def _masks(self) -> tuple[int, ...]:
        from ..makers.picture_export_tiles import BLOB, BLOCK

        return {"blob": BLOB, "block": BLOCK}.get(self.settings.tiles, ())

    def _named(self) -> list[tuple[str, Any]]:
        """The pictures of the export by their names: the files, or the tiles of a texture."""
        from ..makers.picture_export import plain_names
        from ..makers.picture_export_tiles import tiles

        if not self.settings.tiles:
            names = plain_names([one.path.stem for one in self.sources])
            return [(name, one.picture) for name, one in zip(names, self.sources, strict=True)]
        masks = self._masks()
        made = tiles(self.sources[0].picture, self.settings.tile_size, masks)
        return [(f"{self.name}-{mask:03d}", one) for mask, one in zip(masks, made, strict=True)]

    def _packed(self, *, same: bool) -> Packed:
        from ..makers.picture_export import packed

        columns = self.settings.columns or {"blob": 8, "block": 3}.get(self.settings.tiles, 0)
        return packed(self._named(), columns, self.settings.gap, same=same)

    def _cells(self, sheet: Packed) -> list[list[int]]:
        """A map that shows the tiles: laid by their neighbours, or one after another."""
        from ..makers.picture_export_tiles import SHOWN, SHOWN_BLOCK, laid

        if self.settings.tiles:
            return laid(self._masks(), SHOWN if self.settings.tiles == "blob" else SHOWN_BLOCK)
        numbers = list(range(len(sheet.frames)))
        rows = [numbers[at : at + sheet.columns] for at in range(0, len(numbers), sheet.columns)]
        return [row + [-1] * (sheet.columns - len(row)) for row in rows]

    def keep(self, kind: str, media: Any, suffix: str, beside: Sequence[Beside]) -> KeptPicture:
        """Keep a prepared export in a folder of its own, so that its files may name one another."""
        folder = self._folder(f"{self.name}-{self.settings.tiles or ''}{'-' if self.settings.tiles else ''}{kind}")
        told: Mapping[str, Any] = {
            key: value for key, value in vars(self.settings).items() if value not in ("", 0) and key != "name"
        }
        count = len(self.sources)
        what = "a texture" if self.settings.tiles else f"{count} picture{'' if count == 1 else 's'}"
        return keep_move(
            self.studio,
            media,
            verb="export",
            sources=[(one, "parent") for one in self.sources],
            settings={"kind": kind, **told},
            note=f"{what} as {CALLED[kind]}",
            out=folder,
            stem=self.name,
            beside=beside,
            unsigned=self.unsigned,
            private=self.private,
            mark=False,
            suffix=suffix,
        )

    def _folder(self, stem: str) -> Path:
        files.ready(self.out)
        for name in files.numbered(stem, ""):
            folder = self.out / name
            if not os.path.lexists(folder):
                return files.ready(folder)
        raise AssertionError("names never run out")
