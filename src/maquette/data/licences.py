"""One table of licences: what each permits, what it asks in return, and what a mix of them comes to.

Every decision on rights in Maquette reads this table and nothing else. It is deliberately cautious: where lawyers
disagree whether a model or a drawing made by it is an adaptation of the works it learnt from, we answer as if it
were. It is no legal advice; a reason stands beside each row.

A licence is modelled as four permitted uses, the duties that travel with copies, and the set of licences under which
something made from it may be offered. A mix takes the intersection of the uses, the union of the duties and the
intersection of the offers; an empty intersection means that the mix can be made at home but never shared. All three
are meets of a lattice, so the order and the grouping of a mix do not matter, and no mix grants more than a member.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from ..core.errors import UsageError
from ..core.registry import nearest

Use = Literal["train", "share", "sell", "adapt"]
Duty = Literal["attribution", "notice", "state-changes", "share-alike", "use-limits"]
USES: tuple[Use, ...] = ("train", "share", "sell", "adapt")
DUTIES: tuple[Duty, ...] = ("attribution", "notice", "state-changes", "share-alike", "use-limits")

OWN = "LicenseRef-own"
PUBLIC_DOMAIN = "LicenseRef-PublicDomain"
RESERVED = "LicenseRef-all-rights-reserved"
NO_TRAINING = "LicenseRef-no-training"
UNKNOWN = "LicenseRef-unknown"


@dataclass(frozen=True)
class Licence:
    """What may be done with works under `parts` (one SPDX id, or several for a mix), and what is owed for it.

    `uses`: what is permitted. `duties`: what must travel with copies. `under`: the licences under which something
    made from the work may be offered (`LicenseRef-own` stands for terms of one's own). `why`: the reason, for people.
    """

    parts: tuple[str, ...]
    uses: frozenset[Use]
    duties: frozenset[Duty]
    under: frozenset[str]
    why: str = ""

    @property
    def spdx(self) -> str:
        """The SPDX id, or for a mix the SPDX expression "A AND B", sorted."""
        return " AND ".join(self.parts)

    def permits(self, use: Use) -> bool:
        return use in self.uses

    @property
    def train(self) -> bool:
        return "train" in self.uses

    @property
    def share(self) -> bool:
        return "share" in self.uses

    @property
    def sell(self) -> bool:
        return "sell" in self.uses

    @property
    def adapt(self) -> bool:
        return "adapt" in self.uses

    def may_be_offered_under(self, spdx: str) -> bool:
        """True if something made from these works may be offered to others under `spdx`."""
        offer = canonical(spdx)
        if not self.share or not self.adapt or offer not in self.under:
            return False
        # To waive all rights is to waive the credit that is owed to somebody else.
        return offer not in WAIVERS or not self.duties

    def summary(self) -> str:
        """One line for people: "MIT: train, share, sell, adapt; asks for attribution, notice"."""
        uses = ", ".join(use for use in USES if use in self.uses) or "nothing"
        duties = ", ".join(duty for duty in DUTIES if duty in self.duties)
        return f"{self.spdx}: {uses}" + (f"; asks for {duties}" if duties else "")


# --- the table ---------------------------------------------------------------------------------------------------

_CC: dict[str, tuple[str, ...]] = {
    "BY": ("2.0", "2.5", "3.0", "4.0"),
    "BY-SA": ("2.0", "2.5", "3.0", "4.0"),
    "BY-NC": ("2.0", "2.5", "3.0", "4.0"),
    "BY-NC-SA": ("2.0", "2.5", "3.0", "4.0"),
    "BY-ND": ("3.0", "4.0"),
    "BY-NC-ND": ("3.0", "4.0"),
}
_WAIVED = {
    "CC0-1.0": "the author waived all rights",
    PUBLIC_DOMAIN: "no rights exist, or they have run out",
    "Unlicense": "dedicated to the public domain",
    "0BSD": "a licence without any condition",
    "MIT-0": "a licence without any condition",
}
WAIVERS = frozenset(_WAIVED)
_PERMISSIVE = ("MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Zlib")
_GPL2 = frozenset({"GPL-2.0-only", "GPL-2.0-or-later"})
_GPL3 = frozenset({"GPL-3.0-only", "GPL-3.0-or-later"})
_CC_IDS = frozenset(f"CC-{kind}-{version}" for kind, versions in _CC.items() for version in versions)
# Everything under which a made thing can be offered; ND licences are no offer for something that is an adaptation.
OFFERS = (
    WAIVERS
    | frozenset(_PERMISSIVE)
    | _GPL2
    | _GPL3
    | frozenset({"Apache-2.0", "OFL-1.1", "LicenseRef-OpenRAIL", OWN, RESERVED})
    | frozenset(id for id in _CC_IDS if "ND" not in id)
)
_NON_COMMERCIAL = frozenset(id for id in _CC_IDS if "NC" in id and "ND" not in id) | {OWN, RESERVED}
_ALL: frozenset[Use] = frozenset(USES)
_CREDIT: frozenset[Duty] = frozenset({"attribution", "state-changes"})


def _row(
    spdx: str, why: str, *, uses: Iterable[Use] = USES, duties: Iterable[Duty] = (), under: Iterable[str] = OFFERS
) -> Licence:
    return Licence((spdx,), frozenset(uses), frozenset(duties), frozenset(under), why)


def _creative_commons(kind: str, version: str) -> Licence:
    """The CC licences by their letters, each letter with the reading that is cautious for its author."""
    spdx = f"CC-{kind}-{version}"
    if "ND" in kind:
        uses: set[Use] = {"share", "sell"} if kind == "BY-ND" else {"share"}
        why = "verbatim copies only; a model and its works may be adaptations, so no training"
        return _row(spdx, why, uses=uses, duties={"attribution"}, under={spdx})
    later = {f"CC-{kind}-{newer}" for newer in _CC[kind] if newer >= version}
    if kind == "BY":
        return _row(spdx, "anything, with credit", duties=_CREDIT)
    if kind == "BY-NC":
        why = "models and works made from it are not for sale"
        return _row(spdx, why, uses=_ALL - {"sell"}, duties=_CREDIT, under=_NON_COMMERCIAL)
    if kind == "BY-NC-SA":
        why = "not for sale, and works made from it carry the same licence"
        return _row(spdx, why, uses=_ALL - {"sell"}, duties=_CREDIT | {"share-alike"}, under=later)
    # BY-SA 4.0 was declared one-way compatible with GPL version 3, and with that version only.
    gpl = {"GPL-3.0-only"} if version == "4.0" else set()
    why = "works made from it carry the same licence or a later version of it"
    return _row(spdx, why, duties=_CREDIT | {"share-alike"}, under=later | gpl)


def _table() -> dict[str, Licence]:
    rows = [_row(spdx, why) for spdx, why in _WAIVED.items()]
    rows += [_row(spdx, "anything, with its notice", duties={"attribution", "notice"}) for spdx in _PERMISSIVE]
    apache: set[Duty] = {"attribution", "notice", "state-changes"}
    rows += [_creative_commons(kind, version) for kind, versions in _CC.items() for version in versions]
    copyleft: set[Duty] = {"attribution", "notice", "state-changes", "share-alike"}
    why_gpl = "works made from it are offered under the GPL, with their source"
    rows += [
        _row("Apache-2.0", "its patent terms do not go into GPL version 2", duties=apache, under=OFFERS - _GPL2),
        _row("GPL-2.0-only", why_gpl, duties=copyleft, under={"GPL-2.0-only"}),
        _row("GPL-2.0-or-later", why_gpl, duties=copyleft, under=_GPL2 | _GPL3),
        _row("GPL-3.0-only", why_gpl, duties=copyleft, under={"GPL-3.0-only"}),
        _row("GPL-3.0-or-later", why_gpl, duties=copyleft, under=_GPL3),
        _row(
            "OFL-1.1",
            "a font is never sold by itself, and what is made from it stays under the OFL without its reserved names",
            uses=_ALL - {"sell"},
            duties={"attribution", "notice", "share-alike"},
            under={"OFL-1.1"},
        ),
        _row(
            "LicenseRef-OpenRAIL",
            "its limits on use must be passed on to whoever receives a model or a work",
            duties={"attribution", "notice", "use-limits"},
            under={"LicenseRef-OpenRAIL", OWN, RESERVED},
        ),
        _row(
            "LicenseRef-CMU-Mocap",
            "free to use, change and pass on, also inside what is sold; the recordings themselves are not for sale",
            duties={"attribution"},
        ),
        _row(OWN, "your own work: you decide"),
        _row(RESERVED, "no permission was given", uses=(), under=()),
        _row(NO_TRAINING, "its author said no to training", uses=(), under=()),
        _row(UNKNOWN, "nobody recorded a licence, so nothing is permitted", uses=(), under=()),
    ]
    return {row.spdx: row for row in rows}


TABLE: dict[str, Licence] = _table()

_SPOKEN = {
    "": UNKNOWN,
    "none": UNKNOWN,
    "unknown": UNKNOWN,
    "noassertion": UNKNOWN,
    "own": OWN,
    "mine": OWN,
    "pd": PUBLIC_DOMAIN,
    "public-domain": PUBLIC_DOMAIN,
    "publicdomain": PUBLIC_DOMAIN,
    "cc0-equivalent-(cc-public-domain-dedication)": PUBLIC_DOMAIN,
    "cc0": "CC0-1.0",
    "all-rights-reserved": RESERVED,
    "no-training": NO_TRAINING,
    "openrail": "LicenseRef-OpenRAIL",
    "apache": "Apache-2.0",
    "gpl-2.0": "GPL-2.0-only",
    "gpl-2.0+": "GPL-2.0-or-later",
    "gpl-3": "GPL-3.0-only",
    "gpl-3.0": "GPL-3.0-only",
    "gpl-3.0+": "GPL-3.0-or-later",
} | {spdx.lower(): spdx for spdx in TABLE}
_EXPRESSION = re.compile(r"\s+(AND|OR)\s+")


def canonical(spdx: str) -> str:
    """The table's spelling of a licence id ("cc0", "CC BY 4.0"); an id that is not in the table stays as it is."""
    text = spdx.strip()
    return _SPOKEN.get(re.sub(r"[\s_-]+", "-", text.lower()), text)


def deed(spdx: str) -> str:
    """The address at Creative Commons of one of its licences, which its users are asked to give; "" for others."""
    found = re.fullmatch(r"CC-(BY(?:-\w+)*)-(\d\.\d)", canonical(spdx))
    return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}" if found else ""


def is_known(spdx: str) -> bool:
    """True if the table has a row for every id of the expression and one of them is a real licence."""
    ids = [canonical(id) for id in _EXPRESSION.split(spdx.strip())[::2]]
    return UNKNOWN not in ids and all(id in TABLE for id in ids)


def checked(spdx: str) -> str:
    """The canonical spelling of a licence that a person typed; UsageError with the nearest ones if there is none."""
    if not is_known(spdx):
        known = sorted(set(_SPOKEN.values()))
        raise UsageError(f"no licence in the table is called {spdx!r}", mend=nearest(spdx, known))
    return licence(spdx).spdx


def licence(spdx: str) -> Licence:
    """The row for an SPDX id or expression; an id that the table does not know permits nothing.

    "A AND B" is the mix of both. "A OR B" leaves the choice to us: the one that permits more, then asks for less.
    AND binds closer than OR, as in SPDX 2.3, annex D; brackets and WITH are not read and so permit nothing.
    """
    choices = [
        combine([_one(id) for id in re.split(r"\s+AND\s+", choice)]) for choice in re.split(r"\s+OR\s+", spdx.strip())
    ]
    return max(choices, key=lambda row: (row.train, len(row.uses), -len(row.duties), len(row.under)))


def _one(spdx: str) -> Licence:
    id = canonical(spdx)
    return TABLE.get(id) or _row(id, "the table does not know it, so nothing is permitted", uses=(), under=())


def combine(licences: Sequence[Licence]) -> Licence:
    """The terms of one thing made from works under all of these: strictest permissions, union of duties.

    Order, grouping and repetition do not matter. A mix of nothing is one's own work. Two rules beyond the meets:
    what cannot be offered under any single licence is not shared, and a mix is an adaptation, so that a member
    which may only be copied verbatim makes the mix unshareable.
    """
    return reduce(_meet, licences) if licences else TABLE[OWN]


def _meet(one: Licence, other: Licence) -> Licence:
    parts = tuple(sorted({*one.parts, *other.parts}))
    if parts == one.parts:
        return one
    if parts == other.parts:
        return other
    uses, under = one.uses & other.uses, one.under & other.under
    if not under or "adapt" not in uses:
        uses -= {"share", "sell"}
    why = "; ".join(f"{id}: {(TABLE.get(id) or _one(id)).why}" for id in parts)
    return Licence(parts, uses, one.duties | other.duties, under, why)
