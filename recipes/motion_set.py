"""Pack the motion set that travels with Maquette: clips of tier a (CMU, KayKit), mended, the many alike thinned out.

python recipes/motion_set.py FOLDER      FOLDER holds motion.npz and clips.jsonl.gz, as docs/data.md describes them
"""

from __future__ import annotations

import argparse
import dataclasses
from collections import Counter
from pathlib import Path

from maquette.data import motion_clips
from maquette.data.motion_clips import Clip
from maquette.media.motion_mend import SHORTEST, mended

# At most so many clips of what there is plenty of, and at most so many frames of a long one.
KEPT = {"salsa": 14, "climb": 8, "indian": 4, "signal": 4, "sword": 20}
LONGEST = 900
FAULTY = ("cmu_walking_extra_train_25",)  # called a slow walk; somebody stumbles and the last frames are torn

NOTICE = """\
Motions that travel with Maquette, and that its motion graph and its films are made of.

1. CMU Graphics Lab Motion Capture Database (clips cmu_*), mocap.cs.cmu.edu. The words of its owners: "This data is
   free for use in research projects. You may include this data in commercially-sold products, but you may not resell
   this data directly, even in converted form." and "The motion capture data may be copied, modified, or redistributed
   without permission." So these clips may be used, changed and passed on, also inside a product that is sold; this
   folder itself may not be sold. Acknowledgement: {words}

2. KayKit Character Pack: Adventurers 1.0 by Kay Lousberg, www.kaylousberg.com (clips kk_*), CC0 1.0.

All clips were brought to one skeleton of 22 joints at 30 frames a second, floor, heading and origin set.
"""


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("folder", type=Path)
    reading.add_argument("--out", type=Path, default=motion_clips.PACKAGED)
    given = reading.parse_args()
    clips = chosen(motion_clips.load(given.folder, tiers=("a",)))
    given.out.mkdir(parents=True, exist_ok=True)
    data = motion_clips.packed(clips)
    (given.out / "clips.xz").write_bytes(data)
    (given.out / "NOTICE.txt").write_text(NOTICE.format(words=motion_clips.CMU_WORDS), encoding="utf-8")
    minutes = sum(clip.motion.seconds for clip in clips) / 60
    print(f"{len(clips)} clips, {minutes:.1f} min, {len(data) / 1e6:.2f} MB")


def chosen(clips: tuple[Clip, ...]) -> list[Clip]:
    """The clips that travel, in their order: spread evenly over those that are alike."""
    alike: Counter[str] = Counter(key for clip in clips for key in KEPT if key in clip.labels)
    seen: Counter[str] = Counter()
    kept = []
    for clip in clips:
        if clip.id in FAULTY:
            continue
        key = next((key for key in KEPT if key in clip.labels), "")
        if key and alike[key] > KEPT[key]:
            share = KEPT[key] / alike[key]
            seen[key] += 1
            if int(seen[key] * share) == int((seen[key] - 1) * share):
                continue
        whole = mended(clip.motion)
        if whole.frames < min(SHORTEST, clip.motion.frames):
            continue
        clip = dataclasses.replace(clip, motion=whole)
        longest = 480 if key else LONGEST
        if clip.motion.frames > longest:
            clip = dataclasses.replace(clip, motion=clip.motion.part(0, longest))
        kept.append(clip)
    return kept


if __name__ == "__main__":
    main()
