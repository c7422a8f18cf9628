"""May we learn from these works? Decided by one table of licences and by what the authors' marks say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..core.errors import RightsError
from . import consent
from .dataset import Item, listed_records
from .licences import OWN, TABLE, UNKNOWN, Licence, Use, combine, licence

# Which of these files the creator signed herself; a floor above knows (`trust.own.signed_by_me`) and introduces it.
Mine = Callable[[Sequence[Path]], Collection[Path]]


@dataclass(frozen=True)
class Refusal:
    """An item that must not be used, and why. `unlicensed`: nobody recorded a licence for it yet."""

    item: Item
    reason: str
    unlicensed: bool = False


def refused(items: Iterable[Item], use: Use = "train", *, mine: Mine | None = None) -> list[Refusal]:
    """Every item whose licence does not permit `use`; for training also those whose marks refuse it.

    A creator's own "no" is meant for others: with `mine`, a mark in a file that is recorded as her own work and that
    she signed herself does not bind her.
    """
    found = []
    row = cache(licence)
    for item in items:
        terms = row(item.licence)
        if not terms.permits(use):
            unlicensed = UNKNOWN in terms.parts
            found.append(Refusal(item, "no licence" if unlicensed else terms.spdx, unlicensed))
        elif use == "train":
            mark = consent.refusal(item)
            if mark:
                found.append(Refusal(item, mark))
    return _without_own(found, mine) if mine else found


def _without_own(found: list[Refusal], mine: Mine) -> list[Refusal]:
    claimed = [
        refusal.item.file
        for refusal in found
        if refusal.item.licence == OWN and refusal.item.file and not consent.reservation(refusal.item.file)
    ]
    own = set(mine(claimed)) if claimed else set()
    return [refusal for refusal in found if refusal.item.file not in own]


def require_training(items: Sequence[Item], where: Path | str, *, mine: Mine | None = None) -> None:
    """RightsError, naming the first, if any of `items` must not be learnt from; `where` is the dataset's path.

    `mine` as in `refused`.
    """
    reserved = reserved_whole(where)
    if reserved:
        raise RightsError(f"the dataset is not for training: {reserved}", where=str(where), mend="ask its authors")
    no = refused(items, mine=mine)
    if not no:
        return
    first = no[0]
    name = first.item.file.name if first.item.file else first.item.id
    wrong = f"{len(no)} of {len(items)} items do not permit training: {name} ({first.reason})"
    others = len(no) - 1
    if others:
        wrong += f", and {others} more"
    mend = f"ask their authors, or leave them out with `maquette data drop {_quoted(where)}`"
    if first.unlicensed:
        mend = f"record the licence with `maquette data licence {_quoted(where)} SPDX --author NAME`, or {mend}"
    raise RightsError(wrong, where=str(where), mend=mend)


def reserved_whole(where: Path | str) -> str:
    """What a reservation beside record files says of all of them; "" if none does (or for a folder, file by file)."""
    path = Path(where)
    files = [path] if path.is_file() else listed_records(path) if path.is_dir() else []
    return next(filter(None, map(consent.reservation, files)), "")


def terms_of(items: Iterable[Item]) -> Licence:
    """The terms of something made from all of `items`: a model, a sheet, a work after a reference."""
    return combine([licence(spdx) for spdx in sorted({item.licence for item in items})])


def require_offer(sources: Sequence[str], offer: str) -> None:
    """RightsError if something made from works under `sources` (SPDX ids) may not be offered under `offer`."""
    terms = combine([licence(spdx) for spdx in sources])
    if terms.may_be_offered_under(offer):
        return
    free = sorted(spdx for spdx in TABLE if terms.may_be_offered_under(spdx))
    wrong = f"a work made from {terms.spdx} may not be offered under {offer}"
    mend = f"choose one of {', '.join(free)}" if free else "keep it to yourself, or start from other works"
    raise RightsError(wrong, mend=mend)


def _quoted(where: Path | str) -> str:
    text = str(where)
    return f'"{text}"' if " " in text else text
