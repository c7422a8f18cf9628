"""Run every benchmark after the other, then write BENCHMARKS.md. One that fails is named, and the others go on.

    python benchmarks/all.py                         those that need no data
    python benchmarks/all.py --data FOLDER           all: below FOLDER lie the record files of icons and of music
    python benchmarks/all.py --data FOLDER --only music_bits,music_sound

Those whose data is not found are named and left out.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from _runs import ARGUMENTS, HERE, ICONS, MUSIC, PHOTOS, PICTURES, asks_for, benchmarks


def main() -> None:
    """Run, report, and end with 1 if one failed."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--data", type=Path, help="folder below which the datasets lie")
    reading.add_argument("--only", default="", help="names or beginnings of names, with commas between")
    given = reading.parse_args()
    found = found_below(given.data) if given.data else {}
    only = tuple(word for word in given.only.split(",") if word)
    failed = []
    for name in benchmarks():
        if only and not name.startswith(only):
            continue
        if missing := [kind for kind in asks_for(name) if kind not in found]:
            print(f"\n== {name}: left out, {' and '.join(missing).lower()} not found below --data", flush=True)
            continue
        print(f"\n== {name}", flush=True)
        if subprocess.run(line(name, found), env=surroundings(found)).returncode:
            failed.append(name)
    subprocess.run([sys.executable, str(HERE / "report.py")], check=True)
    if failed:
        sys.exit(f"these failed: {', '.join(failed)}")


def found_below(folder: Path) -> dict[str, Path]:
    """Where the data lies: `icons.jsonl*`; the folders of `lieder.jsonl.gz`, `photos.json` and `pictures.jsonl.gz`."""
    icons = next(iter(sorted(folder.rglob("icons.jsonl*"))), None)
    songs = next(iter(sorted(folder.rglob("lieder.jsonl.gz"))), None)
    photos = next(iter(sorted(folder.rglob("photos.json"))), None)
    sprites = next(iter(sorted(folder.rglob("pictures.jsonl.gz"))), None)
    named = {MUSIC: songs, PHOTOS: photos, PICTURES: sprites}
    found = {ICONS: icons, **{kind: path.parent if path else None for kind, path in named.items()}}
    return {kind: place for kind, place in found.items() if place is not None}


def line(name: str, found: dict[str, Path]) -> list[str]:
    """The words that start a benchmark, with its data in their place."""
    return [sys.executable, str(HERE / f"{name}.py"), *(placed(word, found) for word in ARGUMENTS.get(name, ()))]


def placed(word: str, found: dict[str, Path]) -> str:
    """ "PICTURES/pictures.jsonl.gz" with the folder in the place of its name; other words as they are."""
    kind, slash, rest = word.partition("/")
    return str(found[kind] / rest if slash else found[kind]) if kind in found else word


def surroundings(found: dict[str, Path]) -> dict[str, str]:
    """The environment, with the music in it for those that look for it there."""
    return {**os.environ, **({"MAQUETTE_MUSIC": str(found[MUSIC].resolve())} if MUSIC in found else {})}


if __name__ == "__main__":
    main()
