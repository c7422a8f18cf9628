"""A checkpoint belongs to its maker: other programs open it with equal logits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maquette.checkpoints.adopt import export_huggingface
from maquette.checkpoints.box import read_weights
from maquette.core.errors import CheckpointError

Saver = Callable[[Any, Path, str], Path]


@pytest.mark.slow  # importing the classes of transformers takes seconds
@pytest.mark.parametrize("with_places", [True, False])
def test_transformers_opens_the_export_with_equal_logits(
    with_places: bool, tiny_transformer: Any, tiny_plain_transformer: Any, save_toy: Saver, tmp_path: Path
) -> None:
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    import torch

    net = tiny_transformer if with_places else tiny_plain_transformer
    folder = export_huggingface(save_toy(net, tmp_path / "tiny-1", "fp32"), tmp_path / "hf")
    foreign = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    tokens = torch.randint(0, 120, (2, 20), generator=torch.Generator().manual_seed(1))
    places = torch.stack([tokens % 9, tokens % 7, tokens % 4], dim=-1) if with_places else None
    code = (folder / "README.md").read_text(encoding="utf-8").split("```")[1].removeprefix("python")
    spoken: dict[str, Any] = {"tokens": tokens, "places": places}
    with torch.no_grad():
        exec(
            code.replace('"."', "folder").replace('load_file("', 'load_file(folder / "'),
            spoken | {"folder": folder},
            spoken,
        )
        expected = net(tokens, places)
    torch.testing.assert_close(spoken["logits"], expected, atol=1e-4, rtol=1e-4)
    assert type(foreign).__name__ == "Qwen3ForCausalLM"


def test_the_export_holds_every_parameter_and_the_card(tiny_box: Path, tiny_transformer: Any, tmp_path: Path) -> None:
    folder = export_huggingface(tiny_box, tmp_path / "hf")
    arrays, _ = read_weights(folder / "model.safetensors")
    state = {f"model.{name}": value for name, value in tiny_transformer.state_dict().items() if "place" not in name}
    assert set(arrays) == set(state) - {"model.embed_tokens.shared"}
    for name, value in state.items():
        if "proj" in name and "v_proj" not in name and "o_proj" not in name:  # packed in 8 bits: near, not equal
            np.testing.assert_allclose(arrays[name], value.numpy(), atol=0.01)
    assert set(read_weights(folder / "place_tables.safetensors")[0]) == {f"place_tables.{axis}" for axis in range(3)}
    assert json.loads((folder / "card.json").read_text(encoding="utf-8"))["licences"] == {"ISC": 3}
    with pytest.raises(CheckpointError, match="there already"):
        export_huggingface(tiny_box, folder)
