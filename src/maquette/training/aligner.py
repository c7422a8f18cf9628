"""Trains the aligner: which phone sounds when, heard in a voice.

    python -m maquette.training.aligner SET.npz ... --out FOLDER [--minutes 12]

SET.npz is what `recipes/aligner_set.py` makes. The time is time of the processor, so that a busy machine trains as well
as an idle one. Every thirtieth sentence is kept apart; its figures stand in the card. The weights are kept in halves of
floats (650 KB) beside the card, and run in plain numpy: `makers/film/aligner.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from maquette.media.phones import MOUTH, PHONES
from maquette.nets.aligner import AlignerNet, AlignerSize

FORMAT = "aligner.v1"
APART = 30  # every so manieth sentence is not learnt from


@dataclass(frozen=True)
class AlignerRecipe:
    """How it is trained; kept whole in the card."""

    minutes: float = 12.0  # of one core
    batch: int = 32  # pieces
    frames: int = 200  # in a piece: two seconds
    rate: float = 3e-3  # peak learning rate
    decay: float = 0.02
    smoothing: float = 0.05  # of the right answer, as neighbours of a border are unsure
    seed: int = 0


@dataclass(frozen=True)
class Voices:
    """mel (t, 40) float16, phone (t,) of all sentences one after the other; ends: where each one ends."""

    mel: NDArray[np.float16]
    phone: NDArray[np.uint8]
    ends: NDArray[np.int64]

    def part(self, apart: bool) -> Voices:
        """The sentences that are learnt from, or those kept apart."""
        starts = np.concatenate([[0], self.ends[:-1]])
        kept = [
            np.arange(a, b) for n, (a, b) in enumerate(zip(starts, self.ends, strict=True)) if (n % APART == 0) == apart
        ]
        places = np.concatenate(kept)
        return Voices(self.mel[places], self.phone[places], np.cumsum([len(one) for one in kept]))


def load(*paths: Path) -> Voices:
    """One set or several, one after the other."""
    parts = []
    for path in paths:
        with np.load(path) as kept:
            parts.append(Voices(kept["mel"], kept["phone"], kept["ends"]))
    before = np.cumsum([0] + [len(one.phone) for one in parts[:-1]])
    return Voices(
        np.concatenate([one.mel for one in parts]),
        np.concatenate([one.phone for one in parts]),
        np.concatenate([one.ends + start for one, start in zip(parts, before, strict=True)]),
    )


def train(voices: Voices, recipe: AlignerRecipe, out: Path, start: Path | None = None) -> dict[str, Any]:
    """Learns, writes `aligner.npz` and `aligner.json` into `out` and returns the figures of what was kept apart.

    start: weights to learn on from, an `aligner.npz` of before.
    """
    torch.manual_seed(recipe.seed)
    dice = np.random.default_rng(recipe.seed)
    learnt, apart = voices.part(False), voices.part(True)
    net = AlignerNet(AlignerSize(phones=len(PHONES)))
    if start is not None:
        with np.load(start) as kept:
            net.load_state_dict({name: torch.from_numpy(kept[name].astype(np.float32)) for name in kept.files})
    optimiser = torch.optim.AdamW(net.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    begun, steps, said = time.process_time(), 0, 0.0
    figures: dict[str, Any] = {}
    while True:
        share = (time.process_time() - begun) / 60 / recipe.minutes
        for group in optimiser.param_groups:
            group["lr"] = (
                recipe.rate * min(1.0, (steps + 1) / 50) * max(1e-3, 0.5 * (1 + np.cos(np.pi * min(share, 1))))
            )
        if share >= 1:
            break
        loss = _step(net, learnt, recipe, dice)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        steps += 1
        if share >= said:
            figures = measured(net, apart)
            print(f"{share:6.1%} step {steps} loss {loss.item():.3f} {figures}", flush=True)
            said += 0.1
    figures = measured(net, apart)
    keep(net, recipe, figures | {"steps": steps, "hours": round(len(learnt.phone) / 360_000, 2)}, out)
    return figures


def _step(net: AlignerNet, voices: Voices, recipe: AlignerRecipe, dice: np.random.Generator) -> torch.Tensor:
    starts = dice.integers(0, max(len(voices.phone) - recipe.frames, 1), recipe.batch)
    places = starts[:, None] + np.arange(min(recipe.frames, len(voices.phone)))[None]
    mel = voices.mel[places].astype(np.float32)
    for piece in mel:  # a band or a moment that a recording lost
        if dice.random() < 0.3:
            low, wide = int(dice.integers(0, 36)), int(dice.integers(2, 8))
            piece[:, low : low + wide] = 0
        piece += float(dice.normal(0, 0.05))
    logits = net(torch.from_numpy(mel))
    asked = torch.from_numpy(voices.phone[places].astype(np.int64))
    return F.cross_entropy(logits.flatten(0, 1), asked.flatten(), label_smoothing=recipe.smoothing)


@torch.no_grad()
def measured(net: AlignerNet, voices: Voices) -> dict[str, float]:
    """Shares of frames whose phone, and whose mouth drawing, is right; of speech alone, silence left out."""
    mel = torch.from_numpy(voices.mel.astype(np.float32))[None]
    guessed = net(mel)[0].argmax(1).numpy()
    drawn = np.array([ord(MOUTH[phone]) for phone in PHONES])
    spoken = voices.phone > 0
    return {
        "phones": round(float((guessed == voices.phone)[spoken].mean()), 4),
        "mouths": round(float((drawn[guessed] == drawn[voices.phone])[spoken].mean()), 4),
        "silence": round(float((guessed == 0)[~spoken].mean()), 4) if (~spoken).any() else 1.0,
    }


def keep(net: AlignerNet, recipe: AlignerRecipe, figures: dict[str, Any], out: Path) -> None:
    """Weights as half floats and the card, each written whole or not at all."""
    out.mkdir(parents=True, exist_ok=True)
    arrays = {name: tensor.detach().numpy().astype(np.float16) for name, tensor in net.state_dict().items()}
    card = {
        "name": "aligner",
        "format": FORMAT,
        "does": "hears which of 48 phones sounds in each hundredth of a second, for lip-sync of recorded voices",
        "learnt_from": "speech synthesised by eSpeak NG 1.51, no recording of anybody; sentences of plays and stories "
        "in the public domain (English, Russian; training split), words drawn by lot (French, Spanish)",
        "recipe": asdict(recipe),
        "size": asdict(net.size),
        "phones": list(PHONES),
        "figures": figures,
        "known_faults": [
            "it has heard no human voice: on recordings it is less sure than its figures say",
            "phones that a language does not have may be heard where the text is not given",
            "two people who speak at once are taken for one",
        ],
        "licence": "Apache-2.0",
    }
    for name, data in (("aligner.npz", None), ("aligner.json", card)):
        temporary = out / (name + ".part")
        with temporary.open("wb") as file:
            if data is None:
                np.savez_compressed(file, **arrays)
            else:
                file.write((json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode())
        os.replace(temporary, out / name)


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("sets", type=Path, nargs="+", metavar="SET.npz")
    reading.add_argument("--out", type=Path, required=True)
    reading.add_argument("--minutes", type=float, default=AlignerRecipe.minutes)
    reading.add_argument("--rate", type=float, default=AlignerRecipe.rate, help="peak learning rate")
    reading.add_argument("--start", type=Path, help="weights to learn on from")
    reading.add_argument("--seed", type=int, default=0)
    given = reading.parse_args()
    torch.set_num_threads(1)
    recipe = AlignerRecipe(minutes=given.minutes, rate=given.rate, seed=given.seed)
    print(train(load(*given.sets), recipe, given.out, given.start))


if __name__ == "__main__":
    main()
