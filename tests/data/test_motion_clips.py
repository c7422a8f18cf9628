"""What who passes Maquette on may rely on: every clip inside has a licence that permits it, and reads whole."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from maquette.core.errors import DataError
from maquette.data import licences, motion_clips
from maquette.data.motion_clips import CMU, Clip
from maquette.media.motion_mend import mended, torn
from motions import apart


def test_every_packaged_clip_may_be_shared_changed_and_sold_inside_a_product():
    clips = motion_clips.load()
    assert len(clips) > 150 and {clip.tier for clip in clips} == {"a"}
    for clip in clips:
        row = licences.licence(clip.licence)
        assert row.train and row.share and row.adapt and row.sell, clip.id
        assert clip.author and clip.captions and clip.labels and clip.source, clip.id
    assert "attribution" in licences.licence(CMU).duties
    assert sum(file.stat().st_size for file in motion_clips.PACKAGED.iterdir()) < 2.5e6
    assert motion_clips.CMU_WORDS in (motion_clips.PACKAGED / "NOTICE.txt").read_text("utf-8")


def test_a_packed_clip_comes_back_within_two_millimetres():
    clip = Clip("x", dataclasses.replace(motion_clips.load()[0].motion), ("walk",), ("a walk",), "CC0-1.0", "A", "B")
    back = motion_clips.unpacked(motion_clips.packed([clip]))[0]
    assert apart(back.motion, clip.motion) < 0.002
    assert (back.id, back.labels, back.captions) == ("x", ("walk",), ("a walk",))
    assert (back.licence, back.author) == ("CC0-1.0", "A")


def test_own_clips_are_kept_in_a_folder_with_their_words(tmp_path):
    clip = Clip("мой", motion_clips.load()[3].motion, ("walk",), ("иду",), "LicenseRef-own", "Анна", "дома")
    motion_clips.save(tmp_path / "set", [clip, clip])
    back = motion_clips.load(tmp_path / "set")
    assert len(back) == 2 and back[1].author == "Анна" and back[1].captions == ("иду",)
    assert apart(back[0].motion, clip.motion) < 0.01


def test_a_folder_without_motions_says_how_to_make_one(tmp_path):
    with pytest.raises(DataError, match="no motions"):
        motion_clips.load(tmp_path)
    (tmp_path / "items.jsonl").write_text('{"id": "a"}\n')
    with pytest.raises(DataError, match="could not be read"):
        motion_clips.load(tmp_path)


def test_a_limb_that_leaps_for_a_frame_is_bridged_and_the_rest_stays():
    walk = motion_clips.load()[20].motion
    broken = walk.turns.copy()
    broken[40, 15] = (0.7, 0.7, 0.0, 0.1)
    ill = dataclasses.replace(walk, turns=broken)
    well = mended(ill)
    assert torn(ill)[40] and not torn(well).any() and well.said
    assert np.array_equal(well.turns[:36], walk.turns[:36])
    assert mended(well) is well
