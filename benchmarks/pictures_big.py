"""What our way around a large model costs: twenty steps through Maquette beside the same steps of diffusers alone.

    python benchmarks/pictures_big.py [--rounds 5]

The net has the form of Stable Diffusion 1.5 and random weights, sized so that twenty steps take five seconds and more.
Both give the same pixels, which is checked. Looking at a preview at every step, and sealing, are measured apart.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from common import keep, processor, table, take_turns

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
SIDE, STEPS, PROMPT = 256, 20, "a (red:1.0) fox"
# One core takes about 0.3 s for a step with guidance.
NET = {
    "block_out_channels": (64, 128, 256, 256),
    "down_block_types": ("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
    "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
    "layers_per_block": 2,
    "attention_head_dim": 8,
}


def main() -> None:
    """Build, check that both ways agree, take turns, write the figures."""
    reading = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reading.add_argument("--rounds", type=int, default=5)
    rounds = reading.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MAQUETTE_HOME"] = str(Path(folder) / "home")
        result = measured(Path(folder), rounds)
    rows = [
        {"way": name, **{key: f"{value:.3f}" for key, value in one.items()}} for name, one in result["ways"].items()
    ]
    print(f"{processor()}\n\n{table(rows)}\n\noverhead of processor time: {result['overhead']:+.2%}")
    keep("pictures_big", result)


def measured(folder: Path, rounds: int) -> dict[str, Any]:
    """The figures of all ways."""
    import numpy as np

    import bigs
    from maquette.core.settings import places
    from maquette.makers.big.pictures import BigPictures
    from maquette.studio.big_models import add

    bigs.UNET.update(NET, norm_num_groups=32)
    model = BigPictures(add(places(), bigs.save("sd15", folder / "wood"), name="wood"))
    asked: dict[str, Any] = {"steps": STEPS, "width": SIDE, "height": SIDE, "seed": 7}

    def ours(**more: Any) -> Any:
        ((picture, trace),) = model.make(PROMPT, **asked, **more)
        return picture, trace

    plain = alone(folder / "wood")
    picture, trace = ours()
    assert np.array_equal(picture.pixels[..., :3], (plain() * 255 + 0.5).astype(np.uint8)), "the pictures differ"
    ways: dict[str, Callable[[], Any]] = {
        "diffusers alone": plain,
        "Maquette": ours,
        "Maquette, a preview at every step": lambda: ours(on_progress=lambda progress: progress.preview()),
    }
    best = take_turns(ways, rounds, warm=False)
    cost = {name: one["cpu_s"] for name, one in best.items()}
    return {
        "steps": STEPS,
        "pixels": f"{SIDE} x {SIDE}",
        "parameters": int(model.model.card["parameters"]),
        "overhead": cost["Maquette"] / cost["diffusers alone"] - 1,
        "overhead_with_previews": cost["Maquette, a preview at every step"] / cost["diffusers alone"] - 1,
        "same_pixels": True,
        "ways": best,
        "sealing_s": sealing(picture, trace, model.model),
    }


def alone(home: Path) -> Callable[[], Any]:
    """The same picture by diffusers itself, as its own documents show it."""
    import torch
    from diffusers import DiffusionPipeline

    pipe = DiffusionPipeline.from_pretrained(home)
    pipe.set_progress_bar_config(disable=True)

    def run() -> Any:
        dice = torch.Generator("cpu").manual_seed(7)
        return pipe(
            "a red fox", num_inference_steps=STEPS, width=SIDE, height=SIDE, generator=dice, output_type="np"
        ).images[0]

    return run


def sealing(picture: Any, trace: dict[str, Any], model: Any) -> float:
    """Processor seconds for writing a picture as PNG and sealing it with its whole story, best of five."""
    from maquette.core.settings import places
    from maquette.core.types import Request, Work
    from maquette.media.picture_file import to_bytes
    from maquette.trust import keys
    from maquette.trust.seal import seal

    signer = keys.signer(places())
    work: Work[Any] = Work(picture, Request("picture", "a red fox", {}, 7), 7, model.id, "words", "", (), trace)
    spent = []
    for _ in range(5):
        start = time.process_time()
        data = to_bytes(picture, title="a red fox")
        seal(work, data, "image/png", card=model.card, originality=None, signer=signer, action="created")
        spent.append(time.process_time() - start)
    return min(spent)


if __name__ == "__main__":
    main()
