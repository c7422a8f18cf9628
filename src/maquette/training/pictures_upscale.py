"""Training the enlarger: pictures beside their halves, the halves a little rough, as a drawing net leaves them."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..encodings import pixels as px
from ..nets.diffusion.upscaler import Upscaler, UpscalerSize

PATCH = 24  # pixels of a half that are looked at


@dataclass(frozen=True)
class UpscalerRecipe:
    """`steps` of `batch` patches at `rate`, falling along a cosine; noise of up to `rough` on the halves."""

    steps: int = 2500
    batch: int = 24
    rate: float = 1.5e-3
    rough: float = 0.06
    size: UpscalerSize = field(default_factory=UpscalerSize)
    seed: int = 1


def train_upscaler(
    pixels: NDArray[np.uint8],
    recipe: UpscalerRecipe,
    folder: Path,
    told: Callable[[int, int, float], None] = lambda step, of, loss: None,
) -> Upscaler:
    """An enlarger for pictures (n, h, w, 4), straight RGBA. It is kept in `folder`, and taken from there next time."""
    from safetensors.torch import load_file, save_file

    net: Upscaler = Upscaler(recipe.size)
    path = folder / "upscaler.safetensors"
    if path.exists():
        net.load_state_dict(load_file(path))
        return net
    torch.manual_seed(recipe.seed)
    net = Upscaler(recipe.size).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(net.parameters(), lr=recipe.rate, weight_decay=0.0, fused=True)
    rng = np.random.default_rng(recipe.seed)
    for step in range(recipe.steps):
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * 0.5 * (1 + math.cos(math.pi * step / recipe.steps)) + 1e-6
        half, whole = _batch(pixels, recipe, rng)
        loss = (net(half) - whole).abs().mean()
        loss.backward()
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        if step % 50 == 0:
            told(step, recipe.steps, float(loss.detach()))
    part = folder / f"upscaler.{os.getpid()}.part"
    save_file({name: tensor.contiguous() for name, tensor in net.state_dict().items()}, part)
    os.replace(part, path)
    return net


def _batch(pixels: NDArray[np.uint8], recipe: UpscalerRecipe, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Halves (b, 4, p, p), made a little rough, and the pictures (b, 4, 2 p, 2 p)."""
    rows = rng.integers(len(pixels), size=recipe.batch)
    side = pixels.shape[1] // 2
    whole = np.zeros((recipe.batch, 2 * PATCH, 2 * PATCH, 4), np.float32)
    for number, row in enumerate(rows):
        top, left = (int(one) * 2 for one in rng.integers(0, side - PATCH + 1, size=2))
        piece = px.coded(pixels[row, top : top + 2 * PATCH, left : left + 2 * PATCH])
        piece = piece[:, ::-1] if rng.random() < 0.5 else piece
        whole[number] = piece if rng.random() < 0.5 else np.swapaxes(piece, 0, 1)
    half = px.smaller(whole, 2)
    rough = rng.uniform(0, recipe.rough, (recipe.batch, 1, 1, 1)) * (rng.random((recipe.batch, 1, 1, 1)) < 0.7)
    half = np.clip(half + rng.standard_normal(half.shape, dtype=np.float32) * rough.astype(np.float32), 0, 1)
    both = (torch.from_numpy(np.ascontiguousarray(np.moveaxis(one, -1, 1))) for one in (half, whole))
    first, second = (one.contiguous(memory_format=torch.channels_last) for one in both)
    return first, second


def measured(net: Upscaler, pixels: NDArray[np.uint8]) -> dict[str, float]:
    """Peak signal to noise (dB) on pictures that were not learnt from, beside nearest neighbours and Lanczos."""
    from PIL import Image

    whole = px.coded(pixels)
    half = px.smaller(whole, 2)
    began = time.perf_counter()
    with torch.no_grad():
        x = torch.from_numpy(np.ascontiguousarray(np.moveaxis(half, -1, 1)))
        made = np.moveaxis(net(x).clamp(0, 1).numpy(), 1, -1)
    seconds = time.perf_counter() - began

    def lanczos(one: NDArray[np.float32]) -> NDArray[np.float32]:
        side = one.shape[0] * 2
        planes = [
            Image.fromarray(np.ascontiguousarray(one[..., k])).resize((side, side), Image.Resampling.LANCZOS)
            for k in range(4)
        ]
        large: NDArray[np.float32] = np.clip(np.stack([np.asarray(plane) for plane in planes], -1), 0, 1)
        return large

    near = half.repeat(2, 1).repeat(2, 2)
    fine = np.stack([lanczos(one) for one in half])
    psnr = {
        name: round(-10 * math.log10(float(np.square(one - whole).mean())), 2)
        for name, one in (("learnt", made), ("nearest", near), ("lanczos", fine))
    }
    return {**psnr, "seconds_each": round(seconds / len(pixels), 4)}
