"""The pieces of sets and the things of scripts, by name: what can be drawn, how large it is, its model."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from functools import lru_cache

from ...core.errors import UsageError
from ...media.stage import Piece
from . import pieces_indoor, pieces_kept, pieces_outdoor, pieces_small, pieces_walls
from .pen import Stood, stand
from .pieces_model import Build, Part

Size = tuple[float, float, float]
Builder = Callable[[Build, float, float, float, str], None]

_BUILDERS: dict[str, tuple[Builder, Size, str]] = {
    **pieces_indoor.BUILDERS,
    **pieces_walls.BUILDERS,
    **pieces_outdoor.BUILDERS,
    **pieces_small.BUILDERS,
    **pieces_kept.BUILDERS,
}
PIECES = tuple(_BUILDERS)
# What a script names, a hand holds and an insert shows.
SMALL = (*pieces_small.BUILDERS, *pieces_kept.BUILDERS)
# Hang on walls: they go with their wall.
HUNG = ("door", "glass door", "window", "curtain", "picture", "poster", "mirror", "clock", "blackboard",
        "notice board", "torch", "wall cupboard")  # fmt: skip
SEATS = {"chair": 0.46, "office chair": 0.5, "armchair": 0.44, "sofa": 0.44, "bench": 0.46, "stool": 0.72, "bed": 0.52,
         "hospital bed": 0.62, "throne": 0.5, "car seat": 0.4, "stump": 0.42, "crate": 0.6}  # fmt: skip
TOPS = ("table", "round table", "desk", "counter", "kitchen counter", "school desk", "crate", "barrel")


def size_of(kind: str) -> Size:
    """The usual width, height and depth in metres. Raises UsageError for a piece that cannot be drawn."""
    return _of(kind)[1]


def _of(kind: str) -> tuple[Builder, Size, str]:
    if kind not in _BUILDERS:
        close = get_close_matches(kind, PIECES, 3, 0.4) or PIECES[:8]
        raise UsageError(f"no piece of a set is called {kind!r}", mend=f"choose one of {', '.join(close)} ...")
    return _BUILDERS[kind]


def model(piece: Piece) -> tuple[Part, ...]:
    """The parts of a piece at its size and in its colour."""
    return _model(piece.kind, piece.size, piece.colour)


@lru_cache(maxsize=512)
def _model(kind: str, size: Size, colour: str) -> tuple[Part, ...]:
    builder, _, usual = _of(kind)
    build = Build()
    builder(build, *size, colour or usual)
    return build.done()


def stood(piece: Piece) -> tuple[Stood, ...]:
    """The parts of a piece where it stands."""
    return tuple(stand(part, piece) for part in model(piece))


def piece(kind: str, id: str, x: float = 0.0, z: float = 0.0, turn: float = 0.0, *, y: float = 0.0,
          size: Size | None = None, colour: str = "") -> Piece:  # fmt: skip
    """A piece of a usual size."""
    return Piece(kind, id, x, z, y, turn, size or size_of(kind), colour)
