"""Seamless tiling: convolutions that see the opposite edge beyond their own, so that copies fit side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ...core.errors import UsageError


@contextmanager
def circular(pipe: Any) -> Iterator[None]:
    """While this holds, every padded convolution of the net and of its decoder wraps around.

    Raises UsageError for transformers: they know where a patch stands in the frame, and so never close.
    """
    import torch

    if getattr(pipe, "unet", None) is None:
        raise UsageError(
            f"{type(pipe).__name__} places every patch in the frame, so its pictures cannot be made to tile",
            mend="use a model with a UNet (Stable Diffusion 1.5, XL), or make a finished picture seamless: "
            "maquette texture PICTURE --tile",
        )
    changed = []
    for part in (pipe.unet, pipe.vae):
        for module in part.modules():
            if isinstance(module, torch.nn.Conv2d) and module.padding_mode == "zeros" and any(module.padding):
                module.padding_mode = "circular"
                changed.append(module)
    try:
        yield
    finally:
        for module in changed:
            module.padding_mode = "zeros"
