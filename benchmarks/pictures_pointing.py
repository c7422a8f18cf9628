"""The pointing game: does a word's heat map peak on its own thing? Scenes of two things, whose true boxes are known.

    python benchmarks/pictures_pointing.py [--checkpoint picture-1] [--scenes 12] [--keep]

The maps are attention alone: the layout is what they are held against, and no part of them. A hit is a map whose
hottest place lies in the box of its thing (Zhang et al. 2016, arXiv:1608.00507). By chance a hit is as likely as the
box is large; `among things` counts only maps that point at either thing, of which half point at their own by chance.
Beside them stand the maps of leaving a thing out: what changes when the picture is drawn again without it.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from common import keep, table

from maquette.checkpoints.box import open_checkpoint
from maquette.makers.picture import PictureMaker
from maquette.makers.picture_controls import PictureControls
from maquette.makers.picture_net import open_net
from maquette.makers.picture_scene import told_of
from maquette.makers.picture_why import Heat, boxes_of, inside, why_of

THINGS = "fox house tree car apple star fish bird sailboat rose key bell book crown cake umbrella".split()  # noqa: SIM905
PLACES = ("left of", "right of", "above", "below")
STYLES = ("flat", "cartoon", "soft gradient")


def main() -> None:
    """Measure and print; `--keep` writes the results."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--checkpoint", default="picture-1")
    reading.add_argument("--scenes", type=int, default=12)
    reading.add_argument("--keep", action="store_true")
    given = reading.parse_args()
    found: dict[str, list[tuple[bool, bool, float]]] = {"attention": [], "leaving it out": []}
    net = open_net(open_checkpoint(given.checkpoint))
    for number in range(given.scenes):
        for name, hits in scene(net, number).items():
            found[name] += hits
    told = {name: figures(rows) for name, rows in found.items()}
    print(table([{"map": name, **one} for name, one in told.items()]))
    if given.keep:
        keep("pictures_pointing", {"scenes": given.scenes, **told})


def scene(net: Any, number: int) -> dict[str, list[tuple[bool, bool, float]]]:
    """For one scene and each of its things: does the map point at it, at the other, and how large its box is."""
    dice = np.random.default_rng(number)
    one, other = (THINGS[k] for k in dice.permutation(len(THINGS))[:2])
    controls = PictureControls(style=STYLES[number % len(STYLES)])
    wish, style = PictureMaker(None, net).read(f"{one} {PLACES[number % len(PLACES)]} {other}", controls)
    told = told_of(net, wish, controls, number, style)
    boxes = dict(boxes_of(told))
    why = why_of(net, told, most=len(boxes))
    left_out = {
        change.what.split("“")[1].rstrip("”"): Heat("", np.abs(why.drawn - change.picture).max(axis=-1))
        for change in why.changes
    }
    looked = {heat.word: heat for heat in why.heats}
    out: dict[str, list[tuple[bool, bool, float]]] = {"attention": [], "leaving it out": []}
    for kind, maps in (("attention", looked), ("leaving it out", left_out)):
        for name, box in boxes.items():
            if name in maps:
                rest = [b for key, b in boxes.items() if key != name]
                peak = maps[name].peak
                out[kind].append((inside(peak, box), any(inside(peak, b) for b in rest), box[2] * box[3]))
    return out


def figures(rows: list[tuple[bool, bool, float]]) -> dict[str, Any]:
    """Shares of hits, with what chance would give."""
    own, other = sum(hit for hit, _, _ in rows), sum(miss and not hit for hit, miss, _ in rows)
    return {
        "maps": len(rows),
        "hits": round(own / max(1, len(rows)), 3),
        "chance": round(float(np.mean([area for _, _, area in rows])), 3) if rows else None,
        "among things": round(own / max(1, own + other), 3),
    }


if __name__ == "__main__":
    main()
