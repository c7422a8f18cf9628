"""What training needs to know of each kind of large model: its words, its latents, and the loss of one step.

Noise models (Stable Diffusion 1.5, XL: Ho et al. 2020, Rombach et al. 2022) learn the noise or the velocity at a random
time; rectified flow (Stable Diffusion 3.5, FLUX: Esser et al. 2024) the straight way from picture to noise, with times
drawn logit-normal. One picture a step, each at its own size: nothing is cropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..core.errors import UsageError

Words = Mapping[str, Tensor]


@dataclass(frozen=True)
class Sample:
    """One picture as the net sees it: its latents (1, c, h, w), its words, its size in pixels (height, width)."""

    latents: Tensor
    words: Words
    size: tuple[int, int]


class Family:
    """One kind of model around its pipeline."""

    part = "unet"  # the part of the pipeline that is trained
    targets: tuple[str, ...] = ("to_q", "to_k", "to_v", "to_out.0")

    def __init__(self, pipe: Any) -> None:
        self.pipe = pipe

    @property
    def net(self) -> Any:
        """The denoiser."""
        return getattr(self.pipe, self.part)

    def words(self, text: str) -> Words:
        """What the text encoders say of a prompt."""
        raise NotImplementedError

    def loss(self, sample: Sample, words: Words, dice: torch.Generator) -> Tensor:
        """The mean squared error of one step at a time that the dice choose."""
        raise NotImplementedError

    def latents(self, pixels: Tensor) -> Tensor:
        """(1, c, h, w) of pixels (1, 3, height, width) in -1..1: the mean of what the encoder says."""
        vae = self.pipe.vae
        found = vae.encode(pixels.to(vae.device, vae.dtype)).latent_dist.mean.float()
        shift = vae.config.get("shift_factor") or 0.0
        scaled: Tensor = (found - shift) * vae.config.scaling_factor
        return scaled

    def noise_like(self, latents: Tensor, dice: torch.Generator) -> Tensor:
        """Noise of the same shape, from the dice (a generator of the processor)."""
        return torch.randn(latents.shape, generator=dice).to(latents.device)


class NoiseFamily(Family):
    """Stable Diffusion 1.5 and its kin."""

    def __init__(self, pipe: Any) -> None:
        super().__init__(pipe)
        config = pipe.scheduler.config
        self.times = int(config.num_train_timesteps)
        betas = _betas(config, self.times)
        self.kept = torch.cumprod(1 - betas, 0)  # share of the picture's variance that is left at each time
        self.velocity = config.get("prediction_type") == "v_prediction"

    def words(self, text: str) -> Words:
        return {"said": self.pipe.encode_prompt(text, self.pipe._execution_device, 1, False)[0]}

    def loss(self, sample: Sample, words: Words, dice: torch.Generator) -> Tensor:
        time = torch.randint(0, self.times, (1,), generator=dice)
        noise = self.noise_like(sample.latents, dice)
        alpha, sigma = self.kept[time].sqrt().item(), (1 - self.kept[time]).sqrt().item()
        noisy = alpha * sample.latents + sigma * noise
        wanted = alpha * noise - sigma * sample.latents if self.velocity else noise
        said = self.denoise(noisy, time.to(noisy.device), words, sample)
        return F.mse_loss(said.float(), wanted)

    def denoise(self, noisy: Tensor, time: Tensor, words: Words, sample: Sample) -> Tensor:
        dtype = self.net.dtype
        said: Tensor = self.net(noisy.to(dtype), time, words["said"].to(dtype)).sample
        return said


class LargeNoiseFamily(NoiseFamily):
    """Stable Diffusion XL: two encoders, and the size of the picture as a condition."""

    def words(self, text: str) -> Words:
        said, _, pooled, _ = self.pipe.encode_prompt(text, do_classifier_free_guidance=False)
        return {"said": said, "pooled": pooled}

    def denoise(self, noisy: Tensor, time: Tensor, words: Words, sample: Sample) -> Tensor:
        dtype = self.net.dtype
        size = torch.tensor([[*sample.size, 0, 0, *sample.size]], device=noisy.device, dtype=dtype)
        more = {"text_embeds": words["pooled"].to(dtype), "time_ids": size}
        said: Tensor = self.net(noisy.to(dtype), time, words["said"].to(dtype), added_cond_kwargs=more).sample
        return said


class FlowFamily(Family):
    """Stable Diffusion 3 and 3.5."""

    part = "transformer"

    def words(self, text: str) -> Words:
        said, _, pooled, _ = self.pipe.encode_prompt(text, None, None, do_classifier_free_guidance=False)
        return {"said": said, "pooled": pooled}

    def loss(self, sample: Sample, words: Words, dice: torch.Generator) -> Tensor:
        time = torch.sigmoid(torch.randn(1, generator=dice)).item()
        noise = self.noise_like(sample.latents, dice)
        mixed = (1 - time) * sample.latents + time * noise
        said = self.denoise(mixed, torch.tensor([time], device=mixed.device), words)
        return F.mse_loss(said.float(), noise - sample.latents)

    def denoise(self, mixed: Tensor, time: Tensor, words: Words) -> Tensor:
        dtype = self.net.dtype
        said: Tensor = self.net(
            hidden_states=mixed.to(dtype),
            timestep=1000 * time,
            encoder_hidden_states=words["said"].to(dtype),
            pooled_projections=words["pooled"].to(dtype),
        ).sample
        return said


class PackedFlowFamily(FlowFamily):
    """FLUX: latents packed two by two, places as numbers, guidance as an input."""

    def words(self, text: str) -> Words:
        said, pooled, places = self.pipe.encode_prompt(text)
        return {"said": said, "pooled": pooled, "places": places}

    def denoise(self, mixed: Tensor, time: Tensor, words: Words) -> Tensor:
        dtype, (_, c, h, w) = self.net.dtype, mixed.shape
        rows = mixed.reshape(1, c, h // 2, 2, w // 2, 2).permute(0, 2, 4, 1, 3, 5).reshape(1, h * w // 4, 4 * c)
        places = torch.zeros(h // 2, w // 2, 3, device=mixed.device)
        places[..., 1] = torch.arange(h // 2, device=mixed.device)[:, None]
        places[..., 2] = torch.arange(w // 2, device=mixed.device)[None]
        guidance = torch.ones(1, device=mixed.device) if self.net.config.guidance_embeds else None
        said = self.net(
            hidden_states=rows.to(dtype),
            timestep=time,
            guidance=guidance,
            pooled_projections=words["pooled"].to(dtype),
            encoder_hidden_states=words["said"].to(dtype),
            txt_ids=words["places"],
            img_ids=places.reshape(-1, 3).to(dtype),
        ).sample
        whole: Tensor = said.reshape(1, h // 2, w // 2, c, 2, 2).permute(0, 3, 1, 4, 2, 5).reshape(1, c, h, w)
        return whole


FAMILIES: dict[str, type[Family]] = {
    "StableDiffusionPipeline": NoiseFamily,
    "StableDiffusionXLPipeline": LargeNoiseFamily,
    "StableDiffusion3Pipeline": FlowFamily,
    "FluxPipeline": PackedFlowFamily,
}


def family_of(pipe: Any) -> Family:
    """The kind of a pipeline. UsageError for one that nobody has taught us to train."""
    name = type(pipe).__name__
    if name not in FAMILIES:
        raise UsageError(f"{name} cannot be trained here", mend=f"known are: {', '.join(FAMILIES)}")
    return FAMILIES[name](pipe)


def _betas(config: Any, times: int) -> Tensor:
    """The noise that each step adds, as the model's scheduler has it."""
    first, last = float(config.beta_start), float(config.beta_end)
    if config.beta_schedule == "scaled_linear":
        return torch.linspace(first**0.5, last**0.5, times) ** 2
    if config.beta_schedule == "linear":
        return torch.linspace(first, last, times)
    raise UsageError(f"noise of the kind {config.beta_schedule!r} is not known here")


def frozen(pipe: Any) -> None:
    """No weight of the pipeline is to change."""
    for part in pipe.components.values():
        if isinstance(part, nn.Module):
            part.requires_grad_(False)
