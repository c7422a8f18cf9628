"""Out of the house: a checkpoint as a folder that Hugging Face transformers opens as a `Qwen3ForCausalLM`.

Our parameter names are those of Qwen3, so the export is a renaming. Two things have no place there and are said in the
README: only the first `outputs` columns of the logits are ours (the head is the whole tied table), and place features,
where a net has them, lie beside it in `place_tables.safetensors`, to be added to the embeddings and handed in as
`inputs_embeds`.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maquette.core.errors import CheckpointError

from . import quantise
from .box import CARD, Checkpoint, open_checkpoint

PLACES = "place_tables.safetensors"


def export_huggingface(checkpoint: Checkpoint | str | os.PathLike[str], folder: str | os.PathLike[str]) -> Path:
    """Write `checkpoint` as a Hugging Face folder in fp32; gives the folder. An existing one is refused.

    The card goes with it, so that licences and attribution travel with the weights.
    """
    from safetensors.numpy import save

    opened = checkpoint if isinstance(checkpoint, Checkpoint) else open_checkpoint(checkpoint)
    target = Path(folder)
    if target.exists():
        raise CheckpointError(f"{target.name} is there already", where=str(target), mend="choose another folder")
    state = quantise.restore(opened.arrays(), opened.size)
    target.parent.mkdir(parents=True, exist_ok=True)
    making = target.parent / f".{target.name}-{os.getpid()}-{secrets.token_hex(4)}"
    making.mkdir()
    try:
        (making / "model.safetensors").write_bytes(save(_renamed(state), metadata={"format": "pt"}))
        tables = {name: np.ascontiguousarray(rows) for name, rows in state.items() if name.startswith("place_tables.")}
        if tables:
            (making / PLACES).write_bytes(save(tables))
        (making / "config.json").write_text(json.dumps(_config(opened.size), indent=2) + "\n", encoding="utf-8")
        (making / "README.md").write_text(_readme(opened, bool(tables)), encoding="utf-8")
        shutil.copyfile(opened.path / CARD, making / CARD)
        os.replace(making, target)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return target


def _renamed(state: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Parameters under the names of `Qwen3ForCausalLM`; the head is tied to the table, so it is not written."""
    named = {f"model.{name}": array for name, array in state.items() if not name.startswith("place_tables.")}
    named["model.embed_tokens.weight"] = named.pop("model.embed_tokens.table")
    return {name: np.ascontiguousarray(array) for name, array in named.items()}


def _config(size: Mapping[str, Any]) -> dict[str, Any]:
    """The net's size in the words of transformers' `Qwen3Config`, for its versions 4.51 and later."""
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "vocab_size": size["vocabulary"],
        "hidden_size": size["width"],
        "intermediate_size": size["hidden"],
        "num_hidden_layers": size["layers"],
        "num_attention_heads": size["heads"],
        "num_key_value_heads": size["key_heads"],
        "head_dim": size["width"] // size["heads"],
        "max_position_embeddings": size["context"],
        "rms_norm_eps": size["epsilon"],
        "rope_theta": size["rope_base"],  # read by transformers 4
        "rope_parameters": {"rope_type": "default", "rope_theta": size["rope_base"]},  # and by 5
        "hidden_act": "silu",
        "attention_bias": False,
        "attention_dropout": 0.0,
        "tie_word_embeddings": True,
        "use_sliding_window": False,
        "torch_dtype": "float32",
        "bos_token_id": None,
        "eos_token_id": None,
        "pad_token_id": None,
    }


def _readme(opened: Checkpoint, has_places: bool) -> str:
    outputs = opened.size["outputs"]
    lines = [
        f"# {opened.name}",
        "",
        f"Exported by Maquette from the checkpoint {opened.id}. Licences, data and known faults: `card.json`.",
        "The ids are strokes and words of the encoding named there, not of a text tokenizer.",
        f"Only the first {outputs} columns of the logits can be written; ignore the others.",
        "",
        "```python",
        "from transformers import AutoModelForCausalLM",
        "",
        'net = AutoModelForCausalLM.from_pretrained(".")',
    ]
    if has_places:
        axes = len(opened.size["places"])
        lines += [
            "from safetensors.torch import load_file",
            "",
            f'tables = load_file("{PLACES}")',
            f"# tokens (b, t); places (b, t, {axes}): where the pen stands after each token, as the encoding counts it",
            "embeds = net.get_input_embeddings()(tokens)",
            f"for axis in range({axes}):",
            '    embeds = embeds + tables[f"place_tables.{axis}"][places[..., axis]]',
            f"logits = net(inputs_embeds=embeds).logits[..., :{outputs}]",
        ]
    else:
        lines += ["# tokens (b, t)", f"logits = net(tokens).logits[..., :{outputs}]"]
    return "\n".join([*lines, "```", ""])
