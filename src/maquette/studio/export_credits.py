"""The notice that travels with an export: every icon with its author and licence, and the texts that copies owe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .telling import credits

if TYPE_CHECKING:
    from ..trust.exports import Part

NOTICE = "NOTICE.txt"
RULE = "-" * 100
LINE = 240  # characters of a credit in a line


def notice_of(parts: Sequence[Part], *, always: bool) -> str:
    """The text of the notice; "" if nobody is owed anything and it need not be there `always`."""
    from ..data import licences
    from ..data.credits import licence_text

    used = list(dict.fromkeys(_licences(parts)))
    owed = [spdx for spdx in used if licences.licence(spdx).duties]
    if not owed and not always:
        return ""
    blocks = ["The icons in this folder, and whose they are.", "\n".join(_lines(parts))]
    if models := list(_models(parts)):
        blocks.append(
            "\n".join(["Icons of these were drawn with a model, which learnt from the works of:", "", *models])
        )
    for spdx in owed:
        duties = ", ".join(duty for duty in licences.DUTIES if duty in licences.licence(spdx).duties)
        blocks.append(f"{RULE}\n{spdx} (asks for {duties})\n\n{licence_text(spdx).rstrip()}")
    return "\n\n".join(blocks) + "\n"


def credit_line(parts: Sequence[Part]) -> str:
    """Whose icons they are, in a line for a field of a file: "Icons by Ada (ISC), Lucide contributors (ISC)"."""
    people = dict.fromkeys(
        f"{author} ({licence})" if licence else author
        for part in parts
        for author, licence in [(part.author, part.licence), *((one.author, one.licence) for one in part.behind())]
        if author
    )
    line = "Icons by " + ", ".join(people) if people else ""
    return line if len(line) <= LINE else f"{line[: line.rindex(',', 0, LINE - 20)]} and others: see {NOTICE}"


def _licences(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        yield from filter(None, (part.licence, *(one.licence for one in part.behind())))


def _lines(parts: Iterable[Part]) -> Iterator[str]:
    for part in sorted(parts, key=lambda part: part.name):
        drawn = f"drawn with {part.model.get('name') or 'a model'}" if part.model else ""
        author = ", ".join(filter(None, (part.author, drawn)))
        yield f"  {part.name}: {_whose(author, part.licence, part.source)}"
        for one in part.behind():
            yield f"    after {one.title}: {_whose(one.author, one.licence, one.source)}"


def _whose(author: str, licence: str, source: str) -> str:
    return "; ".join(filter(None, (author or "author not recorded", licence or "no licence recorded", source)))


def _models(parts: Iterable[Part]) -> Iterator[str]:
    told: dict[str, Any] = {str(part.model.get("name")): part.model for part in parts if part.model}
    for model in told.values():
        yield from (f"  {line}" for line in credits(model))
