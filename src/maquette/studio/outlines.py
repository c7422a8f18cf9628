"""Outlined, solid, two-tone and stroked siblings of icons, each a signed child of the file that it was made from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import MediaError, UsageError
from ..core.hashing import sha256_bytes
from ..core.registry import nearest
from ..core.types import Ingredient, Request, Work
from . import again, edits, rules

if TYPE_CHECKING:
    from ..media.drawing import Drawing
    from .lineage import Asset
    from .studio import Studio

MOVES = {
    "outlined": "strokes made filled outlines",
    "filled": "made the solid sibling",
    "duotone": "closed areas tinted",
    "lined": "made strokes again",
}


@dataclass(frozen=True)
class Sibling:
    """One file's sibling: the kept asset and what is to be said of it; or, without an asset, why there is none."""

    path: Path
    asset: Asset | None = None
    told: tuple[str, ...] = ()
    refused: MediaError | None = None

    def as_dict(self) -> dict[str, Any]:
        """One JSON object."""
        made = {"out": str(self.asset.path), "credential": self.asset.credential["summary"]} if self.asset else {}
        return {
            "path": str(self.path),
            **made,
            "told": list(self.told),
            **(self.refused.as_dict() if self.refused is not None else {}),
        }


@dataclass(frozen=True)
class Siblings:
    """What became of every file, and what was left out."""

    files: tuple[Sibling, ...]
    remarks: tuple[str, ...]


def siblings(
    studio: Studio, paths: Sequence[str | Path], move: str, *, out: str | Path | None = None, unsigned: bool = False
) -> Siblings:
    """A sibling of every icon of files and folders by one of `MOVES`, in `out` or beside the file as NAME-MOVE.svg.

    A file that cannot be changed so is named in what is returned and the others go on; if it is the only one, its
    MediaError is raised. Raises MissingExtra, UsageError, CredentialError for a file changed after it was signed.
    """
    if move not in MOVES:
        raise UsageError(f"there is no move {move!r}", mend=nearest(move, list(MOVES)))
    drawings, remarks = rules.read_all(paths)
    made = []
    for path, drawing in drawings.items():
        try:
            changed, told = _changed(drawing, move)
        except MediaError as error:
            error.where = f"{path.name}{', ' if error.where else ''}{error.where}"
            if len(drawings) == 1:
                raise
            made.append(Sibling(path, refused=error))
            continue
        made.append(Sibling(path, _keep(studio, path, changed, move, out, unsigned), told))
    return Siblings(tuple(made), remarks)


def _changed(drawing: Drawing, move: str) -> tuple[Drawing, tuple[str, ...]]:
    """The sibling, and what is to be said of it."""
    from ..media import outline

    if not drawing.shapes:
        raise MediaError("this drawing is empty", mend="leave it out, or draw something in it")
    if move == "lined":
        found = outline.relined(drawing)
        return found.drawing, found.told
    change: Callable[[Drawing], Drawing] = getattr(outline, move)
    changed = change(drawing)
    return changed, tuple(text for text in changed.lost if text not in drawing.lost)


def _keep(studio: Studio, path: Path, changed: Drawing, move: str, out: str | Path | None, unsigned: bool) -> Asset:
    """Write the sibling, sign it as a child of the file, and hand it to the library."""
    from ..makers.icon import IconControls
    from ..media.drawing import to_svg
    from ..media.table import mime_of
    from ..trust.seal import Sealed
    from ..trust.seal import unsigned as no_credential

    opened = edits._open(studio, path)
    folder = Path(out).expanduser() if out is not None else path.parent
    studio.library.ready(folder)
    story = opened.story
    licence = (story.get("request") or {}).get("licence")
    base = sha256_bytes(path.read_bytes())
    title = opened.title or path.stem
    request: Request[Any] = Request("icon", title, IconControls(), 0, 1, base=base, licence=licence)
    ingredients = tuple(Ingredient(**one) for one in story.get("ingredients") or ())
    trace = {"outline": {"move": move, "from": len(opened.drawing.shapes), "to": len(changed.shapes)}}
    work = Work(replace(changed, lost=()), request, 0, "", "edited", f"{MOVES[move]}, by rule", ingredients, trace)
    data, card = to_svg(changed, title=title).encode(), story.get("model") or {}
    if unsigned:
        sealed = Sealed(data, None, no_credential())
    else:
        parent = again.parent_of(path)
        sealed = studio._seal(work, data, mime_of(Path("x.svg")), None, card=card, action="edited", parents=[parent])
    stem = path.stem if folder.resolve() != path.parent.resolve() else f"{path.stem}-{move}"
    return studio.library.keep(work, sealed, folder, suffix=".svg", stem=stem, parents=[base], card=card)
