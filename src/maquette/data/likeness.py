"""Consent of real people: whose face or voice may be worked on, for what, and who says so.

A record is a small JSON file that a person can read. Without one nobody's face in footage is restyled and nobody's
voice is learnt or aligned; footage in which nobody can be recognised is said to be so, and that word is kept.

{"person": "Anna Kowalska", "for": ["face", "voice"], "use": "the short film Tram 28", "given": "2026-03-01",
 "by": "Anna Kowalska", "until": "2027-03-01", "statement": "..."}
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.errors import DataError, RightsError, UsageError
from ..core.hashing import sha256_bytes

WHAT = ("face", "voice")
STATEMENT = (
    "I am {by}. I agree that the {what} of {person} is worked on by programs for {use}, "
    "and that the results may be shown. I may take this back for what is made after that day."
)
_MEND = "write one with: maquette film consent --person NAME --for face,voice --use WHAT"


@dataclass(frozen=True)
class Consent:
    """What somebody agreed to. Dates are days of the calendar, "2026-03-01"."""

    person: str
    what: tuple[str, ...]  # of WHAT
    use: str = ""
    given: str = ""
    by: str = ""  # who gives it: the person, or who may speak for them
    until: str = ""
    statement: str = ""
    sha256: str = ""  # of the record's bytes, as it was read

    def as_data(self) -> dict[str, Any]:
        """The record as it stands in its file."""
        told = {"person": self.person, "for": list(self.what), "use": self.use, "given": self.given, "by": self.by,
                "until": self.until, "statement": self.statement}  # fmt: skip
        return {key: value for key, value in told.items() if value}

    @property
    def told(self) -> dict[str, Any]:
        """What the story of a work keeps of it: not the statement, but the hash of the record that holds it."""
        return {**{key: value for key, value in self.as_data().items() if key != "statement"}, "sha256": self.sha256}


def new(person: str, what: Sequence[str], *, use: str = "", by: str = "", given: str = "", until: str = "") -> Consent:
    """A record to be agreed to. Raises UsageError for an empty name, another `what`, or a date that is none."""
    if not person.strip():
        raise UsageError("consent is somebody's: there is no name", mend="give --person NAME")
    asked = tuple(dict.fromkeys(what))
    wrong = [one for one in asked if one not in WHAT]
    if wrong or not asked:
        raise UsageError(f"consent is for {' or '.join(WHAT)}, not for {', '.join(wrong) or 'nothing'}",
                         mend="give --for face, --for voice, or both")  # fmt: skip
    given = given or datetime.date.today().isoformat()
    for day in filter(None, (given, until)):
        _day(day, "the record")
    by = by.strip() or person
    text = STATEMENT.format(by=by, what=" and the ".join(asked), person=person, use=use or "this work")
    return Consent(person.strip(), asked, use, given, by, until, text)


def write(consent: Consent) -> bytes:
    """The bytes of the record's file."""
    return (json.dumps(consent.as_data(), ensure_ascii=False, indent=1) + "\n").encode()


def read(path: str | Path) -> Consent:
    """A record from its file. Raises DataError for what is none."""
    path = Path(path)
    try:
        data = path.read_bytes()
        told = json.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise DataError(
            f"the record of consent cannot be read: {error.strerror}", where=str(path), mend=_MEND
        ) from error
    except ValueError as error:
        raise DataError("this is no record of consent: no JSON", where=str(path), mend=_MEND) from error
    if not isinstance(told, Mapping) or not isinstance(told.get("for"), list) or not told.get("person"):
        raise DataError('a record of consent has "person" and "for"', where=str(path), mend=_MEND)
    texts = {key: str(told.get(key) or "") for key in ("use", "given", "by", "until", "statement")}
    what = tuple(str(one) for one in told["for"])
    if any(one not in WHAT for one in what):
        raise DataError(f"consent is for {' or '.join(WHAT)}, not {', '.join(what)}", where=str(path), mend=_MEND)
    for day in filter(None, (texts["given"], texts["until"])):
        _day(day, str(path))
    return Consent(str(told["person"]), what, sha256=sha256_bytes(data), **texts)


def _day(text: str, where: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise DataError(f"{text!r} is no day", where=where, mend="write it as 2026-03-01") from error


def require(consents: Sequence[Consent], what: str, *, nobody: bool, where: str, today: str = "") -> dict[str, Any]:
    """What the story of the work says of the people in it; raises RightsError where nothing allows it.

    what: "face" or "voice". nobody: the creator says that no real person can be recognised. A record that has run out
    counts for nothing.
    """
    day = today or datetime.date.today().isoformat()
    good = [one for one in consents if what in one.what and not (one.until and one.until < day)]
    if good:
        return {"people": [one.told for one in good]}
    if consents:
        ended = [one.person for one in consents if one.until and one.until < day]
        why = f"the consent of {ended[0]} has ended" if ended else f"the consent is not for a {what}"
        raise RightsError(why, where=where, mend=_MEND)
    if nobody:
        return {"people": [], "said": "the creator says that no real person can be recognised in it"}
    raise RightsError(
        f"nothing says whose {what} this is: real people are worked on only with their consent",
        where=where,
        mend="give --consent RECORD.json (maquette film consent writes one), or --nobody if nobody can be recognised",
    )
