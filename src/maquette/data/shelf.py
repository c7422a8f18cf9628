"""The shelf: openly licensed drawings at hand, which a maker looks at before it draws.

    lucide        comes with the base install (package python-lucide): an SQLite file that is read directly
    tabler        with the extra `maquette[shelf]` (package tabler-icons, an archive of SVG files), or if the larger
                  pytablericons is installed (a folder of them; it brings pygame with it)
    any folder    that a creator puts there (`maquette shelf add FOLDER`), with its licence: see `data.dataset`; her
                  own set is added with --own, for what she has drawn herself is nobody else's work to draw after

Search goes by name first, then by the artists' tags, each word weighted by its rarity on the shelf (inverse document
frequency, Sparck Jones 1972). What is found always carries its author and licence, so that it can be credited.
"""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import json
import math
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol
from zipfile import BadZipFile, ZipFile

from maquette.core.errors import DataError, UsageError
from maquette.core.hashing import sha256_bytes
from maquette.core.settings import places
from maquette.core.spelling import normal_words, split

if TYPE_CHECKING:
    from maquette.data.dataset import Dataset

Match = Literal["name", "part", "tags"]

SHELVES = "shelves.json"  # in MAQUETTE_HOME: the folders that were added
TAG_WEIGHT = 0.6  # of a word found in the tags, where one in the name counts 1
IN_TAG_WEIGHT = 0.3  # of a word found inside a tag of several words
SYNONYM_WEIGHT = 0.6  # of a synonym of a word, where the word itself counts 1
EXTRA_MODIFIER = 0.15  # taken off for each word of a name that nobody asked for, if it only varies the thing,
EXTRA_THING = 0.3  # or if it is another thing ("robot-arm" for robot)
LITERAL = 0.1  # added where the name is spelt as what was asked for: "user" before "users"
LEAST_SCORE = 0.1  # below it nothing is offered
MODIFIERS = frozenset(
    """off on plus minus x check up down left right top bottom circle square round dot dashed big small large open
    closed 1 2 3 4 alt new outline filled add remove cog pen search alert ellipsis arrow""".split()
)
# Lucide's icons that come from Feather (its LICENSE names them) stand under Feather's licence.
FEATHER = frozenset(
    """airplay alert-circle alert-octagon alert-triangle aperture arrow-down-circle arrow-down-left arrow-down-right
    arrow-down arrow-left-circle arrow-left arrow-right-circle arrow-right arrow-up-circle arrow-up-left arrow-up-right
    arrow-up at-sign calendar cast check chevron-down chevron-left chevron-right chevron-up chevrons-down chevrons-left
    chevrons-right chevrons-up circle clipboard clock code columns command compass corner-down-left corner-down-right
    corner-left-down corner-left-up corner-right-down corner-right-up corner-up-left corner-up-right crosshair database
    divide-circle divide-square dollar-sign download external-link feather frown hash headphones help-circle info
    italic key layout life-buoy link-2 link loader lock log-in log-out maximize meh minimize minimize-2 minus-circle
    minus-square minus monitor moon more-horizontal more-vertical move music navigation-2 navigation octagon
    pause-circle percent plus-circle plus-square plus power radio rss search server share shopping-bag sidebar
    smartphone smile square table-2 tablet target terminal trash-2 trash triangle tv type upload x-circle x-octagon
    x-square x zoom-in zoom-out""".split()
)


@dataclass(frozen=True)
class ShelfIcon:
    """A drawing found on a shelf, with everything its credit needs.

    `match` says how it was found: its whole "name" is what was asked for, some words are a "part" of its name, or they
    stand in its "tags" only. `score` is higher for a better match, 1 or more where every word stands in the name.
    """

    name: str
    set: str
    author: str
    licence: str
    source: str
    tags: tuple[str, ...]
    svg: str
    sha256: str
    match: Match
    score: float
    own: bool = False  # of the creator's own set


class Shelf(Protocol):
    """A set of drawings that can be searched."""

    name: str
    licence: str

    def __len__(self) -> int: ...

    def search(self, words: Sequence[str], k: int = 8, *, synonyms: Mapping[str, str] | None = None) -> list[ShelfIcon]:
        """The `k` best drawings for these words (in any order, any spelling), best first; [] if nothing fits.

        `synonyms` maps a word to other words that may stand for it, at a lower weight.
        """
        ...


@dataclass(frozen=True)
class _Entry:
    """What is ranked: the words of the name and of the tags; `key` finds the drawing."""

    key: int
    name: str
    words: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True)
class _Ranked:
    key: int
    match: Match
    score: float


def open_shelves() -> list[Shelf]:
    """All shelves of this installation: the creator's own folders first, then Lucide, then further installed sets.

    A folder that is gone is passed over here; `listed_folders` still names it.
    """
    own = set(own_folders())
    shelves: list[Shelf] = [FolderShelf(folder, folder in own) for folder in listed_folders() if folder.exists()]
    database = _package_file("lucide", "data/lucide-icons.db")
    if database is not None:
        shelves.append(LucideShelf(database))
    tabler = _package_file("pytablericons", "icons/outline") or _package_file("tabler_icons", "archive.zip")
    if tabler is not None:
        shelves.append(TablerShelf(tabler))
    return shelves


def search_shelves(
    words: Sequence[str],
    k: int = 8,
    *,
    shelves: Iterable[Shelf] | None = None,
    synonyms: Mapping[str, str] | None = None,
    own: bool | None = None,
) -> list[ShelfIcon]:
    """The `k` best of all shelves together; of equal drawings, the first shelf's.

    `own`: True searches the creator's own sets alone, False all others; None all.
    """
    found: dict[str, ShelfIcon] = {}
    for shelf in open_shelves() if shelves is None else shelves:
        if own is not None and getattr(shelf, "own", False) != own:
            continue
        for icon in shelf.search(words, k, synonyms=synonyms):
            found.setdefault(icon.sha256, icon)
    return sorted(found.values(), key=lambda icon: -icon.score)[:k]


def icons_of(shelf: Shelf) -> Iterator[ShelfIcon]:
    """Every drawing of a shelf, in its order."""
    entries = getattr(shelf, "_entries", None)
    keys = range(len(shelf)) if entries is None else [entry.key for entry in entries]
    for key in keys:
        yield shelf._icon(_Ranked(key, "name", 1.0))  # type: ignore[attr-defined]


def _package_file(package: str, path: str) -> Path | None:
    """A file or folder inside an installed package, found without importing the package."""
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(folder) / path).exists():
            return Path(folder) / path
    return None


# --- ranking -------------------------------------------------------------------------------------------------------


def _rank(
    entries: Sequence[_Entry], words: Sequence[str], k: int, total: int, synonyms: Mapping[str, str] | None
) -> list[_Ranked]:
    """The `k` best entries. `total` is the size of the shelf that `entries` were taken from."""
    asked = list(dict.fromkeys(word for text in words for word in normal_words(text)))
    if not asked:
        return []
    instead = {word: normal_words((synonyms or {}).get(word, "")) for word in asked}
    seen = [(entry, frozenset(entry.words), _tag_words(entry.tags)) for entry in entries]
    rarity = {}
    for word in asked:
        count = sum(word in name or word in tags for _, name, tags in seen)
        rarity[word] = math.log((total + 1) / (count + 1)) + 1.0
    ranked = []
    for entry, name, tags in seen:
        strengths = [_strength(word, instead[word], name, tags) for word in asked]
        if not any(strengths):
            continue
        score = sum(s * rarity[word] for s, word in zip(strengths, asked)) / sum(rarity.values())
        exact = name == set(asked)
        in_name = any(word in name for word in asked)
        wanted = {*asked, *(word for words in instead.values() for word in words)}
        score += (1.0 if exact else 0.0) + (0.1 if entry.words == tuple(asked) else 0.0)
        score += LITERAL if tuple(split(entry.name)) == tuple(asked) else 0.0
        score -= _extra(entry.words, wanted)
        if score < LEAST_SCORE:
            continue
        ranked.append((score, entry, "name" if exact else "part" if in_name else "tags"))
    ranked.sort(key=lambda row: (-row[0], len(row[1].name), row[1].name))
    return [_Ranked(entry.key, match, round(score, 4)) for score, entry, match in ranked[:k]]  # type: ignore[arg-type]


def _extra(name: Sequence[str], wanted: set[str]) -> float:
    """What the words of a name that nobody asked for take off its score; little if it was found by its tags."""
    if wanted.isdisjoint(name):
        return EXTRA_MODIFIER * (len(name) - 1)
    return sum(EXTRA_MODIFIER if word in MODIFIERS else EXTRA_THING for word in name if word not in wanted)


def _strength(word: str, instead: Sequence[str], name: frozenset[str], tags: Mapping[str, float]) -> float:
    """How strongly one word (or all words of its synonym) stands in a name or in tags, 0..1."""
    own = 1.0 if word in name else tags.get(word, 0.0)
    other = min((1.0 if w in name else tags.get(w, 0.0) for w in instead), default=0.0)
    return max(own, SYNONYM_WEIGHT * other)


def _tag_words(tags: Iterable[str]) -> dict[str, float]:
    """The words of tags with their weights: a tag of one word counts more than a word inside a phrase."""
    weights: dict[str, float] = {}
    for tag in tags:
        words = normal_words(tag)
        weight = TAG_WEIGHT if len(words) == 1 else IN_TAG_WEIGHT
        for word in words:
            weights[word] = max(weight, weights.get(word, 0.0))
    return weights


# --- shelves -------------------------------------------------------------------------------------------------------


class LucideShelf:
    """Lucide's icons as python-lucide packs them: tables icons (name, svg), icon_tags, icon_aliases, icon_categories.

    Only the tags that may hold an asked word are fetched, so that the first search takes a few milliseconds.
    """

    name, licence = "lucide", "ISC"

    def __init__(self, database: Path) -> None:
        self.database = database

    @cached_property
    def _base(self) -> sqlite3.Connection:
        try:
            uri = f"{self.database.absolute().as_uri()}?mode=ro&immutable=1"
            base = sqlite3.connect(uri, uri=True, check_same_thread=False)
            base.execute("SELECT name, svg FROM icons LIMIT 1").fetchone()
        except sqlite3.Error as error:
            raise DataError(
                f"the shelf of Lucide icons cannot be read: {error}",
                where=self.database.name,
                mend="reinstall it: pip install --force-reinstall python-lucide",
            ) from error
        return base

    @cached_property
    def _names(self) -> list[tuple[str, tuple[str, ...]]]:
        names = [row[0] for row in self._base.execute("SELECT name FROM icons ORDER BY name")]
        return [(name, tuple(normal_words(name))) for name in names]

    def __len__(self) -> int:
        return len(self._names)

    def search(self, words: Sequence[str], k: int = 8, *, synonyms: Mapping[str, str] | None = None) -> list[ShelfIcon]:
        """See `Shelf.search`. Tags include Lucide's former names of an icon."""
        asked = {word for text in words for word in normal_words(text)}
        asked |= {word for text in list(asked) for word in normal_words((synonyms or {}).get(text, ""))}
        tags = self._tags_with(asked)
        entries = [
            _Entry(i, name, name_words, tuple(tags.get(name, ())))
            for i, (name, name_words) in enumerate(self._names)
            if name in tags or not asked.isdisjoint(name_words)
        ]
        return [self._icon(rank) for rank in _rank(entries, words, k, len(self), synonyms)]

    def _tags_with(self, words: Iterable[str]) -> dict[str, list[str]]:
        """name -> its tags and former names in which one of the words may stand."""
        found: dict[str, list[str]] = {}
        query = (
            "SELECT name, tag FROM icon_tags WHERE tag LIKE :p UNION ALL "
            "SELECT name, alias FROM icon_aliases WHERE alias LIKE :p"
        )
        for word in words:
            stem = word[:-1] if word.endswith("y") else word  # puppies are found under puppy
            for name, tag in self._base.execute(query, {"p": f"%{stem}%"}):
                found.setdefault(name, []).append(tag)
        return found

    def _icon(self, rank: _Ranked) -> ShelfIcon:
        name = self._names[rank.key][0]
        (svg,) = self._base.execute("SELECT svg FROM icons WHERE name = ?", (name,)).fetchone()
        tags = tuple(row[0] for row in self._base.execute("SELECT tag FROM icon_tags WHERE name = ?", (name,)))
        former = {row[0] for row in self._base.execute("SELECT alias FROM icon_aliases WHERE name = ?", (name,))}
        feather = not FEATHER.isdisjoint({name, *former})
        author = "Cole Bemis (Feather), Lucide Contributors" if feather else "Lucide Icons and Contributors"
        return ShelfIcon(
            name,
            "lucide",
            author,
            "MIT" if feather else self.licence,
            f"https://lucide.dev/icons/{name}",
            tags,
            svg,
            sha256_bytes(svg.encode()),
            rank.match,
            rank.score,
        )


class TablerShelf:
    """Tabler's outline icons, one SVG file each, found by name: a folder of them, or an archive (.zip)."""

    name, licence = "tabler", "MIT"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def _archive(self) -> ZipFile | None:
        if self.folder.is_dir():
            return None
        try:
            return ZipFile(self.folder)
        except (OSError, BadZipFile) as error:
            raise DataError(
                f"the shelf of Tabler icons cannot be read: {error}",
                where=self.folder.name,
                mend="reinstall it: pip install --force-reinstall tabler-icons",
            ) from error

    @cached_property
    def _entries(self) -> list[_Entry]:
        files = os.listdir(self.folder) if self._archive is None else self._archive.namelist()
        names = sorted(name[:-4] for name in files if name.endswith(".svg") and "/" not in name)
        return [_Entry(i, name, tuple(normal_words(name)), ()) for i, name in enumerate(names)]

    def __len__(self) -> int:
        return len(self._entries)

    def search(self, words: Sequence[str], k: int = 8, *, synonyms: Mapping[str, str] | None = None) -> list[ShelfIcon]:
        """See `Shelf.search`."""
        return [self._icon(rank) for rank in _rank(self._entries, words, k, len(self), synonyms)]

    def _icon(self, rank: _Ranked) -> ShelfIcon:
        name = self._entries[rank.key].name
        file = f"{name}.svg"
        svg = self._archive.read(file).decode() if self._archive else (self.folder / file).read_text("utf-8")
        source = f"https://tabler.io/icons/icon/{name}"
        hashed = sha256_bytes(svg.encode())
        return ShelfIcon(name, "tabler", "Paweł Kuna", self.licence, source, (), svg, hashed, rank.match, rank.score)


class FolderShelf:
    """A creator's own folder (or record file) as a shelf; every drawing under its own licence."""

    licence = ""  # each item its own

    def __init__(self, folder: Path, own: bool = False) -> None:
        self.folder, self.own = folder, own
        self.name = folder.name

    @cached_property
    def _dataset(self) -> Dataset:
        from maquette.data.dataset import open_dataset

        return open_dataset(self.folder, skip_unreadable=True)

    @cached_property
    def _entries(self) -> list[_Entry]:
        return [
            _Entry(i, item.title, tuple(normal_words(item.title)), tuple(item.tags))
            for i, item in enumerate(self._dataset.items)
            if item.licence
        ]

    def __len__(self) -> int:
        return len(self._entries)

    def search(self, words: Sequence[str], k: int = 8, *, synonyms: Mapping[str, str] | None = None) -> list[ShelfIcon]:
        """See `Shelf.search`. A drawing without a licence is never offered."""
        return [self._icon(rank) for rank in _rank(self._entries, words, k, len(self), synonyms)]

    def _icon(self, rank: _Ranked) -> ShelfIcon:
        item = self._dataset.items[rank.key]
        svg, source = item.svg_text(), item.source
        hashed = sha256_bytes(svg.encode())
        author, tags = item.author, tuple(item.tags)
        set_ = item.set or self.name
        return ShelfIcon(
            item.title, set_, author, item.licence, source, tags, svg, hashed, rank.match, rank.score, self.own
        )


# --- the list of folders -------------------------------------------------------------------------------------------


def listed_folders() -> list[Path]:
    """The folders that were added, in order, whether or not they still exist."""
    return _listed("folders")


def own_folders() -> list[Path]:
    """Those of them that hold the creator's own set."""
    return _listed("own")


def _listed(which: str) -> list[Path]:
    path = places().home / SHELVES
    try:
        content = json.loads(path.read_text("utf-8"))
        return [Path(entry) for entry in (content["folders"] if which == "folders" else content.get(which, []))]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"the list of shelves cannot be read: {error}", where=str(path), mend="remove the file and add them again"
        ) from error


def add_shelf(folder: Path, own: bool = False) -> FolderShelf:
    """Put a folder (or record file) on the shelf for good; `own` if it is the creator's own set.

    An own set is never drawn after, and is not offered as a human's find: a maker only tells that it has the thing.
    Refused if nothing in it can be read (DataError), or if no drawing in it has a licence (UsageError).
    """
    folder = folder.expanduser().absolute()
    shelf = FolderShelf(folder, own)
    if not len(shelf):
        raise UsageError(
            f"none of its {len(shelf._dataset)} drawings has a licence, so none could be credited or offered",
            where=str(folder),
            mend=f'record one: maquette data licence "{folder}" CC0-1.0 --author "You"',
        )
    others = [entry for entry in own_folders() if entry != folder]
    _keep(list(dict.fromkeys([*listed_folders(), folder])), [*others, folder] if own else others)
    return shelf


def remove_shelf(folder: Path) -> None:
    """Take a folder off the shelf again; the folder itself is left alone."""
    folder = folder.expanduser().absolute()
    kept = listed_folders()
    if folder not in kept:
        known = ", ".join(str(entry) for entry in kept) or "none"
        raise UsageError("this folder is not on the shelf", where=str(folder), mend=f"on the shelf are: {known}")
    _keep([entry for entry in kept if entry != folder], [entry for entry in own_folders() if entry != folder])


def _keep(folders: Sequence[Path], own: Sequence[Path]) -> None:
    path = places().home / SHELVES
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps({"folders": [*map(str, folders)], "own": [*map(str, own)]}, indent=1), "utf-8")
        os.replace(part, path)
    except OSError as error:
        raise DataError(
            f"the list of shelves cannot be written: {error.strerror}", where=str(path), mend="set MAQUETTE_HOME"
        ) from error
