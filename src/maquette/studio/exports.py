"""Exporting: icons in, the files that other tools ask for out; each is signed and says whose icons it is made of."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import CredentialError, UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.registry import nearest
from . import export_points, files
from .export_credits import NOTICE, credit_line, notice_of

if TYPE_CHECKING:
    from ..data.dataset import Item
    from ..media.exports import File, Icon, Settings
    from ..trust.exports import Part
    from .studio import Studio

STAGE = files.PREFIX + "export-"  # how the folder in which an export is prepared is called
CONTENTS = "contents.json"
# Files that are handed on by themselves: their credential lies beside each. Those of a code folder are listed.
ALONE = (".pdf", ".ico", ".ttf", ".woff2")
_FORBIDDEN = re.compile(r'[<>:"/\\|?*#%&\x00-\x20\x7f]+')  # in file names on Windows, or in addresses


@dataclass(frozen=True)
class Exported:
    """One file of an export, and its credential: {"signer", "where", "summary"}; `where` is "embedded", "sidecar",
    "list" (its hash stands in the folder's signed contents.json) or "none"."""

    path: Path
    kind: str
    credential: Mapping[str, Any]
    icons: tuple[str, ...] = ()
    folder: Path = Path()  # of its kind

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        return {
            "path": str(self.path),
            "kind": self.kind,
            "icons": list(self.icons),
            "credential": dict(self.credential),
        }


@dataclass(frozen=True)
class How:
    """`unsigned`: no credentials. `bare`: none inside the files, one signed list per folder instead. `update`: put new
    files in the place of those of an earlier export in the same folder."""

    unsigned: bool = False
    bare: bool = False
    update: bool = False


@dataclass(frozen=True)
class Source:
    """A file that is exported: the icon in it, and what is known of it."""

    path: Path
    icon: Icon
    part: Part


@dataclass
class Export:
    """One export under way."""

    studio: Studio
    sources: Sequence[Source]
    settings: Settings
    how: How
    made: list[Exported] = field(default_factory=list)

    def prepare(self, kind: str, folder: Path) -> list[Exported]:
        """Make all files of one kind in `folder`; the paths in what is returned are relative to it."""
        from ..media.exports import export

        icons = [source.icon for source in self.sources]
        made = list(export(kind, icons, self.settings))
        # No name may stand twice, whatever the icons are called.
        assert len({file.path.casefold() for file in made}) == len(made)
        done = [self._write(kind, file, folder) for file in made]
        open_ones = [one for one in done if one.credential["where"] == "list"]
        parts = self._parts("")
        if text := notice_of(parts, always=any(not file.icon for file in made)):
            (folder / NOTICE).write_text(text, encoding="utf-8", newline="\n")
            done.append(Exported(Path(NOTICE), kind, _NONE))
        if open_ones:
            done += self._list(kind, folder, parts, done)
        return done

    def _parts(self, icon: str) -> list[Part]:
        return [source.part for source in self.sources if icon in ("", source.icon.name)]

    def _write(self, kind: str, file: File, folder: Path) -> Exported:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        parts = self._parts(file.icon)
        names = tuple(part.name for part in parts)
        data, told = file.data, _NONE
        if not self.how.unsigned:
            data, told = self._sealed(kind, file, parts, path)
        path.write_bytes(data)
        return Exported(Path(file.path), kind, told, names)

    def _sealed(self, kind: str, file: File, parts: Sequence[Part], path: Path) -> tuple[bytes, Mapping[str, Any]]:
        from ..trust.credentials import EMBEDS, mime_of
        from ..trust.exports import seal_export

        mime, suffix = mime_of(file.path), path.suffix.lower()
        if self.how.bare or (suffix not in ALONE and mime not in EMBEDS):
            return file.data, {"signer": self.studio.signer.name, "where": "list", "summary": f"listed in {CONTENTS}"}
        name = parts[0].name if len(parts) == 1 else self.settings.name
        what = f"exported as {path.name}" if file.icon else f"{path.name}, of {len(parts)} icons"
        trace = {"export": {"kind": kind, "icons": len(parts)}}
        sealed = seal_export(parts, file.data, mime, name=name, what=what, signer=self.studio.signer, trace=trace)
        if sealed.sidecar is not None:
            path.with_name(path.name + ".c2pa").write_bytes(sealed.sidecar)
        told = sealed.credential
        return sealed.data, {"signer": told.signer, "where": told.where, "summary": told.summary}

    def _list(self, kind: str, folder: Path, parts: Sequence[Part], done: Sequence[Exported]) -> list[Exported]:
        """The signed list of everything in a folder whose files cannot each have a credential beside them."""
        from ..core.hashing import sha256_bytes
        from ..trust.exports import list_of, seal_export

        there = {one.path.as_posix(): (folder / one.path).read_bytes() for one in done}
        text = list_of(there, parts, f"{self.settings.name}, exported as {kind}")
        hashes = {path: sha256_bytes(data) for path, data in there.items()}
        sealed = seal_export(
            parts,
            text,
            "application/json",
            name=self.settings.name,
            what=f"{len(there)} files, exported as {kind}",
            signer=self.studio.signer,
            trace={"export": {"kind": kind, "icons": len(parts)}, "files": hashes},
        )
        assert sealed.sidecar is not None  # nothing can be embedded in JSON
        (folder / CONTENTS).write_bytes(text)
        (folder / f"{CONTENTS}.c2pa").write_bytes(sealed.sidecar)
        told = sealed.credential
        credential = {"signer": told.signer, "where": told.where, "summary": told.summary}
        return [Exported(Path(CONTENTS), kind, credential, tuple(part.name for part in parts))]


_NONE: Mapping[str, Any] = {"signer": "", "where": "none", "summary": "unsigned"}


def export(
    studio: Studio,
    paths: Sequence[str | Path],
    kinds: Sequence[str],
    out: str | Path,
    *,
    name: str | None = None,
    unsigned: bool = False,
    bare: bool = False,
    update: bool = False,
    only: Sequence[str] = (),
    codepoints: str | Path | None = None,
    on_progress: OnProgress = silent,
    **settings: Any,
) -> list[Exported]:
    """The body of `Studio.export`. All kinds are prepared out of sight and get their names at the end, or none does.

    `name`: of the set; otherwise the folder's, or that of the only icon. `unsigned`, `bare`, `update`: see `How`.
    `only`: names of icons; the others are left out. `codepoints`: the file that a font's numbers are taken from;
    otherwise that of the last font in `out`. `settings`: further fields of `media.exports.Settings`.
    """
    from ..media.exports import KINDS, Settings

    if not kinds:
        raise UsageError("there is no kind to export", mend=f"known are {', '.join(KINDS)}")
    for kind in kinds:
        if kind not in KINDS:
            raise UsageError(f"icons cannot be exported as {kind!r}", mend=nearest(kind, KINDS))
    folder, how = Path(out).expanduser(), How(unsigned, bare, update)
    sources = chosen(read_sources(studio, paths, folder, how), only)
    called = plain_name(name or _set_name([Path(path) for path in paths], sources))
    if "font" in kinds:
        names = [source.icon.name for source in sources]
        settings["codepoints"] = export_points.points_for(names, called, folder, codepoints, studio.say)
        _say_tints(studio, sources)
    files.ready(folder)
    _sweep(folder)
    credit = credit_line([source.part for source in sources])
    job = Export(studio, sources, Settings(called, credit=credit, **settings), how)
    with files.told(folder, "the folder"):
        stage = Path(tempfile.mkdtemp(prefix=STAGE, dir=folder))
        try:
            os.chmod(stage, 0o755)
            prepared: dict[str, list[Exported]] = {}
            for number, kind in enumerate(dict.fromkeys(kinds), 1):
                (stage / kind).mkdir()
                prepared[kind] = job.prepare(kind, stage / kind)
                on_progress(Progress(number, len(kinds), kind))
            return _settle(studio, prepared, stage, folder, how)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _settle(studio: Studio, prepared: Mapping[str, list[Exported]], stage: Path, out: Path, how: How) -> list[Exported]:
    """Give every prepared folder its name; a name that is taken gets -2, unless it is to be brought up to date."""
    done: list[Exported] = []
    placed: list[Path] = []
    try:
        for kind, made in prepared.items():
            target = out / kind
            if how.update and target.is_dir():
                if left := _replace(stage / kind, target):
                    told = ", ".join(left[:5]) + (f" and {len(left) - 5} more" if len(left) > 5 else "")
                    studio.say(f"{target.name}: files that this export does not make are left there: {told}")
            else:
                target = _place_folder(stage / kind, out, kind)
                placed.append(target)
            done += [dataclasses.replace(one, path=target / one.path, folder=target) for one in made]
    except BaseException:
        for target in placed:
            shutil.rmtree(target, ignore_errors=True)
        raise
    return done


def _place_folder(prepared: Path, out: Path, kind: str) -> Path:
    for name in files.numbered(kind, ""):
        target = out / name
        if not os.path.lexists(target):
            try:
                os.rename(prepared, target)
            except OSError:
                if not os.path.lexists(target):  # else another process took the name meanwhile
                    raise
            else:
                return target
    raise AssertionError("names never run out")


def _replace(prepared: Path, target: Path) -> list[str]:
    """Put each prepared file in the place of the old one, one by one and each whole; the names of what else is there.

    A credential of before goes with the file that it was for.
    """
    fresh = {path.relative_to(prepared) for path in prepared.rglob("*") if path.is_file()}
    old = {path.relative_to(target) for path in target.rglob("*") if path.is_file()} - fresh
    stale = {path for path in old if path.suffix == ".c2pa" and path.with_suffix("") in fresh}
    stale |= {path for path in old if path.name in (CONTENTS, f"{CONTENTS}.c2pa") and len(path.parts) == 1}
    for path in stale:
        (target / path).unlink(missing_ok=True)
    # Credentials first: a signed file is never there without its own.
    for path in sorted(fresh, key=lambda path: (path.suffix != ".c2pa", path)):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        os.replace(prepared / path, target / path)
    return sorted(path.as_posix() for path in old - stale)


def _sweep(out: Path) -> None:
    """Remove what a process that was killed long ago had prepared."""
    limit = time.time() - files.STALE
    for path in out.glob(f"{STAGE}*"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < limit:
                shutil.rmtree(path, ignore_errors=True)


# -- what goes in --------------------------------------------------------------------------------------------------


def read_sources(studio: Studio, paths: Sequence[str | Path], out: Path, how: How) -> list[Source]:
    """The icons of files and folders, each with what its credential and the folder's records say of it.

    Raises UsageError where there is nothing to export, MediaError for a named file that is no drawing, CredentialError
    for one that was changed after it was signed.
    """
    from ..data.licences import canonical
    from ..media.exports import Icon
    from ..trust.credentials import mime_of
    from ..trust.exports import Part

    items = [item for path in paths for item in _items(studio, Path(path).expanduser(), out)]
    if not items:
        raise UsageError("there is no icon to export", mend="name SVG files, or a folder that holds some")
    items = list({item.file.resolve(): item for item in items if item.file is not None}.values())
    found = [item.file for item in items if item.file is not None]
    stories = _stories(studio, found, how)
    made = []
    for item, path, name, (story, signer, signed) in zip(items, found, names_of(found), stories, strict=True):
        offered = str((story.get("request") or {}).get("licence") or "")
        data = path.read_bytes()
        part = Part(
            name,
            data,
            mime_of(path.name, data[:4096]),
            sidecar=_sidecar(path),
            signed=signed,
            # Who signs what a model drew is not thereby its author; whose hand changed it is.
            author=item.author or (signer if story.get("human") else ""),
            licence=item.licence or (canonical(offered) if offered else ""),
            source=item.source,
            story=story,
        )
        made.append(Source(path, Icon(name, _drawing(studio, path)), part))
    return made


def _items(studio: Studio, path: Path, out: Path) -> Iterator[Item]:
    from ..data.dataset import DRAWINGS, ITEMS, Item, open_dataset, read_licence_file

    if path.is_dir():
        if not any(one.suffix.lower() in DRAWINGS for one in path.rglob("*")):
            raise UsageError("there is no icon in this folder", where=str(path), mend="name one that holds SVG files")
        own = re.compile(rf"({'|'.join(_kinds())})(-\d+)?")
        dataset = open_dataset(path, skip_unreadable=True)
        for one in dataset.skipped:
            studio.say(f"{one.name} is left out: {one.reason}")
        for item in dataset.items:
            if item.file is None:
                continue
            # An earlier export may lie inside the folder of the icons; it is no icon of the set.
            inside = item.file.resolve()
            below = inside.relative_to(out.resolve()).parts if inside.is_relative_to(out.resolve()) else ()
            if len(below) < 2 or not own.fullmatch(below[0]):
                yield item
        return
    if not path.is_file():
        raise UsageError("there is no such file or folder", where=str(path), mend="name SVG files, or a folder")
    if (path.parent / ITEMS).is_file():
        listed = open_dataset(path.parent, skip_unreadable=True).items
        known = next((item for item in listed if item.file and item.file.resolve() == path.resolve()), None)
        if known is not None:
            yield known
            return
    said = read_licence_file(path.parent)
    licence = said.get("licence") or said.get("license") or ""
    yield Item(path.name, path.stem, said.get("author", ""), licence, said.get("source", ""), file=path)


def chosen(sources: Sequence[Source], only: Sequence[str]) -> list[Source]:
    """The sources of these names, all of them where none is given. Raises UsageError for a name that is not there."""
    names = [source.icon.name for source in sources]
    for name in only:
        if name not in names:
            raise UsageError(f"there is no icon called {name!r} to export", mend=nearest(name, names))
    return [source for source in sources if not only or source.icon.name in only]


def _say_tints(studio: Studio, sources: Sequence[Source]) -> None:
    """A glyph has one ink: name the icons that have more."""
    tinted = [one.icon.name for one in sources if any(shape.paint.opacity < 1 for shape in one.icon.drawing.shapes)]
    if tinted:
        studio.say(f"a font knows no tints; they are drawn in full in {', '.join(tinted[:5])}, {len(tinted)} in all")


def _set_name(paths: Sequence[Path], sources: Sequence[Source]) -> str:
    folders = [path.expanduser().resolve() for path in paths if path.is_dir()]
    return folders[0].name if folders else sources[0].icon.name if len(sources) == 1 else "icons"


def _kinds() -> list[str]:
    from ..media.exports import KINDS

    return [re.escape(kind) for kind in KINDS]


def _drawing(studio: Studio, path: Path) -> Any:
    from ..media.drawing import read

    drawing = read(path)
    if drawing.lost:
        studio.say(f"{path.name} holds what an export cannot keep: {'; '.join(drawing.lost)}")
    if not drawing.shapes:
        raise UsageError("this drawing is empty", where=str(path), mend="leave it out, or draw something in it")
    return drawing


def _sidecar(path: Path) -> bytes | None:
    beside = path.with_name(path.name + ".c2pa")
    return beside.read_bytes() if beside.is_file() else None


def _stories(studio: Studio, paths: Sequence[Path], how: How) -> list[tuple[Mapping[str, Any], str, bool]]:
    """(story, signer, whether there is a credential) of each file; ({}, "", ...) of one that tells none."""
    from ..trust.verify import verify_all

    told: list[tuple[Mapping[str, Any], str, bool]] = []
    for path, verdict in zip(paths, verify_all(paths, at=studio.places), strict=True):
        if verdict.state == "invalid" and not how.unsigned:
            raise CredentialError(
                f"{path.name} was changed after it was signed: {verdict.summary}",
                where=str(path),
                mend="take your change in with `maquette adopt`, or export with --unsigned",
            )
        ours = verdict.holds and verdict.story
        told.append((*((verdict.story, verdict.signer) if ours else ({}, "")), verdict.state != "unsigned"))
    return told


def names_of(paths: Sequence[Path]) -> list[str]:
    """A name for each icon: its file's, with the folder's before it where two files have the same; all different."""
    stems = [path.stem.casefold() for path in paths]
    names: list[str] = []
    taken: set[str] = set()
    for path, stem in zip(paths, stems, strict=True):
        long = stems.count(stem) > 1 and path.parent.name
        wanted = plain_name(f"{path.parent.name}-{path.stem}" if long else path.stem)
        for name in files.numbered(wanted, ""):
            if name.casefold() not in taken:
                taken.add(name.casefold())
                names.append(name)
                break
    return names


def plain_name(text: str) -> str:
    """A name that may stand in file names on every system and in an address: "arrow left" -> "arrow-left"."""
    name = _FORBIDDEN.sub("-", text).strip("-. ") or "icon"
    return f"{name}-icon" if name.lower() in files.RESERVED else name
