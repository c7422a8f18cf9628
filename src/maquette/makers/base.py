"""What every maker and every suggester promises: one method, and the names the studio needs to hand it its model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from ..core.progress import OnProgress, silent
from ..core.types import Ghost, Request, Work

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


class Workshop(Protocol):
    """Another craft, asked from within a maker: a film asks for its music. The studio is one."""

    def ask(self, craft: str, prompt: str, *, seed: int = 0, **controls: Any) -> Work[Any] | None:
        """One work of another craft, not kept; None where its model is not there, which the studio says once."""
        ...

    def cards(self) -> Mapping[str, Mapping[str, Any]]:
        """The cards of the models that were asked so far, by name: whose works taught them."""
        ...


class Suggester(Protocol[MediaT]):
    """A craft while a person works in it: the work so far in, ghosts of what may come next out, within a blink.

    It is kept open between questions; 100 ms is what a person does not wait for.
    """

    name: ClassVar[str]
    starter: ClassVar[str]

    def __init__(self, checkpoint: Checkpoint | None) -> None: ...

    @staticmethod
    def blank() -> MediaT:
        """An empty sheet to begin on."""
        ...

    def suggest(
        self, media: MediaT, at: int | None = None, count: int = 3, *, words: str = "", style: str | None = None
    ) -> list[Ghost[MediaT]]:
        """Up to `count` distinct ghosts for the element at index `at` (None: after the last), likeliest first."""
        ...
