"""Pictures for game engines: sprite sheets with their table, tile sets for Tiled, animations and tile sets for Godot.

Every function gives the picture to be kept and the files that lie beside it, as text; names are relative, so that a
folder can be moved whole. Nothing is resized: frames that must have one size and have not are refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from .. import __version__
from ..core.errors import UsageError

if TYPE_CHECKING:
    from ..media.picture import Picture


@dataclass(frozen=True)
class Frame:
    """One picture in a sheet: its name, and where it lies (pixels)."""

    name: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Packed:
    """Pictures in one, in a grid of equal cells. `columns` of the grid, `cell` (width, height)."""

    picture: Picture
    frames: tuple[Frame, ...]
    columns: int
    cell: tuple[int, int]


def packed(named: Sequence[tuple[str, Picture]], columns: int = 0, gap: int = 0, *, same: bool = False) -> Packed:
    """Pictures in a grid, each in the left upper corner of its cell; as square as can be unless `columns` is said.

    gap: clear pixels between them. same: refuse pictures of several sizes (UsageError), as tiles must have one.
    """
    import numpy as np

    from ..media.picture import Picture
    from ..media.picture_size import fits

    if not named:
        raise UsageError("there is nothing to export", mend="name picture files")
    sizes = {picture.size for _, picture in named}
    if same and len(sizes) > 1:
        told = ", ".join(f"{wide} x {high}" for wide, high in sorted(sizes))
        raise UsageError(f"tiles of one set have one size, and these have {told}", mend="bring them to one size first")
    if len({picture.depth for _, picture in named}) > 1:
        raise UsageError("some of these have 16 bits a channel, others 8", mend="convert them to one depth first")
    wide, high = (max(size[axis] for size in sizes) for axis in (0, 1))
    columns = columns or max(1, round((len(named) * high / wide) ** 0.5 + 0.4999))
    columns = min(columns, len(named))
    rows = -(-len(named) // columns)
    whole = (columns * (wide + gap) - gap, rows * (high + gap) - gap)
    fits(*whole, 16)
    page = np.zeros((whole[1], whole[0], 4), named[0][1].pixels.dtype)
    frames = []
    for number, (name, picture) in enumerate(named):
        x, y = (number % columns) * (wide + gap), (number // columns) * (high + gap)
        page[y : y + picture.size[1], x : x + picture.size[0]] = picture.pixels
        frames.append(Frame(name, x, y, *picture.size))
    return Packed(Picture(page), tuple(frames), columns, (wide, high))


def sheet_json(sheet: Packed, image: str, duration: int = 100, tag: str = "") -> str:
    """The table of a sheet in Aseprite's JSON (array) form, which Phaser, PixiJS, Unity and Godot importers read."""
    rows = []
    for one in sheet.frames:
        size = {"w": one.width, "h": one.height}
        whole = {"x": 0, "y": 0, **size}
        row: dict[str, Any] = {"filename": one.name, "frame": {"x": one.x, "y": one.y, **size}}
        row |= {"rotated": False, "trimmed": False, "spriteSourceSize": whole, "sourceSize": size}
        rows.append({**row, "duration": duration})
    wide, high = sheet.picture.size
    last = {"from": 0, "to": len(rows) - 1, "direction": "forward"}
    meta = {
        "app": "Maquette",
        "version": __version__,
        "image": image,
        "format": "RGBA8888",
        "size": {"w": wide, "h": high},
        "scale": "1",
        "frameTags": [{"name": tag, **last}] if tag else [],
        "layers": [],
        "slices": [],
    }
    return json.dumps({"frames": rows, "meta": meta}, ensure_ascii=False, indent=1) + "\n"


# -- Tiled ------------------------------------------------------------------------------------------------------------


def tiled_tileset(sheet: Packed, name: str, image: str, masks: Sequence[int] = ()) -> str:
    """A tile set for Tiled (.tsx, format 1.10). `masks`: of an autotile the neighbours of each tile, see `tiles`.

    Tiled's wang ids: top, top right, right and so on with the clock, 1 where the terrain goes on.
    """
    wide, high = sheet.picture.size
    spacing = sheet.frames[1].x - sheet.cell[0] if sheet.columns > 1 else 0
    apart = f' spacing="{spacing}"' if spacing else ""
    head = (
        f'<tileset version="1.10" tiledversion="1.10.2" name={quoteattr(name)} tilewidth="{sheet.cell[0]}" '
        f'tileheight="{sheet.cell[1]}"{apart} '
        f'tilecount="{len(sheet.frames)}" columns="{sheet.columns}">'
    )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', head]
    lines.append(f' <image source={quoteattr(image)} width="{wide}" height="{high}"/>')
    for number, one in enumerate(sheet.frames):
        prop = f'<property name="name" value={quoteattr(one.name)}/>'
        lines.append(f' <tile id="{number}"><properties>{prop}</properties></tile>')
    if masks:
        lines.append(' <wangsets>\n  <wangset name="terrain" type="mixed" tile="-1">')
        lines.append(f'   <wangcolor name={quoteattr(name)} color="#4a7f39" tile="-1" probability="1"/>')
        for number, mask in enumerate(masks):
            ids = ",".join("1" if mask >> bit & 1 else "0" for bit in range(8))
            lines.append(f'   <wangtile tileid="{number}" wangid="{ids}"/>')
        lines.append("  </wangset>\n </wangsets>")
    return "\n".join([*lines, "</tileset>"]) + "\n"


def tiled_map(sheet: Packed, name: str, tileset: str, cells: Sequence[Sequence[int]]) -> str:
    """A map for Tiled (.tmj) that shows the tile set at work. `cells`: rows of tile numbers, -1 for none."""
    width, height = len(cells[0]), len(cells)
    layer = {
        "id": 1,
        "name": name,
        "type": "tilelayer",
        "x": 0,
        "y": 0,
        "width": width,
        "height": height,
        "opacity": 1,
        "visible": True,
        "data": [number + 1 for row in cells for number in row],
    }
    told = {
        "type": "map",
        "version": "1.10",
        "tiledversion": "1.10.2",
        "orientation": "orthogonal",
        "renderorder": "right-down",
        "infinite": False,
        "compressionlevel": -1,
        "width": width,
        "height": height,
        "tilewidth": sheet.cell[0],
        "tileheight": sheet.cell[1],
        "nextlayerid": 2,
        "nextobjectid": 1,
        "layers": [layer],
        "tilesets": [{"firstgid": 1, "source": tileset}],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


# -- Godot ------------------------------------------------------------------------------------------------------------


def godot_frames(sheet: Packed, name: str, image: str, duration: int = 100) -> str:
    """An animation for Godot 4 (SpriteFrames, .tres): every frame a region of the sheet.

    Its picture is named without a folder, so both lie in the same one: put them at the root of the project, or let
    Godot's own "fix dependencies" find it.
    """
    lines = [f'[gd_resource type="SpriteFrames" load_steps={len(sheet.frames) + 2} format=3]', ""]
    lines += [f'[ext_resource type="Texture2D" path={_quoted("res://" + image)} id="1"]', ""]
    for number, one in enumerate(sheet.frames):
        lines.append(f'[sub_resource type="AtlasTexture" id="frame_{number}"]')
        lines.append('atlas = ExtResource("1")')
        lines += [f"region = Rect2({one.x}, {one.y}, {one.width}, {one.height})", ""]
    rows = ", ".join(f'{{"duration": 1.0, "texture": SubResource("frame_{n}")}}' for n in range(len(sheet.frames)))
    speed = 1000 / duration
    told = f'"frames": [{rows}], "loop": true, "name": {_quoted(name)}, "speed": {speed:g}'
    return "\n".join([*lines, "[resource]", f"animations = [{{{told}}}]"]) + "\n"


def godot_scene(name: str, frames: str) -> str:
    """A scene for Godot 4 (.tscn) in which the animation plays, its pixels kept square."""
    node = f'[node name={_quoted(name)} type="AnimatedSprite2D"]'
    resource = f'[ext_resource type="SpriteFrames" path={_quoted("res://" + frames)} id="1"]'
    rest = ["texture_filter = 1", 'sprite_frames = ExtResource("1")', f"animation = {_quoted(name)}"]
    return "\n".join(["[gd_scene load_steps=2 format=3]", "", resource, "", node, *rest]) + "\n"


# Godot's names of the neighbours, with the clock from the top, as in `tiles.MASKS`.
_PEERS = ("top_side", "top_right_corner", "right_side", "bottom_right_corner", "bottom_side", "bottom_left_corner",
    "left_side", "top_left_corner")  # fmt: skip


def godot_tileset(sheet: Packed, name: str, image: str, masks: Sequence[int] = ()) -> str:
    """A tile set for Godot 4 (TileSet, .tres), with its terrain where `masks` tell each tile's neighbours."""
    wide, high = sheet.cell
    lines = ['[gd_resource type="TileSet" load_steps=3 format=3]', ""]
    lines += [f'[ext_resource type="Texture2D" path={_quoted("res://" + image)} id="1"]', ""]
    lines += ['[sub_resource type="TileSetAtlasSource" id="atlas"]', 'texture = ExtResource("1")']
    spacing = sheet.frames[1].x - wide if sheet.columns > 1 else 0
    lines += [f"separation = Vector2i({spacing}, {spacing})"] if spacing else []
    lines.append(f"texture_region_size = Vector2i({wide}, {high})")
    for number in range(len(sheet.frames)):
        place = f"{number % sheet.columns}:{number // sheet.columns}"
        lines.append(f"{place}/0 = 0")
        if masks:
            lines += [f"{place}/0/terrain_set = 0", f"{place}/0/terrain = 0"]
            peers = [peer for bit, peer in enumerate(_PEERS) if masks[number] >> bit & 1]
            lines += [f"{place}/0/terrains_peering_bit/{peer} = 0" for peer in peers]
    lines += ["", "[resource]", f"tile_size = Vector2i({wide}, {high})"]
    if masks:
        lines += ["terrain_set_0/mode = 0", f"terrain_set_0/terrain_0/name = {_quoted(name)}"]
        lines.append("terrain_set_0/terrain_0/color = Color(0.29, 0.5, 0.22, 1)")
    return "\n".join([*lines, 'sources/0 = SubResource("atlas")']) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def plain_names(stems: Sequence[str]) -> list[str]:
    """Names of frames: as the files are called, a second of the same name with its number."""
    seen: dict[str, int] = {}
    out = []
    for stem in stems:
        seen[stem] = seen.get(stem, 0) + 1
        out.append(stem if seen[stem] == 1 else f"{stem}-{seen[stem]}")
    return out
