"""Edits of an icon file: changed copies of it, each kept and signed as its child, with whose hand drew which shape.

The file stays as it is. In every child the shapes that were not touched are the very bytes of the file; where a file is
written so that its shapes cannot be told apart in it, the child is written anew, and that is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import CredentialError, MediaError, UsageError
from ..core.hashing import sha256_bytes
from ..core.progress import OnProgress, silent
from ..core.types import Ingredient, Request, Work
from . import again, files

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..makers.icon_edit import Asked, Edited, Editor
    from ..media.drawing import Drawing
    from ..media.style_card import StyleCard
    from ..trust.verify import Verdict
    from .lineage import Asset
    from .studio import Studio

STARTER = "icon-1"
HUMAN, MACHINE, BOTH = "human", "machine", "machine-then-edited"


@dataclass(frozen=True)
class Child:
    """One changed copy. `shapes`: each one's author and the number it had; `exact`: the rest is byte for byte."""

    asset: Asset
    shapes: tuple[Mapping[str, Any], ...]
    exact: bool


@dataclass(frozen=True)
class Edits:
    """The children of one edit, best first, the sheet of what changed, and what else a person should know."""

    children: tuple[Child, ...]
    sheet: Path
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Opened:
    """The file that is edited, its drawing and what its credential tells."""

    path: Path
    data: bytes
    drawing: Drawing
    verdict: Verdict

    @property
    def story(self) -> Mapping[str, Any]:
        return self.verdict.story if self.verdict.story and "request" in self.verdict.story else {}

    @property
    def title(self) -> str:
        told = (self.story.get("request") or {}).get("prompt")
        return str(told or self.drawing.title or "")


def listed(studio: Studio, file: str | Path) -> list[dict[str, Any]]:
    """The shapes of a file as rows, each with whose hand drew it where that is known."""
    from ..makers.icon_edit import listed as rows

    opened = _open(studio, Path(file))
    hands = authors(opened.story, len(opened.drawing.shapes))
    return [{**row, "by": by} for row, by in zip(rows(opened.drawing), hands, strict=True)]


def edit(
    studio: Studio,
    file: str | Path,
    wishes: Mapping[str, Any],
    *,
    count: int | None = None,
    seed: int = 0,
    out: str | Path = ".",
    checkpoint: str | None = None,
    style: str | None = None,
    unsigned: bool = False,
    on_progress: OnProgress = silent,
) -> Edits:
    """Change a file as `wishes` say (the arguments of `makers.icon_edit.asked`) and keep every result as its child.

    count: how many candidates; None for four where a net draws, one where only a rule does. style: a manner of the
    checkpoint or the path of a style card. Raises UsageError, MediaError, CheckpointError, CredentialError,
    LibraryError.
    """
    from ..makers.icon import told_of
    from ..makers.icon_edit import asked, overlay

    opened = _open(studio, Path(file))
    wish = asked(opened.drawing, **{"title": opened.title, **wishes})
    folder = Path(out).expanduser()
    studio.library.ready(folder)
    box = _model(studio, opened, checkpoint) if wish.draws else None
    editor = _editor(box, style)
    many = count if count is not None else 4 if wish.draws else 1
    try:
        made = editor.edit(opened.drawing, wish, count=many, seed=seed, on_progress=on_progress)
    except MediaError as error:
        raise MediaError(error.wrong, where=str(opened.path), mend=error.mend) from error
    if not made:
        raise UsageError(
            "nothing that was drawn is fit to be shown here",
            where=str(opened.path),
            mend="try another --seed, other words, or a higher --temperature",
        )
    keeper = _Keeper(studio, opened, folder, box, editor, unsigned)
    children = tuple(keeper.keep(one, wish, seed, many) for one in made)
    sheet = _put_sheet(overlay(opened.drawing, made), folder, f"{_stem(opened)}-changes")
    told = told_of(editor.infiller.reading(wish.words)) if editor.infiller is not None else []
    return Edits(children, sheet, (*told, *_remarks(opened, wish, children, many)))


# -- opening ----------------------------------------------------------------------------------------------------------


def _open(studio: Studio, path: Path) -> _Opened:
    """Read a file for editing. A credential that does not hold is refused: its story would be passed on."""
    from ..media import svg_file
    from ..media.drawing import parse
    from ..media.table import open_media

    open_media(path)  # named errors for a missing file, another kind of file, an SVG that cannot be read
    verdict = studio.verdict(path)
    if verdict.state == "invalid":
        raise CredentialError(
            f"the credential of this file does not hold: {verdict.summary}",
            where=str(path),
            mend="take your own changes in first (maquette adopt FILE --from ORIGINAL), or edit the untouched file",
        )
    data = svg_file.read_bytes(path)
    return _Opened(path, data, parse(data), verdict)


def _model(studio: Studio, opened: _Opened, name: str | None) -> Checkpoint:
    """The model that is asked for, else the one that drew the file if this machine has it, else the starter."""
    if name is None and opened.story.get("checkpoint"):
        known = studio.checkpoint_of(opened.story)
        if known is not None:
            return known
    return studio._open(name or STARTER)


def _editor(box: Checkpoint | None, style: str | None) -> Editor:
    from ..makers.icon_edit import Editor
    from ..makers.icon_infill import Infiller
    from ..media.style_card import read_card

    card: StyleCard | None = None
    manner = style
    if style is not None and (style.lower().endswith(".toml") or Path(style).is_file()):
        card, manner = read_card(Path(style).expanduser()), None
    elif style is None and box is not None and (box.path / "style.toml").is_file():
        card = read_card(box.path / "style.toml")  # an adapter's own hand
    return Editor(Infiller(box) if box is not None else None, card, manner)


# -- whose hand -------------------------------------------------------------------------------------------------------


def authors(story: Mapping[str, Any], count: int) -> list[str]:
    """Whose hand drew each of the shapes of a file: as it was recorded, else by how the whole came about."""
    told = (story.get("trace") or {}).get("shapes")
    if isinstance(told, list) and len(told) == count:
        return [str(one.get("by", HUMAN)) for one in told]
    machine = bool(story) and story.get("how") not in ("found", "drawn", None)
    if machine and story.get("action") == "adopted":
        return [BOTH] * count
    return [MACHINE if machine else HUMAN] * count


def hands(edited: Edited, before: Sequence[str]) -> list[dict[str, Any]]:
    """The author of every shape of an edited drawing, and which shape it was before (from 1)."""
    out: list[dict[str, Any]] = []
    for piece in edited.pieces:
        if piece.of is None:
            by = HUMAN if piece.source == "shelf" else MACHINE
            out.append({"by": by, "from": piece.source} | ({"after": piece.note} if piece.note else {}))
        elif piece.same:
            out.append({"by": before[piece.of], "was": piece.of + 1})
        else:
            out.append({"by": before[piece.of], "was": piece.of + 1, "cut": True})
    return out


# -- keeping ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Keeper:
    """Writes, seals and keeps the results of one edit."""

    studio: Studio
    opened: _Opened
    out: Path
    box: Checkpoint | None
    editor: Editor
    unsigned: bool

    def keep(self, edited: Edited, wish: Asked, seed: int, count: int) -> Child:
        from ..trust.seal import Sealed
        from ..trust.seal import unsigned as no_credential

        drawing = replace(self.opened.drawing, shapes=edited.drawing.shapes)
        data, exact = self._written(edited, drawing)
        shapes = hands(edited, authors(self.opened.story, len(self.opened.drawing.shapes)))
        work = self._work(edited, drawing, wish, seed, count, shapes)
        card = self._card()
        found = self.studio.originality(work, self.box) if edited.drawn else None
        if self.unsigned:
            sealed = Sealed(data, None, no_credential())
        else:
            parent = again.parent_of(self.opened.path)
            sealed = self.studio._seal(work, data, "image/svg+xml", found, card=card, action="edited", parents=[parent])
        asset = self.studio.library.keep(
            work,
            sealed,
            self.out,
            suffix=".svg",
            stem=f"{_stem(self.opened)}-edited",
            parents=[self.base],
            originality=found,
            card=card,
        )
        return Child(asset, tuple(shapes), exact)

    @property
    def base(self) -> str:
        return sha256_bytes(self.opened.path.read_bytes())

    def _card(self) -> Mapping[str, Any]:
        """Of the model that drew now, else of the one that drew the file: its credits go on."""
        return self.box.card if self.box is not None else self.opened.story.get("model") or {}

    def _written(self, edited: Edited, drawing: Drawing) -> tuple[bytes, bool]:
        from ..media.drawing import to_svg
        from ..media.svg_splice import splice

        spliced = splice(self.opened.data, edited.pieces)
        return (spliced, True) if spliced is not None else (to_svg(drawing).encode(), False)

    def _work(
        self, edited: Edited, drawing: Drawing, wish: Asked, seed: int, count: int, shapes: list[dict[str, Any]]
    ) -> Work[Any]:
        from ..makers.icon import IconControls

        story = self.opened.story
        told = story.get("request") or {}
        box = self.box
        request: Request[Any] = Request(
            "icon",
            self.opened.title or self.opened.path.stem,
            IconControls(style=self.editor.style, references=0, pool=wish.pool, temperature=wish.temperature),
            seed,
            count,
            base=self.base,
            checkpoint=box.name if box else None,
            licence=told.get("licence"),
        )
        trace: dict[str, Any] = {"shapes": shapes, "edit": _asked_for(wish), "viewbox": list(drawing.viewbox)}
        if edited.drawn and self.editor.infiller is not None:
            infiller, drawn = self.editor.infiller, edited.drawn
            reading = infiller.reading(wish.words)
            trace |= {
                "encoding": infiller.encoding.name,
                "tokens": [int(token) for one in drawn for token in one.tokens],
                "sampler": {"temperature": wish.temperature, "seed": drawn[0].seed},
                "scores": dict(drawn[0].scores),
                "reading": {
                    "used": list(reading.used),
                    "replaced": [list(pair) for pair in reading.replaced],
                    "unknown": list(reading.unknown),
                },
            }
        ingredients = tuple(Ingredient(**one) for one in story.get("ingredients") or ())
        ingredients += tuple(credit for one in edited.drawn for credit in one.ingredients)
        by = box.id if box is not None and any(one.source == "model" for one in edited.drawn) else ""
        return Work(drawing, request, drawn_seed(edited, seed), by, "edited", edited.note, ingredients, trace)


def drawn_seed(edited: Edited, seed: int) -> int:
    """The seed of the shapes that were drawn, or the one that was asked for."""
    return edited.drawn[0].seed if edited.drawn else seed


def _asked_for(wish: Asked) -> dict[str, Any]:
    """The wish as plain data, shapes by their numbers from 1."""
    told: dict[str, Any] = {}
    for name in ("replace", "remove"):
        if numbers := getattr(wish, name):
            told[name] = [number + 1 for number in numbers]
    for name in ("go_on", "add", "corner", "words"):
        if value := getattr(wish, name):
            told[name] = value
    return told


def _stem(opened: _Opened) -> str:
    name = files.slug(opened.path.stem)
    return name.partition("-edited")[0] or name


def _put_sheet(text: str, folder: Path, stem: str) -> Path:
    return files.put(text.encode(), None, folder, stem, ".svg")[0]


def _remarks(opened: _Opened, wish: Asked, children: Sequence[Child], many: int) -> tuple[str, ...]:
    told = []
    if opened.drawing.lost and not all(child.exact for child in children):
        told.append(f"not kept, since the file had to be written anew: {', '.join(opened.drawing.lost)}")
    elif opened.drawing.lost:
        told.append(f"left as it is in the file, and not seen by the edit: {', '.join(opened.drawing.lost)}")
    if not all(child.exact for child in children):
        told.append("shapes of this file stand in it as copies or in one element: the children are written anew")
    if len(children) < many and wish.draws:
        told.append(f"only {len(children)} of {many} came out sound and different; another --seed draws others")
    return tuple(told)
