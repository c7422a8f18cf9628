"""A toy maker: the whole corridor without a model. Its drawings are a square and a few lines decided by dice."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from maquette.core.progress import OnProgress, Progress, silent
from maquette.core.seeds import candidate_seed
from maquette.core.types import Ingredient, Request, Work
from maquette.makers import table
from maquette.media import drawing as d


@dataclass(frozen=True)
class ToyControls:
    style: Literal["round", "sharp"] = field(default="round", metadata={"help": "The manner."})
    stroke_width: float = field(default=2.0, metadata={"help": "Width of the pen."})
    symmetry: bool = field(default=False, metadata={"help": "Mirror it."})
    pause: float = field(default=0.0, metadata={"help": "Seconds that a work takes."})


class ToyMaker:
    """Draws `tokens` as a zigzag inside a square."""

    name: ClassVar[str] = "icon"
    starter: ClassVar[str] = ""

    def __init__(self, checkpoint: Any = None) -> None:
        self.checkpoint = checkpoint

    def make(self, request: Request[ToyControls], on_progress: OnProgress = silent) -> Iterator[Work[d.Drawing]]:
        for number in range(request.count):
            seed = candidate_seed(request.seed, number)
            on_progress(Progress(number, request.count, request.prompt))
            time.sleep(request.controls.pause)
            dice = random.Random(seed)
            trace = {
                "encoding": "toy.v1",
                "tokens": [dice.randrange(2, 22) for _ in range(8)],
                "width": request.controls.stroke_width,
                "reading": {"used": [], "replaced": [["barista", "coffee"]], "unknown": ["hedgehog"]}
                if "hedgehog" in request.prompt
                else {"used": request.prompt.split(), "replaced": [], "unknown": []},
            }
            lucide = Ingredient("square", "inputTo", "icon", "Lucide Contributors", "ISC", "lucide/square", "a" * 64)
            yield Work(self.replay(trace), request, seed, "", "after", "after square by Lucide (ISC)", (lucide,), trace)

    @staticmethod
    def replay(trace: Mapping[str, Any]) -> d.Drawing:
        points = [(float(4 + 2 * i), float(y)) for i, y in enumerate(trace["tokens"])]
        zigzag = d.Path((d.Subpath(points[0], tuple(d.Line(point) for point in points[1:])),))
        paint = d.Paint(width=trace["width"])
        return d.Drawing((0, 0, 24, 24), (d.Shape(d.Rect((2, 2), 20, 20), paint), d.Shape(zigzag, paint)))


def install() -> None:
    """Put the toy in the place of the icons' maker, in this process."""
    table.MAKERS["icon"] = "toy:ToyMaker"
    table.CONTROLS["icon"] = "toy:ToyControls"


def make_many(home: str, out: str, start: Any) -> None:
    """Three requests of five works each, in a process of their own that starts when `start` lets it."""
    os.environ["MAQUETTE_HOME"] = home
    install()
    from maquette.studio.studio import Studio

    studio = Studio()
    start.wait()
    for _ in range(3):
        list(studio.make(studio.request("icon", "a rocket", seed=7, count=5), out=out))


if __name__ == "__main__":  # `python tests/toy.py icon "a rocket"`: the command line with the toy in it
    sys.modules["toy"] = sys.modules["__main__"]
    install()
    from maquette.interfaces.cli import main

    main()
