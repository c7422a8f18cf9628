"""What may be relied on of a model of small pictures in its box: it draws as the net that was trained."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sprites
from maquette.checkpoints import blocks
from maquette.checkpoints.box import open_checkpoint
from maquette.checkpoints.diffusion import (
    denoiser_of,
    encoding_of,
    memory_of,
    save_diffusion,
    save_style,
    tensors_of,
    words_of,
)
from maquette.core.errors import CheckpointError
from maquette.encodings import pixels as px
from maquette.encodings.pixels_memory import Entry, Memory
from maquette.engine.denoiser import Conditions, Denoiser
from maquette.engine.upscaler import Upscaler as Enlarger
from maquette.makers.picture_judge import PictureJudge

torch = pytest.importorskip("torch")

WORDS = px.Vocabulary([f"w{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(46)])


def arrays_of(net: Any) -> dict[str, Any]:
    return {name: parameter.detach().numpy() for name, parameter in net.named_parameters()}


def memory() -> Memory:
    sketches = np.zeros((2, 16, 16, 4), np.uint8)
    sketches[:, 4:12, 4:12] = ((200, 40, 40, 255),)
    return Memory([Entry("cat", "emoji", (), "", False), Entry("dog", "emoji", (), "", False)], sketches)


def save(folder: Path, net: Any) -> Path:
    card = {"name": folder.name, "kind": "picture", "licences": {"MIT": 2}}
    told = encoding_of(WORDS, 0.4)
    sizes = dataclasses.asdict(net.size)
    return save_diffusion(folder, arrays_of(net), sizes, card, told, memory().files()).path


@pytest.fixture(scope="module")
def net() -> Any:
    return sprites.net()


@pytest.fixture(scope="module")
def box(net: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("boxes") / "tiny", net)


@pytest.fixture(scope="module")
def denoiser(net: Any, box: Path) -> Denoiser:
    return Denoiser((box / "graph.onnx").read_bytes(), arrays_of(net), threads=1)


def conditions(told: dict[str, Any]) -> Conditions:
    return Conditions(*(told[name] for name in ("sketch", "known", "style", "tone", "tokens")))


def test_what_is_drawn_is_what_the_trained_net_draws(net: Any, denoiser: Denoiser) -> None:
    from maquette.nets.diffusion import edm

    told = sprites.asked(4)
    told["tokens"][1] = 0  # a prompt of nothing but padding
    ours = denoiser.denoise(told["x"], told["sigma"], conditions(told))
    given = {name: torch.from_numpy(value) for name, value in told.items()}
    rest = (given["sketch"], given["known"], given["style"] + 1, given["tone"] + 1, given["tokens"])
    with torch.no_grad():
        theirs = edm.denoise(net, given["x"], given["sigma"], *rest)
    assert np.abs(ours - theirs.numpy()).max() < 1e-4


def test_two_blocks_a_level_and_other_widths_are_drawn_as_well(tmp_path: Path) -> None:
    from maquette.nets.diffusion import edm

    wide = sprites.net(widths=(16, 32), blocks=2)
    box = save(tmp_path / "wide", wide)
    told = sprites.asked(1)
    ours = Denoiser((box / "graph.onnx").read_bytes(), arrays_of(wide), threads=1)
    given = {name: torch.from_numpy(value) for name, value in told.items()}
    rest = (given["sketch"], given["known"], given["style"] + 1, given["tone"] + 1, given["tokens"])
    with torch.no_grad():
        theirs = edm.denoise(wide, given["x"], given["sigma"], *rest).numpy()
    assert np.abs(ours.denoise(told["x"], told["sigma"], conditions(told)) - theirs).max() < 1e-4


def test_a_picture_comes_out_the_same_alone_and_among_others(denoiser: Denoiser) -> None:
    told = sprites.asked(5)
    together = denoiser.denoise(told["x"], told["sigma"], conditions(told))
    for n in range(5):
        part = slice(n, n + 1)
        alone = denoiser.denoise(told["x"][part], told["sigma"][part], conditions(told).rows(n, n + 1))
        assert np.array_equal(alone[0], together[n])


def test_how_places_look_at_words_adds_up(denoiser: Denoiser) -> None:
    told = sprites.asked(2)
    told["tokens"][:, 3:] = 0
    looks = denoiser.looks(told["x"], told["sigma"], conditions(told))
    assert [one.shape for one in looks] == [(2, 64, 24), (2, 16, 24), (2, 16, 24), (2, 64, 24)]
    assert np.allclose(looks[0].sum(-1), 1, atol=1e-4)  # at words alone
    assert all(np.abs(one[..., 3:]).max() < 1e-6 for one in looks)  # never at padding


def test_saying_nothing_keeps_the_sketch_and_the_style() -> None:
    told = conditions(sprites.asked(2))
    silent = told.without_words()
    assert (silent.tokens[:, 0] == px.NOTHING).all() and not silent.tokens[:, 1:].any()
    assert silent.sketch is told.sketch and silent.style is told.style


# -- the box ----------------------------------------------------------------------------------------------------------


def test_weights_in_8_bits_come_back_within_a_part_in_two_hundred(net: Any, box: Path) -> None:
    back = tensors_of(open_checkpoint(box))
    for name, value in arrays_of(net).items():
        assert back[name].shape == value.shape and back[name].dtype == np.float32
        assert np.abs(back[name] - value).max() <= np.abs(value).max() / 200
        if value.size < blocks.LEAST or value.ndim < 2:
            assert np.array_equal(back[name], value)


@pytest.mark.parametrize("spread", [1e-3, 1.0, 1e3])
def test_blocks_hold_at_every_scale(spread: float) -> None:
    values = {"a": (np.random.default_rng(0).standard_normal((65, 129)) * spread).astype(np.float32)}
    back = blocks.unpack(blocks.pack(values))["a"]
    assert np.abs(back - values["a"]).max() <= 5 * spread / 200
    assert not blocks.unpack(blocks.pack({"a": np.zeros((64, 64), np.float32)}))["a"].any()


def test_a_box_draws_nearly_as_before_it_was_packed(denoiser: Denoiser, box: Path) -> None:
    told = sprites.asked(2)
    packed = denoiser_of(open_checkpoint(box), threads=1).denoise(told["x"], told["sigma"], conditions(told))
    whole = denoiser.denoise(told["x"], told["sigma"], conditions(told))
    assert np.sqrt(np.square(packed - whole).mean()) < 0.02


def test_words_and_things_travel_with_it(box: Path) -> None:
    opened = open_checkpoint(box)
    assert words_of(opened).words == WORDS.words
    assert [entry.caption for entry in memory_of(opened).entries] == ["cat", "dog"]


def test_a_model_of_another_kind_is_refused(tiny_box: Path) -> None:
    with pytest.raises(CheckpointError, match="no model of small pictures") as raised:
        tensors_of(open_checkpoint(tiny_box))
    assert raised.value.mend and raised.value.where


def test_weights_of_another_net_are_refused(box: Path) -> None:
    with pytest.raises(CheckpointError, match="do not open together"):
        Denoiser((box / "graph.onnx").read_bytes(), arrays_of(sprites.net(widths=(16, 32, 32))), threads=1)


# -- own styles -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def style(box: Path) -> Path:
    from maquette.nets.diffusion.low_rank import adapt, additions

    mine = adapt(sprites.net(), 2, 1.0, 3)
    with torch.no_grad():
        for parameter in mine.parameters():
            if parameter.requires_grad:
                parameter.add_(0.05)
    learnt = {name: one.numpy() for name, one in additions(mine).items()}
    files = {f"own-{name}": data for name, data in memory().files().items()}
    told = encoding_of(WORDS, 0.4)
    card = {"name": "mine", "kind": "picture"}
    files["pictures.json"] = b"{}"
    return save_style(box.parent / "mine", open_checkpoint(box), 2, learnt, card, told, files).path


def test_an_own_style_opens_with_its_base(style: Path, box: Path) -> None:
    opened = open_checkpoint(style)
    assert opened.base is not None and opened.base.path == box
    mine, theirs = tensors_of(opened), tensors_of(open_checkpoint(box))
    assert not np.array_equal(mine["middle.conv1.weight"], theirs["middle.conv1.weight"])
    changed = np.flatnonzero(np.abs(mine["style.weight"] - theirs["style.weight"]).max(1) > 1e-6)
    assert changed.tolist() == [3]
    told = sprites.asked(1)
    assert np.isfinite(denoiser_of(opened, 1).denoise(told["x"], told["sigma"], conditions(told))).all()
    assert sum(file.stat().st_size for file in style.iterdir()) < sum(f.stat().st_size for f in box.iterdir())


def test_an_own_style_finds_its_own_things_first(style: Path) -> None:
    found = memory_of(open_checkpoint(style))
    assert len(found.entries) == 4 and found.find("cat").number == 0  # type: ignore[union-attr]


def test_an_own_style_is_refused_with_another_base(style: Path, tmp_path: Path) -> None:
    import shutil

    with torch.random.fork_rng():
        torch.manual_seed(9)
        other = sprites.net()
        torch.nn.init.normal_(other.leave.weight)
    save(tmp_path / "tiny", other)
    shutil.copytree(style, tmp_path / "mine")
    with pytest.raises(CheckpointError, match="of another tiny"):
        open_checkpoint(tmp_path / "mine")


# -- enlarger and judge -----------------------------------------------------------------------------------------------


def randomised(net: Any, spread: float = 0.2) -> Any:
    dice = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for name, value in net.state_dict().items():
            if value.dtype.is_floating_point:
                value.copy_(torch.randn(value.shape, generator=dice) * spread)
                if "running_var" in name:
                    value.abs_().add_(0.5)
    return net.eval()


def test_the_enlarger_of_a_box_draws_as_the_trained_one(tmp_path: Path) -> None:
    from maquette.checkpoints.graph_upscaler import build_upscaler
    from maquette.nets.diffusion.upscaler import Upscaler, UpscalerSize

    net = randomised(Upscaler(UpscalerSize(8, 2)))
    (tmp_path / "upscaler.onnx").write_bytes(build_upscaler(arrays_of(net)))
    picture = np.random.default_rng(0).uniform(0, 1, (20, 12, 4)).astype(np.float32)
    with torch.no_grad():
        wanted = net(torch.from_numpy(picture).permute(2, 0, 1)[None]).clamp(0, 1)[0].permute(1, 2, 0).numpy()
    wanted[..., :3] = np.minimum(wanted[..., :3], wanted[..., 3:])
    made = Enlarger(tmp_path / "upscaler.onnx", 1)(picture)
    assert made.shape == (40, 24, 4)
    assert np.abs(made - wanted).max() < 5e-3  # its weights are kept in 16 bits


def test_a_judge_in_a_file_judges_as_the_trained_one(tmp_path: Path) -> None:
    from maquette.checkpoints.graph_judge import build_judge
    from maquette.nets.diffusion.judge import Judge, JudgeSize

    net = randomised(Judge(JudgeSize((8, 8, 8, 8), 12, len(WORDS), 8, 3)))
    state = {name: value.numpy() for name, value in net.state_dict().items()}
    (tmp_path / "judge.onnx").write_bytes(build_judge(state, WORDS.words, px.STYLES[:3]))
    judge = PictureJudge(tmp_path / "judge.onnx", 1)
    pictures = np.random.default_rng(0).uniform(0, 1, (3, 64, 64, 4)).astype(np.float32)
    seen, style = judge.pictures(list(pictures))
    texts = [f"{WORDS.words[0]} {WORDS.words[5]}", WORDS.words[7], "nothing known"]
    with torch.no_grad():
        features = net.features(torch.from_numpy(np.moveaxis(px.smaller(pictures, 2), -1, 1).copy()))
        wanted = net.pictures(features).numpy(), net.style(features).numpy()
        read = net.words(torch.from_numpy(np.stack([WORDS.ids(px.words_of(text)) for text in texts]))).numpy()
    for ours, theirs in ((seen, wanted[0]), (style, wanted[1]), (judge.words(texts), read)):
        assert np.abs(ours - theirs).max() < 5e-3
    assert judge.styles == px.STYLES[:3]


@pytest.mark.parametrize("kind", [Enlarger, PictureJudge])
def test_a_broken_file_is_told_in_words(kind: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"nothing of the kind")
    with pytest.raises(CheckpointError, match="does not open") as raised:
        kind(tmp_path / "broken.onnx", 1)
    assert raised.value.mend and "broken.onnx" in raised.value.where
