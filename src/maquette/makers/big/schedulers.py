"""Schedulers by plain names, for both kinds of models: those that learnt noise, and those of rectified flow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...core.errors import UsageError
from ...core.registry import nearest


@dataclass(frozen=True)
class Way:
    """How a name is meant: a class of diffusers, with the settings that make it what people call so."""

    noise: str = ""  # for models that predict noise or velocity (Stable Diffusion 1.5, XL)
    flow: str = ""  # for rectified flow (Stable Diffusion 3.5, FLUX)
    settings: dict[str, Any] = field(default_factory=dict)
    about: str = ""


WAYS = {
    "euler": Way("EulerDiscreteScheduler", "FlowMatchEulerDiscreteScheduler", about="plain and steady"),
    "euler-ancestral": Way("EulerAncestralDiscreteScheduler", about="noise at every step: more variety"),
    "heun": Way("HeunDiscreteScheduler", "FlowMatchHeunDiscreteScheduler", about="two looks a step: twice the time"),
    "ddim": Way("DDIMScheduler", about="the oldest; no noise of its own"),
    "pndm": Way("PNDMScheduler", about="what Stable Diffusion 1.5 came with"),
    "lms": Way("LMSDiscreteScheduler", about="several earlier steps together"),
    "dpm++-2m": Way("DPMSolverMultistepScheduler", about="good in 20 to 30 steps"),
    "dpm++-2m-karras": Way("DPMSolverMultistepScheduler", settings={"use_karras_sigmas": True}, about="and finer ends"),
    "dpm++-2m-sde": Way("DPMSolverMultistepScheduler", settings={"algorithm_type": "sde-dpmsolver++"}, about="noisy"),
    "unipc": Way("UniPCMultistepScheduler", about="good in 10 to 20 steps"),
    "lcm": Way("LCMScheduler", about="2 to 8 steps, for models and LoRAs made for it"),
}


def is_flow(scheduler: Any) -> bool:
    """True for the scheduler of a model of rectified flow."""
    config = scheduler.config
    return type(scheduler).__name__.startswith("FlowMatch") or config.get("prediction_type") == "flow_prediction"


def fitting(scheduler: Any) -> list[str]:
    """The names that fit the kind of model that `scheduler` belongs to."""
    return [name for name in WAYS if _class_of(name, scheduler)]


def _class_of(name: str, scheduler: Any) -> str:
    """The class that does it, "" if none does."""
    if not is_flow(scheduler):
        return WAYS[name].noise
    # FLUX hands its own steps to the scheduler, shifted by the size of the picture: only Euler takes that.
    return "" if scheduler.config.get("use_dynamic_shifting") and name != "euler" else WAYS[name].flow


def named(name: str, scheduler: Any) -> Any:
    """The scheduler called `name`, with what the model's own says of its noise. UsageError if it does not fit."""
    from ...checkpoints.big_open import diffusers

    key = name.strip().lower().replace(" ", "-").replace("_", "-")
    if key not in WAYS:
        raise UsageError(f"there is no scheduler called {name!r}", mend=nearest(key, WAYS))
    kind = _class_of(key, scheduler)
    if not kind:
        raise UsageError(
            f"{name} is not made for this kind of model", mend=f"this model takes {', '.join(fitting(scheduler))}"
        )
    return getattr(diffusers(), kind).from_config(scheduler.config, **WAYS[key].settings)
