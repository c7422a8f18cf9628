"""How the works of a request are looked at, sealed and kept: what `Studio.make` does with each."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import OriginalityError
from ..core.progress import OnProgress
from ..core.types import Request, Work
from . import again

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..trust.seal import Parent
    from .lineage import Asset
    from .studio import Studio

SPARE = 1 / 3  # further works asked of a maker, as a share of the count: some may be near copies, which are not kept


@dataclass(frozen=True)
class NearCopy:
    """A work that was not kept, because it is a near copy of one author's drawing."""

    work: Work[Any]
    originality: Mapping[str, Any]


@dataclass(frozen=True)
class Keeping:
    """How the works of one request are looked at, sealed and kept."""

    studio: Studio
    out: Path
    checkpoint: Checkpoint | None
    stem: str
    unsigned: bool = False
    private: bool = False
    allow_near_copy: bool = False

    def look(self, work: Work[Any]) -> Mapping[str, Any] | NearCopy | None:
        """The originality finding of a work; NearCopy if it may not be kept."""
        if not work.checkpoint and type(work.media).__name__ == "Motion":
            return None  # put together from recorded clips, all of them named: it claims nothing
        found = self.studio.originality(work, self.checkpoint)
        # What is offered as found, or as an edit, is its parent's and says so: it claims no originality.
        if found is None or found["verdict"] != "near-copy" or any(i.relation == "parentOf" for i in work.ingredients):
            return found
        return {**found, "allowed": True} if self.allow_near_copy else NearCopy(work, found)

    def keep(self, work: Work[Any], originality: Mapping[str, Any] | None, parent: Parent | None = None) -> Asset:
        """Write a work in the form of its medium, seal it, and hand it to the library."""
        from ..media.table import to_bytes
        from ..trust.seal import Sealed
        from ..trust.seal import unsigned as no_credential

        # What no model had a part in (a drawing that was found) tells of none.
        card = self.checkpoint.card if self.checkpoint is not None and work.checkpoint else {}
        comment = "made with Maquette, unsigned" if self.unsigned else again.comment_of(work.media)
        title = work.request.maker if self.private else work.request.prompt.strip()
        data, form = to_bytes(work.media, title=title, comment=comment)
        if self.unsigned:
            sealed = Sealed(data, None, no_credential())
        else:
            base = self.studio.library.get(work.request.base) if work.request.base and parent is None else None
            parent = again.parent_of(base.path) if base is not None else parent
            sealed = self.studio._seal(
                work,
                data,
                form.mime,
                originality,
                card=card,
                action="edited" if parent else "created",
                parents=[parent] if parent else [],
                private=self.private,
            )
        return self.studio.library.keep(
            work,
            sealed,
            self.out,
            suffix=form.suffix,
            stem=self.stem,
            parents=[work.request.base] if work.request.base else [],
            originality=originality,
            card=card,
            private=self.private,
        )


def works_of(maker: Any, request: Request[Any], on_progress: OnProgress) -> Iterator[Work[Any]]:
    """The works of a request, best first, with a few to spare for those that may turn out to be near copies."""
    asked = dataclasses.replace(request, count=request.count + math.ceil(request.count * SPARE))
    for work in maker.make(asked, on_progress):
        yield dataclasses.replace(work, request=request)


def all_refused(near: list[NearCopy]) -> OriginalityError:
    nearest = near[0].originality["nearest"][0]
    return OriginalityError(
        f"all {len(near)} works are near copies of works by others, so none was kept",
        where=f"{nearest['title']} by {nearest['author']} ({nearest['licence']})",
        mend="try another seed or other words, or keep them openly with --allow-near-copy",
    )
