"""`maquette tour`: the first five minutes: icons in three manners and in a designer's hand, one edited, one tampered
with, a piece of music, pictures, motions, a film, a gallery page."""

from __future__ import annotations

import dataclasses
import time
import typing
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maquette.core.progress import OnProgress

from . import tour_film, tour_hand, tour_motion, tour_music, tour_pictures
from .common import FILE, emit, json_option, note, progress_line, shown, studio

if TYPE_CHECKING:
    from maquette.interfaces.gallery import Gallery, Hand, Shown
    from maquette.media.drawing import Drawing
    from maquette.studio.lineage import Asset
    from maquette.studio.studio import Studio

CRAFT = "icon"
MANNERS = 3
EACH = 6  # works of a manner
HEAVIER = 1.6  # times the width of the strokes
CIRCLE = '  <circle cx="19" cy="5" r="3"/>\n'  # what the tampering draws into a file


@click.command()
@click.argument("word", default="rocket")
@click.option("-o", "--out", type=FILE, default=Path("tour"), show_default=True, help="Folder.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed makes the same works.")
@json_option
def tour(word: str, out: Path, seed: int, as_json: bool) -> int:
    """Icons of WORD in three manners, one edited, one tampered with, music, pictures, motions, a film; all on one page.

    Seeds as they come: nothing is picked by hand. Ends with 3 if a verification does not come out as it should.

    Example: maquette tour rocket --out tour
    """
    from maquette.interfaces.gallery import page
    from maquette.studio import files

    desk = studio()
    with progress_line(word) as on_progress:
        gallery, good = perform(desk, word, out, seed, on_progress, tell=None if as_json else note)
    data = page(gallery).encode()
    with files.told(out, "the folder"):
        path, _ = files.put(data, None, out, "gallery", ".html")
    if as_json:
        emit({"path": str(path), "kind": "gallery", "works": len(gallery.works), "verified": good})
    else:
        click.echo(f"{shown(path)}  open it in a browser")
    return 0 if good else 3


def perform(
    desk: Studio, word: str, out: Path, seed: int, on_progress: OnProgress, tell: Any = None
) -> tuple[Gallery, bool]:
    """Make everything the page shows; the gallery, and whether every verification came out as it should."""
    from maquette.interfaces.gallery import Gallery
    from maquette.studio.telling import tell as story_of
    from maquette.trust.explain import explain

    say = tell or (lambda text: None)
    start = time.perf_counter()
    made = [
        (name, list(desk.make(_request(desk, word, name, seed), on_progress, out=out))) for name in manners_of(desk)
    ]
    seconds = time.perf_counter() - start
    first = made[0][1][0]
    say(f"{sum(len(works) for _, works in made)} works in {seconds:.1f} s; the first: {shown(first.path)}")
    edited = desk.edit(first.path, heavier, note=f"strokes {HEAVIER:g} times as wide, by a program", out=out)
    say(f"one edited: {shown(edited.path)}")
    changed = tamper(first.path, out)
    say(f"one tampered with: {shown(changed)}")
    rows = tour_hand.answer(desk, word, out, seed, on_progress)
    if rows:
        say(f"{len(rows)} words answered in the hand of a set: {shown(out / 'hand')}")
    piece = tour_music.compose(desk, out, seed, on_progress)
    if piece is not None:
        say(f"a piece of music in {piece.seconds:.1f} s, with its pages and its sound: {shown(piece.asset.path)}")
    tune, states = tour_music.shown(desk, piece)
    painted = tour_pictures.paint(desk, word, out, seed, on_progress)
    for line in tour_pictures.told(painted):
        say(line)
    pictures, seen = tour_pictures.shown(desk, painted, word)
    states |= seen
    bodies = tour_motion.move(desk, out, seed, on_progress)
    for line in tour_motion.told(bodies):
        say(line)
    moved, held = tour_motion.shown(desk, bodies)
    states |= held
    shot = tour_film.shoot(desk, out, seed, on_progress)
    for line in tour_film.told(shot):
        say(line)
    reel, played = tour_film.shown(desk, shot)
    states |= played
    hands = [one.path for row in rows for one in row.works if one is not None]
    shows = {work.path: work for work in _shown(desk, [*_paths(made), edited.path, changed, *hands])}
    for path, work in shows.items():
        say(f"  {work.told.state:<9}{shown(path)}")
    verdict, asset = desk.show(first.path)
    box = desk.checkpoint_of(verdict.story)
    gallery = Gallery(
        word=word,
        manners=[(name, [shows[one.path].told for one in works]) for name, works in made],
        edited=(shows[first.path].told, shows[edited.path].told),
        changed=(shows[first.path].told, shows[changed].told),
        card=box.card if box is not None else {},
        signer=desk.signer.name,
        seconds=seconds,
        story=story_of(verdict, asset),
        explanation=explain(verdict),
        unknown=_unknown(first),
        hand=_hand(rows, shows, box.name if box is not None else ""),
        tune=tune,
        pictures=pictures,
        moved=moved,
        reel=reel,
    )
    for path, state in states.items():
        say(f"  {state:<9}{shown(path)}")
    heard = all(state == "trusted" for state in states.values())
    good = heard and all(
        work.told.state == ("invalid" if path == changed else "trusted") for path, work in shows.items()
    )
    return gallery, good


def _hand(rows: list[tour_hand.Row], shows: dict[Path, _Seen], base: str) -> Hand | None:
    if not rows:
        return None
    from maquette.checkpoints.box import open_checkpoint
    from maquette.media.style_card import read_card

    card = read_card(open_checkpoint(tour_hand.ADAPTER).file("style.toml"))
    return tour_hand.shown(rows, {path: work.told for path, work in shows.items()}, card, base)


def manners_of(desk: Studio) -> list[str]:
    """Up to three styles of the craft: those its controls offer, else those its starter has learnt; [""] for one."""
    from maquette.checkpoints.box import open_checkpoint
    from maquette.makers import table

    kind = table.controls(CRAFT)
    style = next((one for one in dataclasses.fields(kind) if one.name == "style"), None)
    if style is None:
        return [""]
    names = [str(one) for one in style.metadata.get("choices") or ()]
    hint = typing.get_type_hints(kind)["style"]
    names = names or [str(one) for one in typing.get_args(hint) if typing.get_origin(hint) is typing.Literal]
    starter = table.maker(CRAFT).starter
    if not names and starter:
        manners = open_checkpoint(starter).encoding.get("manners", ())
        # One of each kind of corner first, then of each width: manners that nobody could take for one another.
        first: dict[tuple[str, object], str] = {}
        for trait in ("join", "width", "name"):
            for one in manners:
                first.setdefault((trait, one[trait]), str(one["name"]))
        names = list(dict.fromkeys(first.values()))
    return names[:MANNERS] or [str(style.default)]


def _request(desk: Studio, word: str, manner: str, seed: int) -> Any:
    controls = {"style": manner} if manner else {}
    return desk.request(CRAFT, word, seed=seed, count=EACH, **controls)


def heavier(drawing: Drawing) -> Drawing:
    """The same lines, drawn with a broader pen."""
    shapes = tuple(
        dataclasses.replace(shape, paint=dataclasses.replace(shape.paint, width=shape.paint.width * HEAVIER))
        for shape in drawing.shapes
    )
    return dataclasses.replace(drawing, shapes=shapes)


def tamper(path: Path, out: Path) -> Path:
    """A copy of a signed file with a circle drawn into it, as somebody would who does not care for signatures."""
    from maquette.studio import files

    text = path.read_text("utf-8")
    at = text.rindex("</svg>")
    return files.put((text[:at] + CIRCLE + text[at:]).encode(), None, out, f"{path.stem}-tampered", path.suffix)[0]


@dataclasses.dataclass(frozen=True)
class _Seen:
    path: Path
    told: Shown


def _shown(desk: Studio, paths: Sequence[Path]) -> list[_Seen]:
    from maquette.interfaces.gallery import Shown
    from maquette.media.table import open_media
    from maquette.trust.verify import verify_all

    seen = []
    for path, verdict in zip(paths, verify_all(paths, at=desk.places), strict=True):
        # What a changed file tells is not passed on.
        story = verdict.story if verdict.holds else {}
        told = Shown(path.name, open_media(path), verdict.state, verdict.summary, story)
        seen.append(_Seen(path, told))
    return seen


def _paths(made: Sequence[tuple[str, Sequence[Asset]]]) -> list[Path]:
    return [asset.path for _, works in made for asset in works]


def _unknown(asset: Asset) -> list[str]:
    reading = asset.reading or {}
    told = [f"{word!r} was read as {instead!r}" for word, instead in reading.get("replaced") or ()]
    return told + [f"{word!r} is not known, and was left out" for word in reading.get("unknown") or ()]
