"""A look at a picture while it is made: latents to colours by one linear map, fitted to the model's own autoencoder.

The map is found by least squares once per model: a few soft patches of colour go through the encoder, and each latent
cell is held against the mean colour of the pixels that it stands for. No decoder runs while steps are taken.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SIDE = 128  # pixels of a patch that the map is fitted on
PATCHES = 4


def fit(vae: Any, cell: int) -> NDArray[np.float32]:
    """(c + 1, 3): colours in 0..1 of a latent cell with a 1 at its end; `cell` is its side in pixels."""
    import torch

    dice = np.random.default_rng(0)
    side = max(SIDE, 4 * cell)
    steps = np.linspace(0, 1, side, dtype=np.float32)
    pictures = []
    for _ in range(PATCHES):
        corners = dice.uniform(-1, 1, (2, 2, 3)).astype(np.float32)  # four colours, mixed across the patch
        rows = corners[0][None] * (1 - steps[:, None, None]) + corners[1][None] * steps[:, None, None]
        pictures.append(rows[:, :1] * (1 - steps[None, :, None]) + rows[:, 1:] * steps[None, :, None])
    whole = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)
    with torch.no_grad():
        latents = vae.encode(whole.to(vae.device, vae.dtype)).latent_dist.mean.float().cpu()
    seen = torch.nn.functional.adaptive_avg_pool2d(whole / 2 + 0.5, latents.shape[-2:])
    cells = latents.permute(0, 2, 3, 1).reshape(-1, latents.shape[1]).numpy()
    colours = seen.permute(0, 2, 3, 1).reshape(-1, 3).numpy()
    ones = np.ones((len(cells), 1), np.float32)
    found, *_ = np.linalg.lstsq(np.hstack([cells, ones]), colours, rcond=None)
    linear: NDArray[np.float32] = found.astype(np.float32)
    return linear


def unpacked(latents: Any, width: int, height: int, cell: int) -> Any:
    """(c, h, w) of a pipeline's latents; FLUX carries them in rows of two by two cells."""
    if latents.ndim == 4:
        return latents[0]
    high, wide = round(height / cell / 2), round(width / cell / 2)
    rows = latents[0].reshape(high, wide, -1, 2, 2).permute(2, 0, 3, 1, 4)
    return rows.reshape(rows.shape[0], 2 * high, 2 * wide)


def look(latents: Any, linear: NDArray[np.float32], vae: Any) -> NDArray[np.float32]:
    """(h, w, 3) colours in 0..1, one pixel a cell, of latents (c, h, w) as the pipeline carries them."""
    scale, shift = vae.config.scaling_factor, vae.config.get("shift_factor") or 0.0
    cells = (latents.detach().float().cpu() / scale + shift).permute(1, 2, 0).numpy()
    seen: NDArray[np.float32] = np.clip(cells @ linear[:-1] + linear[-1], 0, 1).astype(np.float32)
    return seen
