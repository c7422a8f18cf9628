"""What every maker promises: one method, and the two names the studio needs to hand it what it works with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from ..core.progress import OnProgress, silent
from ..core.types import Request, Work

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint

MediaT = TypeVar("MediaT")
MediaT_co = TypeVar("MediaT_co", covariant=True)


class Maker(Protocol[MediaT]):
    """A craft: a request in, works out, progress on the way.

    A maker never prints, saves, signs or picks a device; it is handed its checkpoint, and its dice are seeded, so
    that the same request gives the same works.
    """

    name: ClassVar[str]  # the craft as a person types it: "icon"
    starter: ClassVar[str]  # the packaged checkpoint it works with when none is named; "" if it needs none

    def __init__(self, checkpoint: Checkpoint | None) -> None: ...

    def make(self, request: Request[Any], on_progress: OnProgress = silent) -> Iterator[Work[MediaT]]:
        """Yield `request.count` works, best first. `on_progress` may raise `Cancelled` to stop early."""
        ...


class Replays(Protocol[MediaT_co]):
    """A maker whose sampled decisions can be replayed to the same media, without its checkpoint."""

    @staticmethod
    def replay(trace: Mapping[str, Any]) -> MediaT_co:
        """The media that `Work.trace` recorded, the same on every machine."""
        ...
