"""`maquette picture PROMPT`: pictures from words, and from pictures: varied, blended, drawn anew, enlarged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maquette.core.errors import UsageError
from maquette.core.progress import OnProgress, Progress

from . import crafts
from .common import FILE, emit, json_option, note, progress_line, shown, studio, verbose_option

if TYPE_CHECKING:
    from maquette.makers.picture_large import Worn
    from maquette.studio.picture_making import Files
    from maquette.studio.studio import Studio

EXAMPLE = 'maquette picture "three yellow stars above a fox" --style "pixel art" --size 32 --seed 7 --out foxes'
_BESIDE = ("vary", "start", "blend", "mask", "extend", "like", "upscale")


@click.command("make", cls=crafts.Make, craft="picture", short_help="Make pictures of a prompt (the default).")
@click.argument("prompt", required=False)
@click.option("--count", type=int, default=4, show_default=True, help="How many.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed makes the same pictures.")
@click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one.")
@click.option("--vary", type=FILE, metavar="FILE", help="Another like this picture.")
@click.option("--from", "start", type=FILE, metavar="FILE", help="Begin from this picture, and draw towards the words.")
@click.option("--strength", type=float, help="How far --vary (0.4) and --from (0.5) go, above 0 up to 1.")
@click.option("--blend", type=FILE, nargs=2, metavar="A B", help="Between two pictures.")
@click.option("--mix", type=float, default=0.5, show_default=True, help="Where between A (0) and B (1).")
@click.option("--mask", type=FILE, metavar="MASK", help="With --from: draw only where this picture is white.")
@click.option("--extend", metavar="left=16,...", help="With --from: draw on past its edges, so many pixels.")
@click.option("--upscale", type=click.Choice(["2", "4"]), help="Enlarge --from FILE, or what is made, so many times.")
@click.option("--style-from", "like", type=FILE, metavar="FILE", help="In the manner of this picture.")
@click.option("--lora", multiple=True, metavar="NAME[:WEIGHT]", help="Large models: wear this LoRA.")
@click.option("--word", "words", multiple=True, metavar="FILE", help="Large models: a learnt word.")
@click.option("--control", nargs=2, metavar="NAME FILE", help="Large models: a ControlNet, and the picture it follows.")
@click.option("--scheduler", metavar="NAME", help="Large models: another scheduler.")
@click.option("--preview", type=FILE, metavar="FILE.png", help="Show here how the pictures stand, step by step.")
@click.option("--sheet/--no-sheet", default=True, show_default=True, help="An overview when there is more than one.")
@click.option("--checkpoint", metavar="NAME|PATH", help="The model. Default: the craft's starter.")
@click.option("--licence", metavar="SPDX", help="The licence you offer the works under, e.g. CC-BY-4.0.")
@click.option("--prompts", type=FILE, metavar="FILE.csv", help="A batch: columns prompt, count, seed and any control.")
@click.option(
    "--private",
    is_flag=True,
    envvar="MAQUETTE_PRIVATE",
    show_envvar=True,
    help="Keep the prompt out of the files; a salted hash takes its place.",
)
@click.option("--unsigned", is_flag=True, help="Do not sign; the file and the library say so.")
@click.option("--allow-near-copy", is_flag=True, help="Keep near copies of others' works; this is recorded.")
@verbose_option
@json_option
@click.pass_context
def make(ctx: click.Context, /, **asked: Any) -> int:
    """Make pictures of PROMPT: a grid of four to choose from.

    Things, their number, colour and place are read in English and Russian, their names in seventeen languages. Words
    weigh more in brackets: (fox:1.3). Every picture that begins from another is its signed child.

    \b
    Example: maquette picture "three yellow stars above a fox" --style "pixel art" --size 32 --seed 7 --out foxes
             maquette picture --vary foxes/FOX.png --strength 0.4
             maquette picture "a crown" --from fox.png --mask head.png
    """
    from maquette.studio.picture_making import Files, sides_of

    given = {name: asked.pop(name) for name in _BESIDE}
    files = Files(
        given["vary"],
        given["start"],
        given["blend"] or None,
        given["mask"],
        sides_of(given["extend"]) if given["extend"] else {},
        given["like"],
    )
    times = int(given["upscale"] or 0)
    asked["palette"] = _palette(asked["palette"])
    worn = _worn(asked)
    job = _Run(studio(), asked, crafts._Told(asked["as_json"], asked["verbose"]))
    if times and not asked["prompt"] and files.verb == "redraw":
        return job.enlarge(files.start, times)
    if files.verb == "draw" and not worn:
        return job.from_words(ctx, times)
    return job.from_pictures(files, worn, times)


def _palette(text: str) -> str:
    """The colours of --palette: as they are written, or those of the file that is named."""
    path = Path(text).expanduser()
    if not text or not path.suffix or not path.is_file():
        return text
    import re

    if path.suffix.lower() in (".hex", ".gpl", ".txt", ".pal"):
        lines = path.read_text("utf-8", errors="replace").splitlines()
        found = [f"#{line.strip().lstrip('#')}" for line in lines if re.fullmatch(r"#?[0-9a-fA-F]{6}", line.strip())]
        rows = [re.match(r"\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})\b", line) for line in lines]
        found += ["#{:02x}{:02x}{:02x}".format(*(min(255, int(one)) for one in row.groups())) for row in rows if row]
    else:
        from maquette.makers.picture_finish import palette_from
        from maquette.media.picture_file import read

        pixels = read(path).pixels
        found = ["#{:02x}{:02x}{:02x}".format(*one) for one in palette_from(pixels, 16)]
    if len(set(found)) < 2:
        raise UsageError("this file names no palette", where=str(path), mend="give a .hex or .gpl file, or a picture")
    return ",".join(dict.fromkeys(found))


def _worn(asked: dict[str, Any]) -> Worn | None:
    """What a large model is to wear; None for nothing."""
    lora, words, control, scheduler = (asked.pop(name) for name in ("lora", "words", "control", "scheduler"))
    if not (lora or words or control or scheduler):
        return None
    from maquette.makers.picture_large import Worn
    from maquette.media.picture_file import read

    pairs = []
    for one in lora:
        name, colon, weight = one.rpartition(":")
        try:
            pairs.append((name, float(weight)) if colon and name else (one, 1.0))
        except ValueError:
            pairs.append((one, 1.0))  # a colon of a path
    return Worn(tuple(pairs), tuple(words), (control[0], read(Path(control[1]))) if control else None, scheduler)


class _Run:
    """One call of the command."""

    def __init__(self, desk: Studio, asked: dict[str, Any], told: crafts._Told) -> None:
        self.desk, self.told, self.asked = desk, told, asked
        self.out: Path = asked["out"]

    def _take(self, *names: str) -> dict[str, Any]:
        return {name: self.asked.pop(name) for name in names}

    def from_words(self, ctx: click.Context, times: int) -> int:
        """Pictures of a prompt, or of a batch of them, each grid with its overview."""
        how = self._take("out", "unsigned", "private", "allow_near_copy")
        extra = self._take("preview", "sheet", "verbose", "as_json", "strength", "mix")
        if extra["strength"] is not None:
            raise UsageError("a strength needs a picture to begin from", mend="name it: --vary FILE or --from FILE")
        asked = self._take("prompt", "prompts")
        for request in crafts._requests(self.desk, "picture", asked["prompt"], asked["prompts"], ctx, self.asked):
            with progress_line(request.prompt) as line, _shown(line, extra["preview"]) as on_progress:
                kept = []
                works = self.desk.make(request, on_progress, on_near_copy=self.told.near_copy, **how)
                for asset in works:
                    self.told.asset(asset)
                    kept.append(asset)
            if times:
                for asset in kept:
                    self.enlarge(asset.path, times, how)
            self._sheet([one.path for one in kept], extra["sheet"])
        return 0

    def from_pictures(self, files: Files, worn: Worn | None, times: int) -> int:
        """Pictures from pictures."""
        from maquette.makers.picture_controls import PictureControls
        from maquette.studio.picture_making import Wanted, make

        keep = self._take("out", "unsigned", "private")
        far = self._take("count", "seed", "strength", "mix")
        extra = self._take("preview", "sheet", "verbose", "as_json", "prompt", "prompts", "checkpoint")
        rest = self._take("allow_near_copy", "licence")
        if extra["prompts"] or rest["licence"]:
            raise UsageError("a batch and a licence go with pictures from words", mend="leave them out here")
        controls = PictureControls(**self.asked)
        wanted = Wanted(**far, **keep)
        prompt = extra["prompt"] or ""
        kept = []
        with progress_line(prompt or files.verb) as line, _shown(line, extra["preview"]) as on_progress:
            made = make(
                self.desk,
                files,
                prompt,
                controls,
                wanted=wanted,
                checkpoint=extra["checkpoint"],
                worn=worn,
                on_progress=on_progress,
            )
            for one in made:
                self.told.asset(one.asset)
                for said in one.said:
                    note(f"note: {said}")
                kept.append(one.asset.path)
        for path in kept if times else ():
            self.enlarge(path, times, keep)
        self._sheet(kept, extra["sheet"])
        return 0

    def enlarge(self, path: Path | str | None, times: int, keep: dict[str, Any] | None = None) -> int:
        """One picture enlarged."""
        from maquette.studio.picture_making import Wanted, enlarge

        assert path is not None
        how = {name: (keep or self.asked)[name] for name in ("out", "unsigned", "private")}
        kept = enlarge(self.desk, path, times, wanted=Wanted(**how), checkpoint=self.asked.get("checkpoint"))
        self.told.asset(kept.asset)
        for said in kept.said:
            note(f"note: {said}")
        return 0

    def _sheet(self, paths: list[Path], wanted: bool) -> None:
        if not wanted or len(paths) < 2:
            return
        from maquette.media.picture_file import read
        from maquette.studio.picture_making import put_sheet

        stem = f"{paths[0].stem}-sheet"
        path = put_sheet([read(one) for one in paths], self.out.expanduser(), stem)
        if self.told.as_json:
            emit({"sheet": str(path)})
        else:
            click.echo(f"{shown(path)}  overview")


class _shown:
    """`on_progress` that also writes how the pictures stand to a file, whole at every step."""

    def __init__(self, on_progress: OnProgress, path: Path | None) -> None:
        self.on_progress, self.path = on_progress, path

    def __enter__(self) -> OnProgress:
        return self if self.path is not None else self.on_progress

    def __exit__(self, *error: object) -> None:
        return None

    def __call__(self, progress: Progress) -> None:
        self.on_progress(progress)
        if self.path is None or progress.preview is None:
            return
        import os

        import numpy as np

        from maquette.media.picture import Picture, from_floats
        from maquette.media.picture_file import to_bytes

        seen = progress.preview()
        picture = seen if isinstance(seen, Picture) else from_floats(np.asarray(seen))
        temporary = self.path.with_name(f".{self.path.name}.tmp")
        temporary.write_bytes(to_bytes(picture))
        os.replace(temporary, self.path)
