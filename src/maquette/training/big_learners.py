"""What is learnt on a large model: a LoRA beside the denoiser's attention, or the vectors of one new word."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from ..core.errors import UsageError
from .big_nets import Family, LargeNoiseFamily, NoiseFamily
from .big_recipe import BigRecipe


class Learner(Protocol):
    """Something that is learnt while the model stays as it is."""

    kind: str  # of the box that is written: "lora", "embedding"
    told: str  # one line for the card
    words_change: bool  # the text encoders have to be asked at every step
    drops_words: bool
    cell: int  # pixels of a latent cell

    def parameters(self) -> list[nn.Parameter]: ...

    def state(self) -> dict[str, Tensor]: ...

    def wear(self, state: Mapping[str, Tensor]) -> None: ...

    def let_go(self) -> None: ...

    def write(self, path: Path) -> None: ...


def learner_of(recipe: BigRecipe, family: Family, name: str) -> Learner:
    """The learner that a recipe asks for. UsageError for a word of a model that learns none."""
    return Word(recipe, family, name) if recipe.learn == "word" else Lora(recipe, family)


class Lora:
    """A LoRA (Hu et al. 2021, https://arxiv.org/abs/2106.09685) of the denoiser's attention."""

    kind = "lora"
    words_change = False
    drops_words = True

    def __init__(self, recipe: BigRecipe, family: Family) -> None:
        self.family = family
        self.cell = _cell(family)
        peft: Any = import_module("peft")
        config = peft.LoraConfig(
            r=recipe.rank, lora_alpha=recipe.rank, init_lora_weights="gaussian", target_modules=list(family.targets)
        )
        family.net.add_adapter(config)
        for parameter in self.parameters():
            parameter.data = parameter.data.float()  # small steps vanish in 16 bits
        self.told = f"a LoRA of rank {recipe.rank} beside the attention of its base"

    def parameters(self) -> list[nn.Parameter]:
        return [one for one in self.family.net.parameters() if one.requires_grad]

    def state(self) -> dict[str, Tensor]:
        return {name: one for name, one in self.family.net.named_parameters() if one.requires_grad}

    def wear(self, state: Mapping[str, Tensor]) -> None:
        own = self.state()
        with torch.no_grad():
            for name, tensor in state.items():
                own[name].copy_(tensor)

    def let_go(self) -> None:
        """Pictures and words are read: decoder and text encoders give their memory back."""
        for name in ("vae", "text_encoder", "text_encoder_2", "text_encoder_3"):
            if getattr(self.family.pipe, name, None) is not None:
                setattr(self.family.pipe, name, None)

    def write(self, path: Path) -> None:
        peft: Any = import_module("peft.utils")
        layers = {f"{self.family.part}_lora_layers": peft.get_peft_model_state_dict(self.family.net)}
        self.family.pipe.save_lora_weights(path.parent, weight_name=path.name, safe_serialization=True, **layers)


class Word:
    """A textual inversion (Gal et al. 2022, https://arxiv.org/abs/2208.01618): vectors that a new word stands for."""

    kind = "embedding"
    words_change = True
    drops_words = False

    def __init__(self, recipe: BigRecipe, family: Family, name: str) -> None:
        if not isinstance(family, NoiseFamily):
            raise UsageError(
                f"{type(family.pipe).__name__} learns no words here", mend="take Stable Diffusion 1.5 or XL, or a LoRA"
            )
        self.family, self.name = family, name
        self.cell = _cell(family)
        self.vectors: list[nn.Parameter] = []
        self.keys = ["clip_l", "clip_g"] if isinstance(family, LargeNoiseFamily) else ["emb_params"]
        token = f"<{name}>"
        for suffix in ("", "_2")[: len(self.keys)]:
            tokenizer, encoder = (
                getattr(family.pipe, f"tokenizer{suffix}"),
                getattr(family.pipe, f"text_encoder{suffix}"),
            )
            start = _beginning(tokenizer, encoder, recipe.begin, recipe.vectors)
            self.vectors.append(nn.Parameter(start))
            family.pipe.load_textual_inversion(
                {token: start.detach().to(encoder.dtype)}, token=token, text_encoder=encoder, tokenizer=tokenizer
            )
            ids = tokenizer.convert_tokens_to_ids([token, *(f"{token}_{n}" for n in range(1, recipe.vectors))])
            _put_in(encoder, ids, self.vectors[-1])
        self.told = f"the word {token}: {recipe.vectors} vectors in the text encoder of its base"
        _say(family, token)

    def parameters(self) -> list[nn.Parameter]:
        return self.vectors

    def state(self) -> dict[str, Tensor]:
        return dict(zip(self.keys, self.vectors, strict=True))

    def wear(self, state: Mapping[str, Tensor]) -> None:
        with torch.no_grad():
            for key, vector in zip(self.keys, self.vectors, strict=True):
                vector.copy_(state[key])

    def let_go(self) -> None:
        """The text encoders are still needed; the decoder is not."""
        self.family.pipe.vae = None

    def write(self, path: Path) -> None:
        from safetensors.torch import save_file

        save_file({key: one.detach().cpu().contiguous() for key, one in self.state().items()}, path)


def _beginning(tokenizer: Any, encoder: Any, word: str, count: int) -> Tensor:
    """(count, width): the vectors of a known word, over and over, a little apart."""
    ids = tokenizer(word, add_special_tokens=False).input_ids or [tokenizer.eos_token_id]
    table = encoder.get_input_embeddings().weight.detach().float()
    start = table[[ids[number % len(ids)] for number in range(count)]]
    apart = torch.randn(start.shape, generator=torch.Generator().manual_seed(0)) * 0.05 * table.std().cpu()
    vectors: Tensor = start.clone() + apart.to(start.device)
    return vectors


def _put_in(encoder: Any, ids: list[int], vectors: nn.Parameter) -> None:
    """The word's tokens take their vectors from what is learnt, with the way back open; all others from the table."""
    places = {token: number for number, token in enumerate(ids)}

    def exchange(module: Any, given: tuple[Tensor, ...], found: Tensor) -> Tensor:
        rows = torch.tensor([[places.get(int(one), -1) for one in row] for row in given[0]], device=found.device)
        own = vectors[rows.clamp(min=0)].to(found.dtype)
        return torch.where((rows >= 0)[..., None], own, found)

    encoder.get_input_embeddings().register_forward_hook(exchange)


def _say(family: Family, token: str) -> None:
    """Every text is said with the word before it: "<my-word>, a house"."""
    plain = family.words

    def said(text: str) -> Any:
        return plain(f"{token}, {text}" if text else "")

    family.words = said  # type: ignore[method-assign]


def _cell(family: Family) -> int:
    return int(2 ** (len(family.pipe.vae.config.block_out_channels) - 1))
