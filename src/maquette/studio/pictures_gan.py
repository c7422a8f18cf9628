"""Pictures of a generator kept: samples as signed works, its sliders as a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..core.progress import OnProgress, silent
from .pictures import KeptPicture, keep_move

if TYPE_CHECKING:
    from ..makers.picture_gan import Sampler
    from .studio import Studio

MOST = 500


def sampler(studio: Studio, model: str | Path) -> Sampler:
    """The generator of that name or in that folder. CheckpointError if there is none, or it is of another kind."""
    from ..checkpoints.box import open_checkpoint
    from ..makers.picture_gan import Sampler

    return Sampler(open_checkpoint(model))


def sample(
    studio: Studio,
    model: str | Path,
    *,
    count: int = 4,
    seed: int = 0,
    sliders: Mapping[str, float] | None = None,
    calm: float = 0.8,
    allow_near_copy: bool = False,
    on_progress: OnProgress = silent,
    **kept: Any,
) -> list[KeptPicture]:
    """Make pictures with a generator and keep each as a signed work, its nearest training picture named in its story.

    A near copy of a training picture is not kept unless `allow_near_copy`; OriginalityError if all were. `kept`: out,
    unsigned, private, mark, suffix, as `keep_move` takes them.
    """
    from ..core.errors import OriginalityError

    if not 1 <= count <= MOST:
        raise UsageError(f"a count of {count} cannot be made", mend=f"ask for 1 to {MOST}")
    opened = sampler(studio, model)
    done: list[KeptPicture] = []
    refused: list[str] = []
    for one in opened.sample(count=count, seed=seed, sliders=sliders, calm=calm, on_progress=on_progress):
        if one.near[2] and not allow_near_copy:
            refused.append(f"seed {one.seed} is a near copy of {one.near[0]}")
            continue
        settings = {"sliders": dict(one.sliders), "calm": calm}
        made = keep_move(
            studio,
            one.picture,
            verb="sample",
            sources=[],
            settings=settings,
            note=one.note,
            how="drawn",
            stem=f"{opened.checkpoint.name}-{one.seed}",
            seed=one.seed,
            checkpoint=opened.checkpoint,
            trace={"nearest": {"id": one.near[0], "distance": round(one.near[1], 4), "bar": opened.near.bar}},
            prompt=f"{opened.checkpoint.name} {one.seed}",
            **kept,
        )
        done.append(made)
    for line in refused:
        studio.say(f"{line}: not kept")
    if not done:
        raise OriginalityError(
            f"all {count} are near copies of pictures it learnt from: {refused[0]}",
            where=opened.checkpoint.name,
            mend="take other seeds, train on more pictures, or keep them openly with --allow-near-copy",
        )
    return done
