"""The moves on a score by name, and how one is carried out: a score and wishes in, takes out.

A move asks the net, a rule, or both; each take says which. What a move was not asked to change stays note for note.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..core import registry
from ..core.errors import UsageError
from ..core.registry import nearest

if TYPE_CHECKING:
    from ..media.score import Score
    from .music_net import Net
    from .music_takes import Take

Move = Callable[..., "list[Take]"]

# name -> "module:function"; each takes (score, net, **wishes).
MOVES = {
    "continue": "maquette.makers.music_moves_time:go_on",
    "fill": "maquette.makers.music_moves_time:fill",
    "again": "maquette.makers.music_moves_time:again",
    "answer": "maquette.makers.music_moves_time:answer",
    "harmonise": "maquette.makers.music_moves_parts:harmonise",
    "accompany": "maquette.makers.music_moves_parts:accompany",
    "reharmonise": "maquette.makers.music_moves_parts:reharmonise",
    "rearrange": "maquette.makers.music_moves_parts:rearrange",
    "vary": "maquette.makers.music_moves_vary:vary",
    "drums": "maquette.makers.music_moves_vary:drums",
    "interpolate": "maquette.makers.music_moves_vary:interpolate",
    "picture": "maquette.makers.music_moves_vary:picture",
    "lyrics": "maquette.makers.music_moves_vary:lyrics",
    "quantise": "maquette.makers.music_moves_groove:quantise",
    "swing": "maquette.makers.music_moves_groove:swing",
    "humanise": "maquette.makers.music_moves_groove:humanise",
    "groove": "maquette.makers.music_moves_groove:take_groove",
}
# Moves that only a model can make.
NET_ONLY = frozenset(("continue", "fill", "again", "answer"))
# Moves that no model is asked for.
RULE_ONLY = frozenset(("quantise", "swing", "humanise", "groove", "interpolate", "picture", "lyrics"))


def move(name: str, score: Score, net: Net, **wishes: Any) -> list[Take]:
    """The takes of a move, best first, those by the net before those by a rule.

    `wishes` are the arguments of its function. Raises UsageError for a move or wish that is not known, for a score that
    it cannot be made on, and where nothing came of it.
    """
    made: Move = registry.load(MOVES, name, "move on scores")
    known = [one for one in inspect.signature(made).parameters if one not in ("score", "net")]
    for wish in wishes:
        if wish not in known:
            raise UsageError(f"{name} has no setting called {wish!r}", mend=nearest(wish, known))
    takes = made(score, net, **wishes)
    if not takes:
        raise UsageError(
            "nothing came of this move that holds all wishes", mend="try another --seed, or ask for a little less"
        )
    return takes
