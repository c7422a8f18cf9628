"""Rules: icons beside the style card of their set, what they break, and mended copies, signed as what they are.

A file is never changed. A mended copy is a child of the file that it was made from, with every fix in its story; in it
the shapes that had no finding are the very bytes of the file, where the file's form allows that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import MaquetteError, UsageError
from ..core.hashing import sha256_bytes
from ..core.types import Ingredient, Request, Work
from . import again, edits

if TYPE_CHECKING:
    from ..media.drawing import Drawing
    from ..media.lint_look import Finding
    from ..media.mend import Mended
    from ..media.style_card import StyleCard
    from .lineage import Asset
    from .studio import Studio

FEW = 2  # icons from which a card can be measured
STYLE = "style.toml"


@dataclass(frozen=True)
class Fixed:
    """A mended copy: the kept asset, what was done, and whether all else is byte for byte as it was."""

    asset: Asset
    mended: Mended
    exact: bool


@dataclass(frozen=True)
class Checked:
    """One file beside the card. `fixed` if a mended copy was made; `left` are the findings that stand then."""

    path: Path
    drawing: Drawing
    findings: tuple[Finding, ...]
    fixed: Fixed | None = None
    mended: Mended | None = None

    @property
    def left(self) -> tuple[Finding, ...]:
        """What is still found: in the copy if there is one, else in the file."""
        return self.mended.left if self.mended is not None else self.findings

    def as_dict(self) -> dict[str, Any]:
        """One JSON object."""
        told: dict[str, Any] = {"path": str(self.path), "findings": [one.as_dict() for one in self.findings]}
        if self.mended is not None:
            told |= {
                "done": [one.as_dict() for one in self.mended.done],
                "declined": [one.as_dict() for one in self.mended.declined],
                "left": [one.as_dict() for one in self.mended.left],
                "iou": round(1 - self.mended.worse, 4),
            }
        if self.fixed is not None:
            told |= {"fixed": str(self.fixed.asset.path), "exact": self.fixed.exact}
        return told


@dataclass(frozen=True)
class Report:
    """All files beside one card; `remarks` are what else a person should know."""

    card: StyleCard
    files: tuple[Checked, ...]
    remarks: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing is left to be found."""
        return not any(one.left for one in self.files)


def check(
    studio: Studio,
    paths: Sequence[str | Path],
    *,
    style: str | Path | None = None,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    fix: bool = False,
    out: str | Path | None = None,
    unsigned: bool = False,
) -> Report:
    """Lint files and folders by a style card; with `fix`, mend copies of them.

    style: a card's file; None takes a style.toml beside the icons, else measures the icons themselves. out: the folder
    of the copies; None puts NAME-fixed.svg beside each file. Raises UsageError, MediaError, CredentialError,
    LibraryError.
    """
    from ..media.lint import chosen, lint
    from ..media.mend import mend

    rules = chosen(only, skip)
    drawings, remarks = read_all(paths)
    card, told = card_for(drawings, style)
    inks = inks_of(drawings, card) if style is None else ()
    done = []
    for path, drawing in drawings.items():
        findings = tuple(lint(drawing, card, others=inks, rules=rules))
        mended = mend(drawing, card, rules) if fix and any(one.fixable for one in findings) else None
        kept = _keep(studio, path, mended, out, unsigned) if mended is not None and mended.done else None
        done.append(Checked(path, drawing, findings, kept, mended))
    return Report(card, tuple(done), (*remarks, *told))


def read_all(paths: Sequence[str | Path]) -> tuple[dict[Path, Drawing], tuple[str, ...]]:
    """The drawings of files and of all SVGs in folders, and what was left out. A named file must be readable."""
    from ..media.drawing import read

    found: dict[Path, Drawing] = {}
    left: list[str] = []
    for path in (Path(path).expanduser() for path in paths):
        if not path.exists():
            raise UsageError("there is no such file or folder", where=str(path), mend="name SVG files, or a folder")
        if not path.is_dir():
            found[path] = _named(path)
            continue
        for file in svgs_in(path):
            try:
                found[file] = read(file)
            except MaquetteError as error:
                left.append(f"{file.name} is left out: {error.wrong}")
    if not found:
        where = ", ".join(str(path) for path in paths)
        raise UsageError("there is no icon to look at", where=where, mend="name SVG files, or a folder that holds some")
    return found, tuple(left)


def _named(path: Path) -> Drawing:
    from ..media.table import open_media

    try:
        drawing: Drawing = open_media(path)
    except MaquetteError as error:
        error.where = error.where or str(path)
        raise
    if not hasattr(drawing, "shapes"):
        raise UsageError("this is no drawing", where=str(path), mend="name an SVG file")
    return drawing


def svgs_in(folder: Path) -> list[Path]:
    """The SVG files of a folder, sheets of the linter left out, by name."""
    found = (file for file in folder.iterdir() if file.suffix.lower() in (".svg", ".svgz") and file.is_file())
    return sorted((file for file in found if not file.name.startswith(".")), key=lambda file: file.name)


def card_for(drawings: Mapping[Path, Drawing], style: str | Path | None) -> tuple[StyleCard, tuple[str, ...]]:
    """The card to go by, and a remark on where it came from."""
    from ..media.style_card import measure, read_card

    if style is not None:
        return read_card(Path(style).expanduser()), ()
    folders = {path.parent for path in drawings}
    beside = next((folder / STYLE for folder in folders if len(folders) == 1 and (folder / STYLE).is_file()), None)
    if beside is not None:
        return read_card(beside), (f"by the card {beside}",)
    known = dict(drawings)
    if len(known) == 1:
        (path,) = known
        known |= _neighbours(path)
    if len(known) < FEW:
        raise UsageError(
            "one icon alone has no set to be held against",
            where=str(next(iter(drawings))),
            mend="give its folder, or a card: `maquette icon style FOLDER -o my.toml`, then --style my.toml",
        )
    measured = measure({path.name: drawing for path, drawing in known.items()}, next(iter(folders)).resolve().name)
    what = f"by a card measured from {len(known)} icons of {next(iter(folders)).resolve().name}"
    few = f"{what}; so few say little: --style my.toml is better" if len(known) < 8 else what
    return measured.card, (few,)


def _neighbours(path: Path) -> dict[Path, Drawing]:
    from ..media.drawing import read

    found = {}
    for file in svgs_in(path.parent):
        try:
            found[file] = read(file)
        except MaquetteError:
            continue
    return {file: drawing for file, drawing in found.items() if file.name != path.name}


def inks_of(drawings: Mapping[Path, Drawing], card: StyleCard) -> tuple[float, ...]:
    """The ink of every drawing on the card's canvas: what a weight is compared with."""
    from ..media.lint_look import Look

    return tuple(Look(drawing, card).ink for drawing in drawings.values() if drawing.shapes)


def _keep(studio: Studio, path: Path, mended: Mended, out: str | Path | None, unsigned: bool) -> Fixed:
    """Write the mended copy, sign it as a child of the file, and hand it to the library."""
    from ..media.table import mime_of
    from ..trust.seal import Sealed
    from ..trust.seal import unsigned as no_credential

    opened = edits._open(studio, path)
    folder = Path(out).expanduser() if out is not None else path.parent
    studio.library.ready(folder)
    data, exact = written(opened.data, opened.drawing, mended)
    work = _work(opened, mended)
    card = opened.story.get("model") or {}
    if unsigned:
        sealed = Sealed(data, None, no_credential())
    else:
        parent = again.parent_of(path)
        sealed = studio._seal(work, data, mime_of(Path("x.svg")), None, card=card, action="edited", parents=[parent])
    stem = path.stem  # her own spelling: it is a good file name already
    if folder.resolve() == path.parent.resolve():
        stem += "-fixed"
    base = [str(work.request.base)]
    asset = studio.library.keep(work, sealed, folder, suffix=".svg", stem=stem, parents=base, card=card)
    return Fixed(asset, mended, exact)


def written(data: bytes, before: Drawing, mended: Mended) -> tuple[bytes, bool]:
    """The mended file: the old one with only the mended elements new, or, where that cannot be, a clean one."""
    from ..media.drawing import to_svg
    from ..media.svg_splice import Piece, splice

    if mended.drawing.viewbox == before.viewbox:
        pieces = [
            Piece(shape, of, same=shape == before.shapes[of])
            for shape, of in zip(mended.drawing.shapes, mended.of, strict=True)
        ]
        spliced = splice(data, pieces)
        if spliced is not None:
            return spliced, True
    return to_svg(mended.drawing).encode(), False


def _work(opened: edits._Opened, mended: Mended) -> Work[Any]:
    from ..makers.icon import IconControls

    story = opened.story
    told = story.get("request") or {}
    before = edits.authors(story, len(opened.drawing.shapes))
    shapes: list[dict[str, Any]] = []
    for shape, of in zip(mended.drawing.shapes, mended.of, strict=True):
        same = shape == opened.drawing.shapes[of]
        shapes.append({"by": before[of], "was": of + 1, **({} if same else {"mended": True})})
    request: Request[Any] = Request(
        "icon",
        opened.title or opened.path.stem,
        IconControls(),
        0,
        1,
        base=sha256_bytes(opened.path.read_bytes()),
        licence=told.get("licence"),
    )
    fixes = [one.as_dict() for one in mended.done]
    trace = {"shapes": shapes, "mend": fixes, "viewbox": list(mended.drawing.viewbox)}
    ingredients = tuple(Ingredient(**one) for one in story.get("ingredients") or ())
    drawing = replace(mended.drawing, title=opened.drawing.title)
    return Work(drawing, request, 0, "", "edited", note_of(mended), ingredients, trace)


def note_of(mended: Mended) -> str:
    """What was done in a line: "mended by rule: 3 fixes (arcs, grid), IoU 0.998 with the file"."""
    rules = ", ".join(dict.fromkeys(one.finding.rule for one in mended.done))
    many = len(mended.done)
    return f"mended by rule: {many} {'fix' if many == 1 else 'fixes'} ({rules}), IoU {1 - mended.worse:.3f} with before"
