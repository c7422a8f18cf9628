"""Motion as numbers: what goes in comes out, in any place, under any heading, in a mirror."""

from __future__ import annotations

import numpy as np
import pytest

import moves
from maquette.core.errors import MediaError
from maquette.encodings import joints
from maquette.encodings.motion_vocabulary import Vocabulary, words_of
from maquette.encodings.print_motion import BAR, MotionIndex
from maquette.media.motion import Motion, Skeleton, mirrored, world


def apart(one: Motion, other: Motion) -> float:
    return float(np.linalg.norm(world(one)[0] - world(other)[0], axis=-1).max())


def test_a_motion_comes_back_within_a_millimetre():
    motion = moves.walk(turning=0.4)
    again = joints.decode(joints.encode(motion), start=motion.root[0, [0, 2]])
    assert apart(motion, again) < 1e-3


def test_numbers_do_not_say_where_a_motion_stood():
    motion = moves.walk()
    other = joints.shifted(motion, 3.0, -2.0, 1.3)
    assert np.abs(joints.encode(motion) - joints.encode(other))[1:-1].max() < 1e-3


def test_parts_hold_every_column_once():
    columns = sorted(column for part in joints.PARTS.values() for column in part)
    assert columns == list(range(joints.WIDTH))
    with pytest.raises(MediaError, match="no part 'tail'"):
        joints.columns(["tail"])


def test_another_skeleton_is_refused_by_its_joints():
    motion = moves.walk()
    other = Skeleton(("Hips",), (-1,), np.zeros((1, 3), np.float32))
    with pytest.raises(MediaError, match="1 joints"):
        joints.encode(Motion(other, motion.root, motion.turns[:, :1]))


def test_words_meet_their_stems():
    assert words_of("A person walks and is walking slowly") == ["walk", "slowly"]
    known = Vocabulary.of(["walk"], ["someone dances"])
    assert known.bag(known.numbers(["walk"], ["danc", "fly"])).tolist() == [0.5, 0.5]


def test_a_copy_is_found_in_a_mirror_and_from_any_second(tmp_path):
    clips = moves.clips()
    MotionIndex.build([clip.record() for clip in clips], [clip.motion for clip in clips]).save(tmp_path / "p.npz")
    index = MotionIndex.load(tmp_path / "p.npz")
    part = joints.shifted(mirrored(clips[2].motion.part(17, 90)), 5.0, 1.0, 2.0)
    (nearest, *_) = index.nearest(part)
    assert clips[nearest.clip].labels == ("walk",)
    assert nearest.distance < BAR
    assert not index.nearest(clips[0].motion.part(0, 40))  # under two seconds: nothing is said
