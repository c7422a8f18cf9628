"""`explain` of a picture tells and draws why it came out so, and says where it cannot."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import drawn
from maquette.core.errors import OriginalityError, UsageError
from maquette.core.types import Request
from maquette.encodings.print_small import PictureIndex
from maquette.makers.picture import PictureControls
from maquette.media.picture_file import read
from maquette.studio import why_pictures
from maquette.studio.studio import Studio
from maquette.studio.telling import tell
from maquette.trust.explain import explain


@pytest.fixture
def studio(monkeypatch, tmp_path):
    """A studio whose starter is a stand-in, with prints of one fox that looks like what it draws, and one dog."""
    net = drawn.net()
    even = [np.full((1, 64, 24), 1 / 24, np.float32)]
    net._denoiser = SimpleNamespace(denoise=drawn.Ideal().denoise, looks=lambda x, sigma, asked: even)
    monkeypatch.setattr("maquette.makers.picture_net.open_net", lambda checkpoint: net)
    rows = [
        {"id": f"ada/{name}", "title": name, "author": "Ada", "licence": "MIT", "set": "ada", "style": "flat"}
        for name in ("fox", "dog")
    ]
    looks = [(net.memory.sketch(net.memory.find(name)) * 255).astype(np.uint8) for name in ("fox", "dog")]
    path = tmp_path / "fingerprints.npz"
    PictureIndex.build(rows, looks).save(path)
    box = SimpleNamespace(
        id="b" * 64, name="picture-0", base=None, path=tmp_path, card={"name": "picture-0"},
        file=lambda name: path, encoding={"name": "pixels.v1"},
    )  # fmt: skip
    monkeypatch.setattr(Studio, "_open", lambda self, name: box)
    return Studio()


def made(studio, tmp_path, prompt="a fox", **how):
    controls = PictureControls(style="flat", variety=0.0, follow=1.0)
    return next(studio.make(Request("picture", prompt, controls, 7, 1), out=tmp_path / "out", **how)).path


def test_a_near_copy_is_refused_unless_it_is_kept_openly(studio, tmp_path):
    with pytest.raises(OriginalityError, match="near copies"):
        made(studio, tmp_path)
    path = made(studio, tmp_path, allow_near_copy=True)
    told = dict(tell(studio.verdict(path)))
    assert told["Nearest training works"][0].startswith("a near copy") and told["Taught by"] == [
        "fox: pictures by Ada (MIT)"
    ]
    assert any("Ada (MIT)" in line and "distance" in line for line in told["Nearest training works"])
    assert "kept all the same, as its creator asked" in told["Nearest training works"]


def test_why_is_told_and_drawn_on_a_sheet(studio, tmp_path):
    path = made(studio, tmp_path, "a house left of a star")
    verdict = studio.verdict(path)
    told = dict(explain(verdict))
    assert any("house: laid out left" in line for line in told["Decisions"])
    assert "every pixel was drawn by the model" in told["Whose hand"][0]
    looked = dict(why_pictures.why(studio, verdict, tmp_path / "why.png"))
    assert any("without the thing “house”" in line for line in looked["What each part changed"])
    assert read(tmp_path / "why.png").size[0] > 500
    again = dict(why_pictures.why(studio, verdict, tmp_path / "why.png"))
    assert again["Sheet"][0].endswith("why-2.png")


def test_private_words_are_told_nowhere(studio, tmp_path):
    verdict = studio.verdict(made(studio, tmp_path, "a house", private=True))
    lines = [line for _, section in (*tell(verdict), *explain(verdict)) for line in section]
    assert not any("house" in line for line in lines)
    assert why_pictures.why(studio, verdict) == []


def test_a_sheet_of_what_no_net_drew_is_refused(studio, tmp_path):
    (tmp_path / "plain.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"/>')
    verdict = studio.verdict(tmp_path / "plain.svg")
    assert why_pictures.why(studio, verdict) == []
    with pytest.raises(UsageError, match="nothing to draw"):
        why_pictures.why(studio, verdict, tmp_path / "why.png")
