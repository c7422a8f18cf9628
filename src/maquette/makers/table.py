"""The crafts: one visible table. Others join through the entry points `maquette.makers`,
`maquette.controls` and `maquette.suggesters`."""

from __future__ import annotations

from typing import Any

from ..core import registry
from ..core.errors import UsageError

MAKERS = {
    "icon": "maquette.makers.icon:IconMaker",
    "music": "maquette.makers.music:MusicMaker",
    "picture": "maquette.makers.picture:PictureMaker",
    "motion": "maquette.makers.motion:MotionMaker",
}

# The frozen dataclass of each craft, whose fields generate the options of the command line and the web form.
CONTROLS = {
    "icon": "maquette.makers.icon:IconControls",
    "music": "maquette.makers.music_controls:MusicControls",
    "picture": "maquette.makers.picture_controls:PictureControls",
    "motion": "maquette.makers.motion:MotionControls",
}

# What suggests the next element of a work, while a person makes it.
SUGGESTERS = {
    "icon": "maquette.makers.icon_ghost:IconGhosts",
    "music": "maquette.makers.music_ghost:MusicGhosts",
    "picture": "maquette.makers.picture_ghost:PictureGhosts",
    "motion": "maquette.makers.motion_ghost:MotionGhosts",
}

# The craft of a medium's class, where nobody names one.
CRAFTS = {
    "Drawing": "icon",
    "Score": "music",
    "Picture": "picture",
    "Motion": "motion",
}


def maker(craft: str) -> Any:
    """The maker's class for `craft`. Raises UsageError with the nearest names if there is none."""
    return registry.load(_with_plugins(MAKERS, "maquette.makers", craft), craft, "craft")


def controls(craft: str) -> Any:
    """The controls' dataclass for `craft`."""
    return registry.load(_with_plugins(CONTROLS, "maquette.controls", craft), craft, "craft")


def suggester(craft: str) -> Any:
    """The suggester's class for `craft`."""
    return registry.load(_with_plugins(SUGGESTERS, "maquette.suggesters", craft), craft, "craft that suggests")


def craft_of(media: Any) -> str:
    """The craft in which a medium is usually made. Raises UsageError where none is known."""
    kind = type(media).__name__
    if kind not in CRAFTS:
        raise UsageError(f"no craft is known for a {kind}", mend=f"name it: one of {', '.join(SUGGESTERS)}")
    return CRAFTS[kind]


def _with_plugins(table: dict[str, str], group: str, craft: str) -> dict[str, str]:
    # Looking for plug-ins reads every installed package's metadata: only when our own table does not know.
    if craft in table:
        return table
    from importlib.metadata import entry_points

    return {**table, **{point.name: point.value for point in entry_points(group=group)}}
