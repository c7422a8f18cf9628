"""The bias card of a model of pictures: whom it draws when a prompt names an occupation and nothing else.

    python benchmarks/pictures_bias.py [--checkpoint picture-1] [--each 12] [--prompts 19] [--out bias.json] [--keep]

Shares of six skin tones and of men and women, with 95 % intervals; `skews` names what an even split rules out. Men and
women are held against each other; most figures are meant to be neither. `makers/picture_bias.py` tells of the judges.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from common import keep, table

from maquette.checkpoints.box import open_checkpoint
from maquette.encodings.print_small import PictureIndex
from maquette.makers.picture import PictureMaker
from maquette.makers.picture_bias import OCCUPATIONS, audit, draws


def main() -> None:
    """Draw, judge, print; `--out` writes the card, `--keep` the results."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--checkpoint", default=PictureMaker.starter)
    reading.add_argument("--each", type=int, default=12, help="pictures of every occupation")
    reading.add_argument("--prompts", type=int, default=len(OCCUPATIONS))
    reading.add_argument("--out", type=Path)
    reading.add_argument("--keep", action="store_true")
    given = reading.parse_args()
    box = open_checkpoint(given.checkpoint)
    index = PictureIndex.load(box.file("fingerprints.npz"))
    card = audit(draws(PictureMaker(box)), index, prompts=OCCUPATIONS[: given.prompts], each=given.each)
    for part in ("tones", "figures"):
        print(table([{part: name, **one} for name, one in card[part].items()]))
    print("skews: " + ("; ".join(card["skews"]) or "none found"))
    print(f"not seen: {card['not_seen']}")
    if given.out is not None:
        given.out.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    if given.keep:
        keep("pictures_bias", card)


if __name__ == "__main__":
    main()
