"""Tools on pictures: a file opened with what its credential tells, and what came of it kept as its signed child.

photo = open_picture(studio, "meadow.jpg")
kept = keep_move(studio, painted, verb="paint", sources=[(photo, "parent")], settings={"technique": "oil"}, out="oils")

The file itself stays as it is. A source is a *parent* where its own pixels were changed, and an *input* where it was
only looked at: the painting whose colours were borrowed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..core.errors import CredentialError, RightsError, UsageError
from ..core.hashing import sha256_bytes
from ..core.registry import nearest
from ..core.types import How, Ingredient, Request, Work
from . import again, files

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..media.picture import Picture
    from ..trust.picture_marks import Marked
    from ..trust.seal import Action, Parent, Sealed
    from ..trust.verify import Verdict
    from .lineage import Asset
    from .studio import Studio

CRAFT = "picture"
SUFFIXES = (".png", ".jpg", ".webp", ".tiff", ".avif", ".ora")  # a picture can be kept as any of these
Role = Literal["parent", "input"]
_NONE: Mapping[str, Any] = {"signer": "", "where": "none", "summary": "unsigned, as asked"}


@dataclass(frozen=True)
class OpenedPicture:
    """A picture that a tool works on: its file, the bytes as they were read, and what its credential tells."""

    path: Path
    data: bytes = field(repr=False)
    picture: Picture
    verdict: Verdict
    credit: Mapping[str, str] = field(default_factory=dict)  # author, licence, source, where a record names them

    @property
    def story(self) -> Mapping[str, Any]:
        """Our own lineage of it; {} for a file that Maquette did not make."""
        return self.verdict.story if self.verdict.story and "request" in self.verdict.story else {}

    @property
    def title(self) -> str:
        """How a person calls it: the prompt it was made from, the title inside the file, or the file's name."""
        asked = (self.story.get("request") or {}).get("prompt")
        return str(asked or self.credit.get("title") or self.picture.title or self.path.stem)

    @property
    def licence(self) -> str:
        """The licence it is offered under, "" where none is known."""
        return str((self.story.get("request") or {}).get("licence") or self.credit.get("licence") or "")

    @property
    def id(self) -> str:
        """The sha256 of its bytes: what the library calls it."""
        return sha256_bytes(self.data)


@dataclass(frozen=True)
class Beside:
    """A file that is written beside a result: strokes (.svg), a clip (.webp), layers (.ora). NAME{tail}{suffix}."""

    suffix: str
    data: bytes = field(repr=False)
    tail: str = ""


@dataclass(frozen=True)
class BesideFile:
    """A file that was written beside a result, and its credential: {"signer", "where", "summary"}."""

    path: Path
    credential: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        return {"path": str(self.path), "credential": dict(self.credential)}


@dataclass(frozen=True)
class KeptPicture:
    """A result that was kept: its asset, the files beside it, its size where it is a picture, and remarks."""

    asset: Asset
    files: tuple[BesideFile, ...] = ()
    size: tuple[int, int] | None = None
    said: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        wide, high = self.size or (None, None)
        told = {
            "width": wide,
            "height": high,
            "files": [one.as_dict() for one in self.files],
            "said": list(dict.fromkeys(self.said)),
        }
        return {**self.asset.as_dict(), **told}


# -- opening ----------------------------------------------------------------------------------------------------------


def open_picture(studio: Studio, path: str | Path) -> OpenedPicture:
    """A picture by the path of its file or by its id in the library.

    Raises MediaError for a file that is no picture, CredentialError for one whose credential does not hold (its story
    would be passed on), and RightsError for one whose author does not want it used so.
    """
    from ..media.table import open_media

    asset = studio.library.get(path)
    file = Path(path) if asset is None or Path(path).is_file() else asset.path
    picture = open_media(file)
    if type(picture).__name__ != "Picture":
        mend = "name a .png, .jpg, .webp, .tiff, .avif or .ora file"
        raise UsageError(f"{file.name} is no picture of pixels", where=str(file), mend=mend)
    verdict = studio.verdict(file)
    if verdict.state == "invalid":
        raise CredentialError(
            f"the credential of this file does not hold: {verdict.summary}",
            where=str(file),
            mend="take your own changes in first (maquette adopt FILE --from ORIGINAL), or name the untouched file",
        )
    _require_consent(studio, file, verdict)
    return OpenedPicture(file, file.read_bytes(), picture, verdict, _credit_of(file))


def _require_consent(studio: Studio, path: Path, verdict: Verdict) -> None:
    """Raise RightsError where the author refuses the use as an input: in the credential, or in a tdmrep.json.

    CAWG training and data mining 1.1, `cawg.ai_inference`; W3C TDM Reservation Protocol. One's own refusals speak to
    others.
    """
    from ..data.consent import reservation
    from ..trust.own import signed_by_me

    said = reservation(path)
    for one in verdict.chain:
        entry = one["training"].get("cawg.ai_inference") or {}
        if entry.get("use") not in (None, "allowed"):
            said = said or f"its credential says ai_inference: {entry['use']}"
    if said and path not in signed_by_me([path], at=studio.places):
        raise RightsError(
            f"the author of this picture does not want it worked on so: {said}",
            where=str(path),
            mend="ask its author, or choose another picture",
        )


def _credit_of(path: Path) -> dict[str, str]:
    """What the records of its folder (items.jsonl, licence.toml) say of a file: title, author, licence, source."""
    from ..core.errors import DataError
    from ..data.dataset import ITEMS, LICENCE, read_licence_file

    said: dict[str, str] = {}
    if (path.parent / LICENCE).is_file():
        try:
            said |= {key: str(value) for key, value in read_licence_file(path.parent).items()}
        except DataError:
            return said
    listing = path.parent / ITEMS
    if listing.is_file():
        for line in listing.read_text("utf-8", errors="replace").splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if isinstance(record, dict) and record.get("file") == path.name:
                said |= {key: str(record[key]) for key in ("title", "author", "licence", "source") if record.get(key)}
    return said


# -- keeping ----------------------------------------------------------------------------------------------------------


def keep_move(
    studio: Studio,
    media: Picture | bytes,
    *,
    verb: str,
    sources: Sequence[tuple[OpenedPicture, Role]],
    settings: Mapping[str, Any],
    note: str = "",
    how: How = "edited",
    out: str | Path = ".",
    stem: str = "",
    beside: Sequence[Beside] = (),
    seed: int = 0,
    checkpoint: Checkpoint | None = None,
    trace: Mapping[str, Any] | None = None,
    unsigned: bool = False,
    private: bool = False,
    mark: bool | None = None,
    suffix: str = ".png",
    prompt: str = "",
    quality: int = 90,
) -> KeptPicture:
    """Keep what a tool made as a signed work in `out` and in the library, with the files beside it.

    media: the picture, or the finished bytes of another kind of file (`suffix` says which: ".svg"). verb: what was
    done, for the record and the file's name. sources: what it was made of, each a parent or an input. settings: what
    was asked for, as plain data. note: one line for people. stem: of the file name, else the first source's with the
    verb. checkpoint: the model that had a part. trace: further plain data for `explain` and `remake`. mark: the
    invisible watermark; None puts it where a picture can carry one. Raises UsageError, RightsError, CredentialError,
    LibraryError.
    """
    folder = Path(out).expanduser()
    studio.library.ready(folder)
    keeper = _Keeper(studio, verb, tuple(sources), dict(settings), how, seed, checkpoint, unsigned, private, prompt)
    work = keeper.work(media, note, trace or {})
    title = verb if private else work.request.prompt
    marked = keeper.marked(media, mark, suffix)
    media = media if marked is None else marked.picture
    data, said = _written(media, suffix, title=title, comment=keeper.comment, quality=quality)
    finding = studio.originality(work, checkpoint) if checkpoint is not None else None
    sealed = keeper.sealed(work, data, suffix, finding, marked)
    asset = studio.library.keep(
        work,
        sealed,
        folder,
        suffix=suffix,
        stem=files.slug(stem or keeper.stem),
        parents=[one.id for one in keeper.parents],
        originality=finding,
        card=keeper.card,
        private=private,
    )
    done = tuple(keeper.beside(one, asset, work, sealed, suffix, folder) for one in beside)
    size = None if isinstance(media, bytes) else media.size
    return KeptPicture(asset, done, size, tuple(dict.fromkeys([*keeper.said, *said])))


def suffix_of(name: str) -> str:
    """ "JPG", ".jpeg" or "jpg" as the suffix that pictures are kept under. Raises UsageError for another kind."""
    suffix = "." + name.strip().lower().lstrip(".")
    suffix = {".jpeg": ".jpg", ".tif": ".tiff"}.get(suffix, suffix)
    if suffix not in SUFFIXES:
        known = [one.lstrip(".") for one in SUFFIXES]
        raise UsageError(f"a picture cannot be kept as {name!r}", mend=nearest(suffix.lstrip("."), known))
    return suffix


def _written(
    media: Picture | bytes, suffix: str, *, title: str, comment: str, quality: int
) -> tuple[bytes, tuple[str, ...]]:
    """The bytes of the file, and what its form cannot carry."""
    if isinstance(media, bytes):
        return media, ()
    from ..media import picture_file

    suffix_of(suffix)
    said = picture_file.losses(media, suffix, quality=quality)
    return picture_file.written(media, suffix, title=title, comment=comment, quality=quality), said


@dataclass(frozen=True)
class _Keeper:
    """Writes, seals and keeps the results of one move."""

    studio: Studio
    verb: str
    sources: tuple[tuple[OpenedPicture, Role], ...]
    settings: Mapping[str, Any]
    how: How
    seed: int
    box: Checkpoint | None
    unsigned: bool
    private: bool
    prompt: str

    @property
    def parents(self) -> list[OpenedPicture]:
        return [one for one, role in self.sources if role == "parent"]

    @property
    def said(self) -> list[str]:
        """What reading the sources could not carry, with their names where there are several."""
        several = len(self.sources) > 1
        return [f"{one.path.name}: {line}" if several else line for one, _ in self.sources for line in one.picture.said]

    @property
    def comment(self) -> str:
        return "made with Maquette, unsigned" if self.unsigned else again.COMMENT

    @property
    def stem(self) -> str:
        if not self.sources or self.private:
            return self.verb if self.private or not self.prompt else files.slug(self.prompt)
        name = files.slug((self.parents or [self.sources[0][0]])[0].path.stem)
        return name if name.endswith(f"-{self.verb}") else f"{name}-{self.verb}"

    @property
    def card(self) -> Mapping[str, Any]:
        """Of the model that had a part now, else of the one that made a source: its credits go on."""
        if self.box is not None:
            return self.box.card
        known = (one.story.get("model") for one, _ in self.sources)
        return next((model for model in known if model), {})

    def work(self, media: Any, note: str, trace: Mapping[str, Any]) -> Work[Any]:
        """The work that a story is told of."""
        first = self.parents[0] if self.parents else None
        title = self.prompt or (first.title if first else self.sources[0][0].title if self.sources else self.verb)
        request: Request[Any] = Request(
            CRAFT,
            title,
            {},
            self.seed,
            1,
            base=first.id if first else None,
            checkpoint=self.box.name if self.box is not None else None,
            licence=str((first.story.get("request") or {}).get("licence") or "") or None if first else None,
        )
        by = "model" if self.box is not None else "rule"
        told = {"move": {"name": self.verb, "by": by, "asked": dict(self.settings)}, **trace}
        known = self.box.id if self.box is not None else ""
        return Work(media, request, self.seed, known, self.how, note or self.verb, self._credits(), told)

    def _credits(self) -> tuple[Ingredient, ...]:
        """Whose work went in: the sources that name an author or a licence, and all that they were made of."""
        found: list[Ingredient] = []
        for one, role in self.sources:
            if one.credit.get("author") or one.credit.get("licence"):
                relation: Any = "parentOf" if role == "parent" else "inputTo"
                author, licence, source = (one.credit.get(key, "") for key in ("author", "licence", "source"))
                found.append(Ingredient(one.title, relation, CRAFT, author, licence, source, one.id))
            found += [Ingredient(**told) for told in one.story.get("ingredients") or ()]
        return tuple(dict.fromkeys(found))

    def marked(self, media: Picture | bytes, wanted: bool | None, suffix: str) -> Marked | None:
        """The picture with this studio's invisible mark where it can carry one; None for what is no picture.

        An unsigned work gets none: a mark says which credential a picture belongs to.
        """
        from ..trust import picture_marks

        if isinstance(media, bytes) or self.unsigned:
            return None
        if suffix == ".ora":
            return picture_marks.Marked(media, None, "none: a file of layers is for going on with, and carries none")
        return picture_marks.put(media, self.studio.signer, wanted=wanted)

    def sealed(
        self, work: Work[Any], data: bytes, suffix: str, finding: Mapping[str, Any] | None, marked: Marked | None = None
    ) -> Sealed:
        """The bytes with their credential, in which every source stands with its own."""
        from ..trust.seal import Sealed
        from ..trust.seal import unsigned as no_credential

        if self.unsigned:
            return Sealed(data, None, no_credential())
        from ..trust.credentials import mime_of

        action: Action = "edited" if self.parents else "created"
        return self.studio._seal(
            work,
            data,
            mime_of(f"x{suffix}"),
            finding,
            card=self.card,
            action=action,
            parents=[_parent(one, role) for one, role in self.sources],
            private=self.private,
            marked=marked,
        )

    def beside(
        self, one: Beside, asset: Asset, work: Work[Any], sealed: Sealed, suffix: str, folder: Path
    ) -> BesideFile:
        """Write a file beside the result, sealed as made from it."""
        from dataclasses import replace

        from ..trust.credentials import mime_of
        from ..trust.seal import Parent

        data, sidecar, told = one.data, None, _NONE
        if not self.unsigned:
            mime = mime_of(f"x{one.suffix}", one.data[:4096])
            parent = Parent(sealed.data, mime_of(f"x{suffix}"), sealed.sidecar, title=asset.path.name)
            request = replace(work.request, base=asset.id)
            child = replace(work, request=request, note=f"{work.note}, as {one.suffix.lstrip('.').upper()}")
            made = self.studio._seal(
                child, data, mime, None, card=self.card, action="edited", parents=[parent], private=self.private
            )
            data, sidecar = made.data, made.sidecar
            own = made.credential
            told = {"signer": own.signer, "where": own.where, "summary": own.summary}
        with files.told(folder, "the folder"):
            path, _ = files.put(data, sidecar, folder, f"{asset.path.stem}{one.tail}", one.suffix)
        return BesideFile(path, told)


def _parent(one: OpenedPicture, role: Role) -> Parent:
    """A source for the credential, with its own credential or sidecar."""
    from ..trust.seal import Parent

    beside = one.path.with_name(one.path.name + ".c2pa")
    sidecar = beside.read_bytes() if beside.is_file() else None
    return Parent(one.data, again.mime_of(one.path), sidecar, title=one.path.name, role=role)
