"""How near people's own recordings come to one another: what the bar for a copied motion rests on.

    python benchmarks/motion_originality.py [--every 3] [--keep]

The first four seconds of every few packaged clips are compared with all other clips as a work is with what was learnt
(`encodings.print_motion`). Below the bar of 3 cm should lie only what is one recording twice, or its mirror image.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from common import keep, table

from maquette.data import motion_clips
from maquette.encodings.print_motion import BAR, MotionIndex


def main() -> None:
    """Measure and print; `--keep` writes the results."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--every", type=int, default=3)
    reading.add_argument("--keep", action="store_true", help="write results/motion_originality.json")
    given = reading.parse_args()
    clips = motion_clips.load()
    index = MotionIndex.build([clip.record() for clip in clips], [clip.motion for clip in clips])
    rows = []
    for number in range(0, len(clips), given.every):
        clip = clips[number]
        found = [one for one in index.nearest(clip.motion.part(0, 120), 3) if one.clip != number]
        if clip.motion.seconds >= 4 and found:
            rows.append({"clip": clip.id, "nearest": clips[found[0].clip].id, "cm": round(100 * found[0].distance, 1)})
    rows.sort(key=lambda row: float(str(row["cm"])))
    distances = [float(str(row["cm"])) for row in rows]
    told: dict[str, Any] = {
        "compared": len(rows),
        "below the bar": sum(one < 100 * BAR for one in distances),
        "median cm": round(float(np.median(distances)), 1),
        "nearest": rows[:8],
    }
    print(table(rows[:8]))
    print({key: value for key, value in told.items() if key != "nearest"})
    if given.keep:
        keep("motion_originality", told)


if __name__ == "__main__":
    main()
