"""One's own tunes: what an adapter learns of four hands in so many minutes, and what it changes in what is written.

    python benchmarks/music_adapter.py [FOLDER] [--minutes 6] [--hands mazurkas,reels,jigs,hymns] [--checkpoint music-1]

FOLDER holds the record files of music. Folders of tunes are made of them, as a composer would have them: mazurkas by
Jozef Stefani and hymns as MIDI files, reels and jigs as ABC. The base has read the mazurkas and the hymns among all
else that it learnt from, though only once or twice; of the dances none (their GPL-3 keeps them out of it).

Each becomes an adapter by the house's own loop, with whole tunes held out: bits per note before and after. Then the
base, under the genre of its own that suits the tunes best, and the adapter write into the frames of tunes of that hand
(bars, metre, key, tempo, players), once and unpicked. How far either is from the hand is told by Jensen-Shannon
divergence (bits) of pitch classes, lengths, places and intervals from the tunes learnt from, and by the mean deviation
of what can be heard of order; the held-out tunes themselves say how near a human comes to it.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from _pieces import MUSIC
from common import keep, table
from music_bars import Piece, divergence, pooled, written

from maquette.checkpoints.box import open_checkpoint
from maquette.data.dataset import Item, open_dataset
from maquette.makers.music_judge import WEIGHTS, measures
from maquette.makers.music_writer import Writer, lines_of
from maquette.media import score as s
from maquette.media import score_midi
from maquette.training.run import Report, train

BARS = 16
MOST = 40  # tunes of a hand


@dataclass(frozen=True)
class Hand:
    """Whose tunes: a record file, what they must be, how many are taken, and as what kind of file."""

    file: str
    genre: str
    composer: str
    count: int
    suffix: str


HANDS = {
    "mazurkas": Hand("polish", "mazurka", "Stefani", MOST, ".mid"),
    "reels": Hand("nottingham", "reel", "", MOST, ".abc"),
    "jigs": Hand("nottingham", "jig", "", MOST, ".abc"),
    "hymns": Hand("hymnal", "hymn", "", 25, ".mid"),
}


def make_folder(hand: Hand, data: Path, folder: Path) -> int:
    """Write the tunes of a hand as files with their licence beside them; gives how many. None of a hold-out."""
    chosen = []
    for item in open_dataset(data / f"{hand.file}.jsonl.gz", split="train").items:
        number = int(hashlib.sha1(item.work.encode()).hexdigest(), 16)
        author = str(item.record().get("composer") or "")
        if item.genre == hand.genre and hand.composer in author and number % 20 and number % 50 != 1:
            chosen.append(item)
    folder.mkdir(parents=True)
    for item in chosen[: hand.count]:
        _write(item, folder / (item.id.replace("/", "-") + hand.suffix))
    licence, author = chosen[0].licence, hand.composer or "traditional"
    (folder / "licence.toml").write_text(f'licence = "{licence}"\nauthor = "{author}"\n', encoding="utf-8")
    return min(len(chosen), hand.count)


def _write(item: Item, path: Path) -> None:
    if path.suffix == ".abc":
        path.write_text(str(item.record()["abc"]), encoding="utf-8")
    else:
        path.write_bytes(score_midi.to_bytes(item.score(), title=item.title))


def learnt(folder: Path, base: str, minutes: float, out: Path) -> dict[str, Any]:
    """Train the adapter; what its card tells of it."""
    seen: list[Report] = []
    began = time.monotonic()
    train("music", folder, base=base, minutes=minutes, out=out, on_step=seen.append)
    card = open_checkpoint(out).card
    figures = card["figures"]
    size = sum(path.stat().st_size for path in out.iterdir() if path.is_file())
    return {
        "base genre": figures["base_genre"],
        "bits before": figures["base_bits_per_note"],
        "bits after": figures["held_out_bits_per_note"],
        "fewer": round(1 - figures["held_out_bits_per_note"] / figures["base_bits_per_note"], 3),
        "strength": figures["strength"],
        "steps": seen[-1].step,
        "training minutes": round(60 * card["compute"]["hours"], 1),
        "minutes": round((time.monotonic() - began) / 60, 1),
        "tokens": card["compute"]["tokens_read"],
        "MB": round(size / 1e6, 2),
        "curve": card["curve"],
        "held out": len(card["held_out"]),
    }


def frames(items: Sequence[Item]) -> list[s.Score]:
    """The first bars of tunes, only parts that play."""
    out = []
    for item in items:
        score = item.score()
        if not score.keys:
            from maquette.media.keys import find_key

            score = replace(score, keys=(find_key(score),))
        short = s.cut(score, 0, min(BARS, len(score.bars)))
        short = replace(short, parts=tuple(part for part in short.parts if part.notes), chords=())
        if 1 <= len(lines_of(short)) <= 8 and short.count >= 16:
            out.append(short)
    return out


def deviation(scores: Sequence[s.Score], own: Sequence[s.Score]) -> float:
    """The mean over measures of how far these are from one's own tunes on the whole, in deviations of one's own."""
    theirs, mine = ([measures(score) for score in some if score.count] for some in (scores, own))
    far = []
    for name in WEIGHTS:
        values = [row[name] for row in mine]
        found = float(np.mean([row[name] for row in theirs]))
        far.append(abs(found - float(np.mean(values))) / max(float(np.std(values)), 0.03))
    return float(np.mean(far))


def beside(folder: Path, out: Path, base: str, genre: str, pieces: int) -> list[dict[str, Any]]:
    """What base and adapter write into the same frames, and the held-out tunes, beside the tunes learnt from."""
    items = open_dataset(folder).items
    names = set(open_checkpoint(out).card["held_out"])
    own = frames([item for item in items if item.title not in names])
    held = frames([item for item in items if item.title in names])
    asked = (held + own)[:pieces]
    rows = []
    for who in ("held-out tunes", "the base", "the adapter"):
        made = held
        if who != "held-out tunes":
            writer = Writer(open_checkpoint(base if who == "the base" else out))
            name = genre if who == "the base" else str(writer.own)
            made = [written(writer, Piece("own", name, score), number) for number, score in enumerate(asked)]
        reference, found = pooled(own), pooled(made)
        row: dict[str, Any] = {"who": who, "pieces": len(made)}
        far = {key: divergence(reference[key], found[key]) for key in reference}
        row |= {f"JS {key}": round(value, 4) for key, value in far.items()}
        row["JS mean"] = round(float(np.mean(list(far.values()))), 4)
        row["order, deviations"] = round(deviation(made, own), 2)
        rows.append(row)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=MUSIC)
    parser.add_argument("--minutes", type=float, default=6.0)
    parser.add_argument("--hands", default=",".join(HANDS))
    parser.add_argument("--checkpoint", default="music-1")
    parser.add_argument("--pieces", type=int, default=16, help="Pieces that each writes.")
    given = parser.parse_args()
    rows: list[dict[str, Any]] = []
    curves: dict[str, Any] = {}
    ways: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as made:
        for name in given.hands.split(","):
            folder, out = Path(made) / name, Path(made) / f"my-{name}"
            count = make_folder(HANDS[name], given.folder, folder)
            told = learnt(folder, given.checkpoint, given.minutes, out)
            curves[name] = told.pop("curve")
            rows.append({"hand": name, "tunes": count, **told})
            print(table(rows[-1:]), curves[name], flush=True)
            ways[name] = beside(folder, out, given.checkpoint, told["base genre"], given.pieces)
            print(table(ways[name]), flush=True)
    keep("music_adapter", {"checkpoint": given.checkpoint, "rows": rows, "curves": curves, "written": ways})


if __name__ == "__main__":
    main()
