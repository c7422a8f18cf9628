"""What is worn by a large model: LoRAs, learnt words, ControlNets and IP-Adapters, found by folder, file or name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...checkpoints import big, big_files
from ...checkpoints.box import WEIGHTS
from ...core.errors import CheckpointError, UsageError
from ...core.hashing import sha256_file
from ...core.registry import nearest
from ...core.types import Ingredient


@dataclass(frozen=True)
class Addon:
    """A file or a folder that a model wears, with whose it is."""

    name: str
    kind: big_files.Kind
    path: Path  # a .safetensors file, or the folder of a ControlNet
    licence: str
    sha256: str

    @property
    def ingredient(self) -> Ingredient:
        return Ingredient(self.name, "inputTo", "model", licence=self.licence, sha256=self.sha256)


def find(which: str | Path, kind: big_files.Kind) -> Addon:
    """An add-on by file, folder or the name that it was added under. CheckpointError if it is of another kind."""
    path = Path(which).expanduser()
    if path.is_file():
        return _file(path, kind)
    known = [model.name for model in big.added() if model.kind == kind]
    if not path.is_dir() and str(which) not in known:
        mend = nearest(str(which), known) if known else f"give its folder or its file, or add one: models add {which}"
        raise CheckpointError(f"there is no {kind} called {which}", mend=mend)
    model = big.open_big(which)
    if model.kind != kind:
        raise CheckpointError(f"{model.name} is a {model.kind} and no {kind}", where=str(model.home))
    if kind == "controlnet":
        return Addon(model.name, kind, model.home, model.licence, model.id)
    trained = model.path / WEIGHTS  # a box of ours
    files = [trained] if trained.is_file() else [path for _, path in big_files.every_file(model.home)]
    fitting = [path for path in files if path.suffix == ".safetensors" and big_files.kind_of_file(path) == kind]
    if not fitting:
        raise CheckpointError(f"{model.name} holds no {kind}", where=str(model.home))
    return Addon(model.name, kind, fitting[0], model.licence, sha256_file(fitting[0]))


def _file(path: Path, kind: big_files.Kind) -> Addon:
    if path.suffix.lower() in big_files.PICKLES:
        raise CheckpointError(
            f"{path.name} is a pickle, which can run any program when opened",
            where=str(path),
            mend="ask its makers for safetensors; Maquette never opens such files",
        )
    found = big_files.kind_of_file(path)
    if found != kind:
        wrong = f"{path.name} is {'a ' + found if found else 'nothing that is known'} and no {kind}"
        raise CheckpointError(wrong, where=str(path))
    return Addon(path.stem, kind, path, "", sha256_file(path))


class Wardrobe:
    """What a pipeline wears just now; putting on what it wears already costs nothing."""

    def __init__(self, pipe: Any, dtype: Any) -> None:
        self.pipe, self.dtype = pipe, dtype
        self.loras: dict[str, str] = {}  # sha256 -> name within the pipeline
        self.words: dict[str, list[str]] = {}
        self.controls: dict[str, Any] = {}
        self.style = ""

    def wear_loras(self, worn: Sequence[tuple[Addon, float]]) -> None:
        """Exactly these LoRAs, each at its weight; none for an empty list."""
        for addon, _ in worn:
            if addon.sha256 not in self.loras:
                self.loras[addon.sha256] = self._load_lora(addon)
        if not self.loras:
            return
        # At weight 0 a LoRA would still cost its time, so those that are not asked for are taken out.
        for sha256 in [one for one in self.loras if one not in {addon.sha256 for addon, _ in worn}]:
            self.pipe.delete_adapters(self.loras.pop(sha256))
        if worn:
            names = [self.loras[addon.sha256] for addon, _ in worn]
            self.pipe.set_adapters(names, [weight for _, weight in worn])

    def _load_lora(self, addon: Addon) -> str:
        name = f"lora_{addon.sha256[:12]}"
        if not hasattr(self.pipe, "load_lora_weights"):
            raise UsageError(f"{type(self.pipe).__name__} takes no LoRA", where=addon.name)
        try:
            self.pipe.load_lora_weights(
                str(addon.path.parent), weight_name=addon.path.name, adapter_name=name, local_files_only=True
            )
            self.pipe.set_adapters([name], [1.0])
        except (RuntimeError, ValueError, KeyError, IndexError) as error:
            first = str(error).strip().splitlines()[0][:160]
            raise CheckpointError(
                f"the LoRA {addon.name} does not fit {type(self.pipe).__name__}: {first}",
                where=str(addon.path),
                mend="a LoRA works on the base that it was trained on, and on its descendants",
            ) from error
        return name

    def wear_words(self, worn: Sequence[Addon]) -> dict[str, Addon]:
        """Learnt words (textual inversion) by the name that calls them in a prompt: `<NAME>`."""
        for addon in worn:
            if addon.sha256 not in self.words:
                self.words[addon.sha256] = self._load_word(addon)
        return {f"<{addon.name}>": addon for addon in worn}

    def _load_word(self, addon: Addon) -> list[str]:
        from safetensors.torch import load_file

        if not hasattr(self.pipe, "load_textual_inversion"):
            raise UsageError(f"{type(self.pipe).__name__} learns no words", where=addon.name)
        state, token = load_file(addon.path), f"<{addon.name}>"
        encoders = {"emb_params": "", "clip_l": "", "clip_g": "_2"}
        for key, vectors in state.items():
            suffix = encoders[key]
            encoder = getattr(self.pipe, f"text_encoder{suffix}", None)
            wide = encoder.get_input_embeddings().weight.shape[1] if encoder is not None else 0
            if encoder is None or wide != vectors.shape[-1]:
                raise CheckpointError(
                    f"the word {addon.name} has {vectors.shape[-1]} numbers, this model's words have {wide}",
                    where=str(addon.path),
                    mend="a learnt word works in the models whose text encoder it was learnt with",
                )
            tokenizer = getattr(self.pipe, f"tokenizer{suffix}")
            self.pipe.load_textual_inversion(
                {token: vectors.to(encoder.dtype)}, token=token, text_encoder=encoder, tokenizer=tokenizer
            )
        return [token]

    def control(self, addon: Addon) -> Any:
        """The ControlNet of a folder, loaded once."""
        from ...checkpoints.big_open import diffusers

        if addon.sha256 not in self.controls:
            made_as = str(big_files.examine(addon.path).made_as)
            kind = getattr(diffusers(), made_as, None)
            if kind is None:
                raise CheckpointError(f"diffusers has no {made_as}", where=str(addon.path))
            net = kind.from_pretrained(addon.path, dtype=self.dtype, local_files_only=True, use_safetensors=True)
            self.controls[addon.sha256] = net.eval()
        return self.controls[addon.sha256]

    def wear_style(self, addon: Addon | None, strength: float) -> None:
        """The IP-Adapter that looks at a picture of style; None takes it off."""
        if addon is None:
            if self.style:
                self.pipe.unload_ip_adapter()
                self.style = ""
            return
        if not hasattr(self.pipe, "load_ip_adapter") or getattr(self.pipe, "unet", None) is None:
            wrong = f"{type(self.pipe).__name__} takes no picture of style here"
            raise UsageError(wrong, where=addon.name, mend="use a model with a UNet (Stable Diffusion 1.5, XL)")
        if self.style != addon.sha256:
            self.wear_style(None, 0)
            self._load_style(addon)
            self.style = addon.sha256
        self.pipe.set_ip_adapter_scale(strength)

    def _load_style(self, addon: Addon) -> None:
        folder = addon.path.parent
        encoder = next((one for one in ("image_encoder", "models/image_encoder") if (folder / one).is_dir()), None)
        if encoder is None and getattr(self.pipe, "image_encoder", None) is None:
            raise CheckpointError(
                "the IP-Adapter came without its image encoder",
                where=str(folder),
                mend="put the folder image_encoder beside it, as its makers publish it",
            )
        try:
            self.pipe.load_ip_adapter(
                str(folder),
                subfolder="",
                weight_name=addon.path.name,
                image_encoder_folder=encoder,
                local_files_only=True,
                dtype=self.dtype,
            )
        except (RuntimeError, ValueError, KeyError) as error:
            first = str(error).strip().splitlines()[0][:160]
            raise CheckpointError(
                f"the IP-Adapter {addon.name} does not fit {type(self.pipe).__name__}: {first}", where=str(addon.path)
            ) from error
