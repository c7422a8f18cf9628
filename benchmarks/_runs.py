"""How each benchmark is run: what it is told, and which data it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
ICONS, MUSIC = "ICONS", "MUSIC"  # the record file of icons; the folder of the record files of music
PHOTOS, PICTURES = "PHOTOS", "PICTURES"  # the folder of photos and paintings; that of small pictures with names
KINDS = (ICONS, MUSIC, PHOTOS, PICTURES)

FILLED = (  # of the photos: what painting anew is measured on
    "abstract-geometric",
    "painting-daffodils",
    "painting-hollyhocks",
    "photo-cat",
    "photo-coral",
    "photo-green-staircase",
    "photo-totara-tree",
    "photo-windows",
    "texture-brick",
    "texture-gravel",
)

ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "adapters": (ICONS,),
    "controls": (ICONS,),
    "effort": (ICONS,),
    "exchange": (ICONS,),
    "hands": (ICONS, "--keep"),
    "infill": (ICONS,),
    "originality": (ICONS,),
    "outlines": (ICONS,),
    "restyle": (ICONS, "--keep"),
    "rows": ("--data", ICONS, "--keep"),
    "rules": (ICONS,),
    "scorer": (ICONS,),
    "sets": ("--data", ICONS, "--keep"),
    "training": (ICONS,),
    "motion_control": ("--keep",),
    "motion_files": ("--json",),
    "motion_originality": ("--keep",),
    "music_adapter": (MUSIC,),
    "music_bits": (MUSIC,),
    "music_blend": ("--data", MUSIC, "--json"),
    "music_files": ("--pieces", "500"),
    "music_groove": ("--keep",),
    "music_harmony": ("--data", MUSIC),
    "music_originality": (MUSIC,),
    "music_readers": ("--out", "benchmarks/results/music_readers.json"),
    "music_transcribe": ("--json",),
    "film_effects": ("--photos", PHOTOS, "--scenes", "3", "--frames", "4", "--json"),
    "film_lips": ("--json",),
    "pictures_bias": ("--keep",),
    "pictures_correct": ("--photos", PHOTOS, "--keep"),
    "pictures_drawing": ("--keep",),
    "pictures_fill": (PHOTOS, "--side", "192", "--only", ",".join(FILLED), "--keep"),
    "pictures_gan": ("textures", PHOTOS),
    "pictures_originality": (f"{PICTURES}/pictures.jsonl.gz", "--keep"),
    "pictures_own": (PICTURES, "--keep"),
    "pictures_paint": ("--photos", PHOTOS, "--pictures", PICTURES, "--side", "192", "--million", "--keep"),
    "pictures_pointing": ("--scenes", "40", "--keep"),
    "pictures_style": ("--photos", PHOTOS, "--pairs", "8", "--size", "256", "--million", "--keep"),
    "pictures_texture": (PHOTOS, "--side", "96", "--keep"),
    "pictures_watermark": ("--photos", PHOTOS, "--every", "4", "--alarms", "170", "--keep"),
}
# Of music these need no data; the others look for it beside the checkout, or in the folder $MAQUETTE_MUSIC.
WITHOUT = ("music_decoding", "music_rules", "music_transcribe")
# They make pages and tables of the program, not figures, and are run by hand.
MAKERS = ("sheets", "film_sheet", "music_figures", "music_pages", "music_progressions", "pictures_sheet")
HELPERS = ("all", "baseline_nets", "common", "report")


def benchmarks() -> list[str]:
    """The names of all that measure something."""
    names = (path.stem for path in sorted(HERE.glob("*.py")))
    return [name for name in names if name not in (*MAKERS, *HELPERS) and not name.startswith("_")]


def asks_for(name: str) -> tuple[str, ...]:
    """The data that a benchmark needs."""
    if name.startswith("music_"):
        return () if name in WITHOUT else (MUSIC,)
    words = [word.partition("/")[0] for word in ARGUMENTS.get(name, ())]
    return tuple(kind for kind in KINDS if kind in words)


def command(name: str) -> str:
    """The line that measures `results/NAME.json` again."""
    script, _, checkpoint = name.partition("-")  # decoding-icon-1 is decoding with the checkpoint icon-1
    if (HERE / f"{name}.py").is_file() or not (HERE / f"{script}.py").is_file():
        return " ".join(("python", f"benchmarks/{name}.py", *ARGUMENTS.get(name, ())))
    return f"python benchmarks/{script}.py --checkpoint {checkpoint}"
