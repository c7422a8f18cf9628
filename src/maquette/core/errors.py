"""Errors with three parts: what is wrong, where, and how to mend it."""

from __future__ import annotations


class MaquetteError(Exception):
    """Base of all errors a person may see. `exit_code` is what the command line returns."""

    exit_code = 1

    def __init__(self, wrong: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(wrong)
        self.wrong, self.where, self.mend = wrong, where, mend

    def __str__(self) -> str:
        parts = [self.wrong]
        if self.where:
            parts.append(f"where: {self.where}")
        if self.mend:
            parts.append(f"to mend it: {self.mend}")
        return "\n  ".join(parts)

    def as_dict(self) -> dict[str, str]:
        """The three parts as one JSON object, for `--json`."""
        return {"error": type(self).__name__, "wrong": self.wrong, "where": self.where, "mend": self.mend}


class UsageError(MaquetteError):
    """The request itself is off: an empty prompt, a count of 0, an unknown name."""

    exit_code = 2


class MediaError(MaquetteError):
    """A file cannot be read or written as the medium it claims to be."""

    exit_code = 2


class DataError(MaquetteError):
    """A dataset cannot be used: an unreadable file, a broken record."""

    exit_code = 2


class CheckpointError(MaquetteError):
    """A checkpoint is truncated, of a newer format, a pickle, or not ours."""

    exit_code = 2


class LibraryError(MaquetteError):
    """The library, its index or its folder cannot be used."""

    exit_code = 2


class MissingExtra(MaquetteError):
    """A package of an optional extra is not installed."""

    exit_code = 2


class CredentialError(MaquetteError):
    """Signing or reading a credential failed."""

    exit_code = 3


class RightsError(MaquetteError):
    """A licence or a consent mark does not permit what was asked."""

    exit_code = 4


class OriginalityError(MaquetteError):
    """A work is a near copy of one author's drawing, and nobody insisted on keeping it."""

    exit_code = 4


class Cancelled(MaquetteError):
    """Raised inside a progress callback to stop the work early."""

    exit_code = 130

    def __init__(self, wrong: str = "cancelled", *, where: str = "", mend: str = "") -> None:
        super().__init__(wrong, where=where, mend=mend)
