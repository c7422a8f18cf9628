"""A page for each genre, made the way a user makes it and not picked, with the figures of its form; and 20 pairs.

    python benchmarks/music_pages.py [--checkpoint music-1] [--seed 1] [--out docs] [--only mazurka,hymn]
    python benchmarks/music_pages.py --pairs [--checkpoint music-1] [--out docs]

Pages: `studio.make` with one seed and `count=1` for each genre of the table below, engraved; `music-pages/` gets PNG
and MIDI, `music-pages.md` shows them with the measures of `makers/music_judge` beside those of human training pieces.
What is good and weak in each was written after looking at it and lies in `music_remarks.json` with a hash of the notes
that it was written for: other notes are shown without words.

Pairs: frames of held-out human pieces (16 bars, their metre, key, tempo, players; of our own hold-out, nothing was
fitted to them), each with its human notes and with those that the maker gives for the frame, unpicked. Both are cut to
8 bars and stripped of what would tell them apart: titles, loudness, words. Which is which stands in a file of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import random
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from _pieces import MUSIC, records
from common import keep, table
from PIL import Image, ImageChops

from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import MaquetteError
from maquette.core.progress import silent
from maquette.core.settings import Places
from maquette.core.types import Request
from maquette.data.music_records import record_to_score
from maquette.makers.music import MusicControls, MusicMaker
from maquette.makers.music_controls import ranges_of
from maquette.makers.music_figures import FIGURES
from maquette.makers.music_judge import WEIGHTS, distance, ends_at_home, measures
from maquette.makers.music_lexicon import BY_NAME
from maquette.makers.music_plan import plan_of
from maquette.media import score as s
from maquette.media import score_midi
from maquette.media.engrave import Layout, to_png, to_svg
from maquette.studio.studio import Studio

Score = s.Score
REMARKS = Path(__file__).with_name("music_remarks.json")
DOCS = Path(__file__).resolve().parents[1] / "docs"
WIDE = 1000  # pixels of a page
GREYS, LARGEST = 16, 60_000  # of a picture: shades, bytes
BARS, SHOWN = 16, 8  # of a pair: written, and shown
PAIRS = {"lieder": 5, "polish": 6, "mutopia": 4, "quartets": 2, "hymnal": 3}  # pairs from each set
FREE = ("CC0-1.0", "Public Domain", "CC-BY-4.0", "CC BY 4.0", "CC-BY-3.0")
FRESH, OURS = 50, 1
YOUNG = ("Kazuro",)  # died less than 70 years ago: the typesetting is free, the music may not be everywhere


@dataclass(frozen=True)
class Wish:
    """One page: its file, the words that are typed, the options beside them, the genre its figures are of."""

    name: str
    words: str
    options: Mapping[str, Any]
    genre: str


WISHES = (
    Wish("mazurka", "a mazurka in A minor", {"bars": 16}, "mazurka"),
    Wish("waltz", "a waltz in E flat major", {"bars": 16}, "waltz"),
    Wish("polonaise", "a polonaise in D major", {"bars": 16}, "polonaise"),
    Wish("krakowiak", "a krakowiak in G major", {"bars": 16}, "krakowiak"),
    Wish("song", "a song in F major", {"bars": 16}, "song"),
    Wish("hymn", "a hymn in G major", {"bars": 16}, "hymn"),
    Wish("string-quartet", "a string quartet in D major", {"bars": 16}, "string quartet"),
    Wish("march", "a march in C major", {"bars": 16}, "march"),
    Wish("minuet", "a minuet in G major", {"bars": 16}, "minuet"),
    Wish("fugue", "a fugue in D minor", {"bars": 16}, "fugue"),
    Wish("prelude", "a prelude in C minor", {"bars": 16}, "prelude"),
    Wish("etude", "an etude in E minor", {"bars": 16}, "etude"),
    Wish("mass", "a mass in A minor", {"bars": 16}, "mass"),
    Wish("opera", "an aria in B flat major", {"bars": 16}, "opera"),
    Wish("folk", "a folk song for violin in D major", {"bars": 16}, "folk"),
    Wish("game", "a game soundtrack in E minor", {"bars": 16}, "game soundtrack"),
    Wish("orchestra", "an orchestral piece for chamber orchestra in C major", {"bars": 16}, "orchestral"),
)


def main() -> None:
    """Make the pages or the pairs."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--checkpoint", default="music-1")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--out", type=Path, default=DOCS)
    ask.add_argument("--only", default="", help="these pages and no others; the index stays as it is")
    ask.add_argument("--pairs", action="store_true")
    asked = ask.parse_args()
    if asked.pairs:
        write_pairs(asked.checkpoint, asked.seed, asked.out)
        return
    chosen = [wish for wish in WISHES if not asked.only or wish.name in asked.only.split(",")]
    folder = asked.out / "music-pages"
    folder.mkdir(parents=True, exist_ok=True)
    told = {}
    with tempfile.TemporaryDirectory() as home:
        studio = Studio(Places(Path(home), Path(home) / "config"), say=lambda text: None)
        for wish in chosen:
            score = made(studio, wish, asked.checkpoint, asked.seed, Path(home) / "works")
            picture, pages = page(score)
            (folder / f"{wish.name}.png").write_bytes(picture)
            (folder / f"{wish.name}.mid").write_bytes(score_midi.to_bytes(score, title=score.title, comment=SAID))
            told[wish.name] = {"hash": hash_of(score), "pages": pages, **figures(score, wish.genre)}
            print(wish.name, len(picture), json.dumps(told[wish.name]), flush=True)
    if not asked.only:
        (asked.out / "music-pages.md").write_text(index(told, asked.seed), encoding="utf-8", newline="\n")
        if asked.out == DOCS:
            keep("music_pages", {"seed": asked.seed, "pages": told})


SAID = "written by a model (music-1 of Maquette), unpicked; see docs/music-pages.md"


def made(studio: Studio, wish: Wish, checkpoint: str, seed: int, out: Path) -> Score:
    """The one piece that a user gets for these words."""
    request = studio.request("music", wish.words, seed=seed, count=1, checkpoint=checkpoint, **wish.options)
    asset = next(iter(studio.make(request, out=out)))
    return replace(score_midi.read(asset.path), title=asset.note.partition(",")[0])


def page(score: Score) -> tuple[bytes, int]:
    """The first page, cut to its ink, as PNG in few greys; and how many pages there are."""
    return picture_of(score, Layout(), WIDE), len(to_svg(score))


def picture_of(score: Score, layout: Layout, px: int) -> bytes:
    """The first page of a score as a small PNG, cut to its ink."""
    picture = Image.open(io.BytesIO(to_png(score, px=px, layout=layout))).convert("L")
    box = ImageChops.invert(picture).getbbox() or (0, 0, *picture.size)
    left, top, right, bottom = box[0] - 14, box[1] - 14, box[2] + 14, box[3] + 14
    cut = picture.crop((max(0, left), max(0, top), min(picture.width, right), min(picture.height, bottom)))
    data = b""
    for greys in (GREYS, 8, 4):
        out = io.BytesIO()
        cut.quantize(greys).save(out, "PNG", optimize=True)
        data = out.getvalue()
        if len(data) <= LARGEST:
            break
    return data


def hash_of(score: Score) -> str:
    """Of the notes alone."""
    notes = [[(note.start, note.length, note.pitch) for note in part.notes] for part in score.parts]
    return hashlib.sha256(json.dumps(notes).encode()).hexdigest()[:12]


def figures(score: Score, genre: str) -> dict[str, Any]:
    """What `music_judge` measures, how far all of it is from people, and the ending."""
    found = measures(score)
    told = {name: round(found[name], 3) for name in WEIGHTS}
    return {**told, "distance": round(distance(found, genre), 2), "home": round(ends_at_home(score), 2)}


NAMES = {
    "repeats": "bars that come back", "rhythms": "rhythms that come back", "steps": "steps", "still": "repeated notes",
    "density": "notes a quarter", "range": "range, octaves", "idle": "empty bars", "in_key": "in key",
}  # fmt: skip


def index(told: Mapping[str, Mapping[str, Any]], seed: int) -> str:
    """The page that shows all pages, with what was said of them."""
    remarks = json.loads(REMARKS.read_text(encoding="utf-8")) if REMARKS.is_file() else {}
    lines = [INTRO.format(seed=seed)]
    for wish in WISHES:
        one, said = told[wish.name], remarks.get(wish.name, {})
        lines.append(f"## {wish.name.replace('-', ' ').capitalize()}\n")
        more = "".join(f" --{name} {value}" for name, value in wish.options.items())
        lines.append(f'`maquette music "{wish.words}"{more} --seed {seed} --count 1` · ')
        lines[-1] += f"[MIDI](music-pages/{wish.name}.mid)\n"
        lines.append(f"![A page of notes: {wish.words}](music-pages/{wish.name}.png)\n")
        if one["pages"] > 1:
            lines.append(f"(The first of {one['pages']} pages.)\n")
        if said.get("hash") == one["hash"]:
            lines.append(f"**Good:** {said['good']} **Weak:** {said['weak']}\n")
    rows = []
    for wish in WISHES:
        usual, one = FIGURES.get(wish.genre) or FIGURES["piece"], told[wish.name]
        row: dict[str, Any] = {"page": wish.name, "far": one["distance"], "home": one["home"]}
        row |= {label: f"{one[name]:.2f} ({usual[name][0]:.2f})" for name, label in NAMES.items()}
        rows.append(row)
    lines += ["## Form, in figures\n", FORM, table(rows), ""]
    return "\n".join(lines)


INTRO = """# A page of every genre

Nobody picked these. Each is what the line above it gives (seed {seed}, the first and only piece), set by
`maquette music score`. The maker wrote six candidates and kept the one that its own ranking liked best, as it does for
everybody. What is weak is said as plainly as what is good. Twenty more, beside people's, are in the
[pairs](music-pairs.md).
"""
FORM = """Each figure of the page, and in brackets the median of human training pieces of the genre (their first 16
bars). `far` is how far all measures together are from people's, in their own spread (1: as far as people are from
each other); `home` is 1 where the last bass note is the tonic, the last notes belong to its chord and the last to begin
stays. They tell order from wandering, and nothing of beauty.
"""


# -- pairs -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """A frame with both contents, and whose the human one is."""

    human: Score
    own: Score
    record: Mapping[str, Any]
    seed: int


def human_pieces(name: str, count: int) -> Iterator[tuple[Mapping[str, Any], Score]]:
    """Held-out pieces of a set, their first 16 bars, of few enough players to be read at a glance."""
    rows = [row for row in records(name, MUSIC) if _ours(row["work"]) and row["license"] in FREE]
    rows = [row for row in rows if not str(row.get("composer") or "").startswith(YOUNG)]
    random.Random(7).shuffle(rows)
    works: set[str] = set()
    for row in rows:
        try:
            score = s.cut(record_to_score(row), 0, BARS)
        except MaquetteError:
            continue
        parts = tuple(part for part in score.parts if part.notes)
        score = replace(score, parts=parts)
        staves = sum(part.staves for part in parts)
        opening = s.cut(score, 0, SHOWN).count
        plain = row["genre"] in BY_NAME and score.keys and staves <= 5 and len({bar.full for bar in score.bars}) == 1
        if plain and opening >= 5 * SHOWN and row["work"] not in works and len(works) < count:
            works.add(row["work"])
            yield row, score


def _ours(work: str) -> bool:
    return int(hashlib.sha1(work.encode()).hexdigest(), 16) % FRESH == OURS


def pairs(checkpoint: str, seed: int) -> Iterator[Pair]:
    """The human pieces with what the maker gives for their frames: the best of its candidates by its own ranking."""
    maker = MusicMaker(open_checkpoint(checkpoint))
    number = 0
    for name, count in PAIRS.items():
        for row, human in human_pieces(name, count):
            number += 1
            genre = str(row["genre"])
            controls = MusicControls(genre=genre, parts="piano")
            empty = replace(human, parts=tuple(replace(part, notes=(), dynamics=()) for part in human.parts))
            empty = replace(empty, chords=(), marks=(), tempi=human.tempi[:1] or (s.Tempo(0, 96.0),))
            request = Request("music", f"a {genre}", controls, seed + number, 1)
            plan = plan_of(request.prompt, controls, request.seed, maker.checkpoint.encoding.get("genres", ()))
            plan = replace(plan, score=empty, ranges=ranges_of(None, empty.parts))
            best = maker.candidates(plan, request, silent)[0]
            yield Pair(bare(replace(human, tempi=empty.tempi)), bare(best.score), row, best.written.seed)


def bare(score: Score) -> Score:
    """What is shown: 8 bars, one loudness, one tempo, no names that tell."""
    score = s.cut(score, 0, SHOWN)
    parts = []
    for number, part in enumerate(score.parts, start=1):
        notes = [replace(note, velocity=80, voice=0, lyric="", spelling="") for note in part.notes]
        parts.append(replace(part, name=f"{number}", notes=tuple(notes), dynamics=()))
    tempi = (s.Tempo(0, score.tempo_at(0)),)
    return replace(score, parts=tuple(parts), chords=(), marks=(), title="", composer="", tempi=tempi, said=())


def write_pairs(checkpoint: str, seed: int, out: Path) -> None:
    """The sheet, its pictures and MIDI files, and the key."""
    folder = out / "music-pairs"
    folder.mkdir(parents=True, exist_ok=True)
    found = list(pairs(checkpoint, seed))
    dice = random.Random(2026 + seed)
    dice.shuffle(found)
    sheet, key = [SHEET.format(count=len(found))], [KEY]
    for number, pair in enumerate(found, start=1):
        sides = ["human", "own"]
        dice.shuffle(sides)
        sheet.append(f"## {number}\n")
        for letter, side in zip("AB", sides, strict=True):
            score = getattr(pair, side)
            name = f"{number:02d}{letter.lower()}"
            (folder / f"{name}.png").write_bytes(picture_of(score, Layout(title=False), 760))
            (folder / f"{name}.mid").write_bytes(score_midi.to_bytes(score))
            sheet.append(
                f"**{letter}** · [MIDI](music-pairs/{name}.mid)\n\n![{number} {letter}](music-pairs/{name}.png)\n"
            )
        row = pair.record
        who = f"{row.get('composer') or 'traditional'}: {row.get('title')}"
        letter = "AB"[sides.index("human")]
        key.append(
            f"{number}. **{letter}** is human: {who} ({row['set']}, {row['license']}); the other: seed {pair.seed}."
        )
        print(number, who, letter, flush=True)
    (out / "music-pairs.md").write_text("\n".join(sheet) + "\n", encoding="utf-8", newline="\n")
    (out / "music-pairs-key.md").write_text("\n".join(key) + "\n", encoding="utf-8", newline="\n")


SHEET = """# {count} pairs: which did a person write?

Each pair has the same bars, metre, key, tempo and players. One is the opening of a piece that a person wrote, and that
the model never learnt from; the other is what the model wrote into the same frame: the first answer, unpicked. Titles,
words and loudness are taken off both; the order is shuffled. Write down A or B for each, then look at
[the key](music-pairs-key.md): somebody who cannot tell gets about half of them right.
"""
KEY = """# Key to the pairs

Whose piece the human one of each [pair](music-pairs.md) is: title, composer, set and licence as in the records (CC0,
public domain or CC BY; notes alone are shown, in the first eight bars, without words and loudness).
"""


if __name__ == "__main__":
    main()
