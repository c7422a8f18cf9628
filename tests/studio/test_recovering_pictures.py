"""What an artist may rely on when a picture of hers comes back without its credential."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image

from maquette.core.errors import UsageError
from maquette.core.settings import Places
from maquette.media.picture import Picture, from_floats
from maquette.studio.pictures import keep_move
from maquette.studio.recovering import recover
from maquette.studio.recovering_pictures import marked
from maquette.studio.studio import Studio
from maquette.studio.telling import tell
from maquette.trust import keys, picture_marks
from maquette.trust.verify import verify


def meadow(side: int = 512, seed: int = 3) -> Picture:
    """A picture as rough as nature."""
    dice = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None]) + 1 / side
    made = np.fft.irfft2(np.fft.rfft2(dice.normal(size=(side, side))) / frequency**1.2, s=(side, side))
    light = 0.5 + 0.16 * made / made.std()
    return from_floats(np.clip(light[..., None] * [1.0, 0.95, 0.8], 0, 1).astype(np.float32))


@pytest.fixture(scope="module")
def places(tmp_path_factory) -> Places:
    folder = tmp_path_factory.mktemp("studio")
    return Places(folder / "home", folder / "config")


@pytest.fixture(scope="module")
def kept(places, tmp_path_factory):
    """A picture that carries a mark, and one that was asked to carry none."""
    studio, out = Studio(places), tmp_path_factory.mktemp("out")

    def keep(seed: int, **how):
        made = keep_move(studio, meadow(seed=seed), verb="paint", sources=[], settings={}, out=out, **how)
        return made.asset

    return keep(3, prompt="a meadow"), keep(4, prompt="a field", mark=False)


@pytest.fixture
def studio(places) -> Studio:
    return Studio(places)


def stripped(asset, path, quality: int = 70, size: int = 400):
    picture = Image.open(asset.path).convert("RGB").resize((size, size), Image.Resampling.LANCZOS)
    picture.save(path, quality=quality)
    return path


def test_the_mark_is_bound_to_the_credential_and_told_in_the_story(kept, places):
    verdict = verify(kept[0].path, at=places)
    mark = picture_marks.of_story(verdict.story)
    assert verdict.state == "trusted" and mark is not None
    assert [one["action"] for one in verdict.chain[0]["actions"]][-1] == "c2pa.watermarked.bound"
    assert kept[0].credential["mark"] == mark.told
    assert verify(kept[1].path, at=places).story["watermark"] == "none: as asked"


def test_the_story_tells_of_the_mark_or_why_there_is_none(kept, places):
    told = [dict(tell(verify(one.path, at=places)))["Mark"][0] for one in kept]
    assert kept[0].credential["mark"] in told[0]
    assert told[1] == "none: as asked"


def test_a_stripped_picture_is_known_by_its_mark_and_stays_unsigned(kept, studio, places, tmp_path):
    path = stripped(kept[0], tmp_path / "stripped.jpg")
    assert verify(path, at=places).state == "unsigned"
    seen = marked(studio, path)
    assert seen is not None and seen.asset is not None and seen.asset.id == kept[0].id
    assert "a mark of this studio found" in seen.told


def test_recover_gives_the_signed_picture_back_and_says_how_alike_the_two_are(kept, studio, places, tmp_path):
    found = recover(studio, stripped(kept[0], tmp_path / "stripped.jpg"))
    assert (found.asset.id, found.how) == (kept[0].id, "mark")
    assert found.share > 0.9 and "look at both" in found.told
    assert found.path.name == "stripped-recovered.png" and verify(found.path, at=places).state == "trusted"


def test_pixels_that_are_the_same_are_said_to_be(kept, studio, tmp_path):
    Image.open(kept[0].path).save(tmp_path / "again.png")
    assert recover(studio, tmp_path / "again.png").how == "content"


def test_a_picture_without_a_mark_is_found_by_its_look(kept, studio, tmp_path):
    found = recover(studio, stripped(kept[1], tmp_path / "field.jpg"))
    assert (found.asset.id, found.how) == (kept[1].id, "look")


def test_the_prints_are_only_a_help_and_may_be_spoilt(kept, studio, places, tmp_path):
    cache = places.home / "looks.json"
    cache.write_text(json.dumps({"format": "looks.v1", "prints": {kept[1].id: "zz"}}), "utf-8")
    assert recover(studio, stripped(kept[1], tmp_path / "field.jpg")).asset.id == kept[1].id


def test_a_strangers_picture_is_not_claimed(kept, studio, tmp_path):
    path = tmp_path / "чужая картина.png"
    Image.fromarray(np.asarray(meadow(seed=9).pixels[..., :3])).save(path)
    with pytest.raises(UsageError, match="no work like it"):
        recover(studio, path)


def test_another_studio_does_not_find_the_mark(kept, tmp_path):
    other = Places(tmp_path / "home", tmp_path / "config")
    keys.create(other, "Bob")
    rgb = np.asarray(Image.open(kept[0].path).convert("RGB"), np.float32) / 255
    assert picture_marks.find(rgb[:256, :256], other) is None


def test_what_cannot_carry_a_mark_says_why(places):
    signer = keys.signer(places)
    small = from_floats(np.zeros((64, 64, 3), np.float32))
    assert "512" in picture_marks.put(small, signer).why
    with pytest.raises(UsageError, match="cannot carry a mark"):
        picture_marks.put(small, signer, wanted=True)
    smooth = from_floats(np.linspace(0, 1, 520 * 520, dtype=np.float32).reshape(520, 520) * np.float32(0.02) + 0.4)
    assert picture_marks.put(smooth, signer).mark is None


def test_a_file_that_is_no_picture_brings_nothing_down(kept, studio, tmp_path):
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(80))
    assert marked(studio, path) is None
    out = io.BytesIO()
    Image.new("RGB", (1, 1)).save(out, "PNG")
    path.write_bytes(out.getvalue())
    assert marked(studio, path) is None
