"""Credit where it is due: where sets come from, the attribution list, and the notices that travel with copies."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..core.errors import DataError
from ..core.registry import nearest
from .dataset import Item
from .licences import DUTIES, canonical, deed, licence

# Licences whose text must be copied whole; of the others (CC licences) an address is enough.
TEXTS = ("MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause")


@dataclass(frozen=True)
class Source:
    """Where a set comes from. `commit` or `release` pins the version; `also` are parts of it that others made."""

    set: str
    licence: str
    copyright: str
    title: str = ""
    repository: str = ""  # "owner/name" on GitHub, or an address
    folder: str = ""
    commit: str = ""
    release: str = ""
    note: str = ""
    what: str = ""  # which part of a set, in `also`
    also: tuple[Source, ...] = ()

    @property
    def version(self) -> str:
        return self.commit or self.release

    @property
    def holder(self) -> str:
        """The holder of the copyright by name: "Paweł Kuna"."""
        return _YEARS.sub("", self.copyright).strip(" ,") or self.copyright

    @property
    def address(self) -> str:
        """The place in full: "https://github.com/lucide-icons/lucide"."""
        plain = self.repository.count("/") == 1 and "://" not in self.repository
        return f"https://github.com/{self.repository}" if plain else self.repository


_YEARS = re.compile(r"^Copyright\s*(?:\(c\)|©)?\s*(?:\d{4}(?:\s*[-–]\s*(?:\d{4}|present))?,?\s*)*", re.IGNORECASE)
_KEYS = tuple(field for field in Source.__dataclass_fields__ if field != "set")


def source_of(name: str, table: Mapping[str, Any], where: str = "") -> Source:
    """A Source from a TOML or JSON table. DataError for an unknown key or a missing licence or copyright."""
    if not isinstance(table, dict):
        raise DataError(f"the set {name!r} is no table", where=where, mend=f"begin it with a line [{name}]")
    for key in table:
        if key not in _KEYS:
            raise DataError(f"the set {name!r} has an unknown key {key!r}", where=where, mend=nearest(key, _KEYS))
    for key in ("licence", "copyright"):
        if not table.get(key):
            raise DataError(f"the set {name!r} has no {key}", where=where, mend=f"add a line `{key} = ...`")
    also = tuple(source_of(name, part, where) for part in table.get("also", ()))
    plain = {key: str(value) for key, value in table.items() if key != "also"}
    return Source(name, **{**plain, "licence": canonical(plain["licence"])}, also=also)


def read_sources(path: Path) -> dict[str, Source]:
    """The sources of a recipe: a TOML file with one table per set (see `recipes/sources-icons.toml`)."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"the sources cannot be read: {error}", where=str(path), mend="mend the file") from error
    return {name: source_of(name, table, str(path)) for name, table in tables.items()}


def of_items(items: Iterable[Item], sources: Mapping[str, Source]) -> dict[str, Source]:
    """Only those sources whose sets stand among the items, in the order of the table."""
    sets = {item.set for item in items}
    return {name: source for name, source in sources.items() if name in sets}


def holders(sources: Mapping[str, Source]) -> dict[str, str]:
    """The holder of each set's copyright by name, for lists in which every item needs an author."""
    return {name: source.holder for name, source in sources.items()}


def credit(item: Item, sources: Mapping[str, Source]) -> str:
    """Whose work an item is, for one line under a picture: its author, or the holder of its set's copyright."""
    source = sources.get(item.set)
    if item.author:
        return f"{item.author} ({source.title or item.set})" if source else item.author
    if source is None:
        return item.set or "author not recorded"
    return source.title or source.set


def attribution(items: Sequence[Item], sources: Mapping[str, Source] | None = None) -> list[str]:
    """One line per set, author and licence of the items, the most items first; nobody is left out.

    Where a licence asks for credit, whoever typed a piece of music in has a line as well.
    """
    sources = sources or {}
    count: Counter[tuple[str, str, str, str, str]] = Counter()
    for item in items:
        known = item.set in sources
        typed = item.encoder if "attribution" in licence(item.licence).duties else ""
        count[(item.set, item.author, item.licence, "" if known else item.source, typed)] += 1
    ordered = sorted(count.items(), key=lambda row: (-row[1], row[0]))
    return [_line(*whose, number, sources.get(whose[0])) for whose, number in ordered]


def _line(set_name: str, author: str, spdx: str, place: str, typed: str, number: int, source: Source | None) -> str:
    works = f"{number} work{'s' * (number != 1)}{f', typed in by {typed}' if typed else ''}"
    terms = licence(spdx).spdx if spdx else "no licence recorded"
    if source is None:
        whose = author or "author not recorded"
        parts = [f"{whose}{f', {set_name}' if set_name else ''}: {works}", terms, place]
        return "; ".join(part for part in parts if part)
    title = source.title or source.set
    if author:
        return f"{author}, {title}: {works}; {terms}; {source.address}"
    parts = [f"{title}: {works}", terms, source.copyright]
    parts += [f"{part.what}: {part.licence}, {part.copyright}" for part in source.also]
    return "; ".join([*parts, source.address])


def notice(sources: Iterable[Source]) -> str:
    """The notices that must travel with a model: who holds which rights, then each licence text once.

    MIT, ISC, BSD and Apache-2.0 ask that notice and text go with every copy; of what asks for less the address of
    the licence is given.
    """
    every = list(sources)
    holders: dict[str, list[str]] = {}
    for source in every:
        for part in (source, *source.also):
            what = f"{source.title or source.set}{f' ({part.what})' if part.what else ''}"
            lines = holders.setdefault(part.licence, [])
            lines += [
                f"  {what}, {source.address}, {source.version or 'version not recorded'}",
                f"    {part.copyright}",
            ]
            lines += [f"    Note: {part.note}"] if part.note else []
    head = "This model learnt from the works named here. Their notices travel with every copy of it."
    blocks = [head]
    for spdx, lines in holders.items():
        duties = ", ".join(duty for duty in DUTIES if duty in licence(spdx).duties)
        blocks.append("\n".join([f"Under {spdx}{f' (asks for {duties})' if duties else ''}:", "", *lines]))
    for spdx in holders:
        rule = "-" * 100
        blocks.append(f"{rule}\n{spdx}\n\n{licence_text(spdx).rstrip()}")
    return "\n\n".join(blocks) + "\n"


def licence_text(spdx: str) -> str:
    """The text of a licence where copies must carry it, else the address where it stands."""
    if spdx in TEXTS:
        return files("maquette.data").joinpath(f"text-{spdx}.txt").read_text(encoding="utf-8")
    if spdx.startswith("LicenseRef-"):
        return licence(spdx).why
    return "\n".join(filter(None, (deed(spdx), f"https://spdx.org/licenses/{spdx}.html")))
