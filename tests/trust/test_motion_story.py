"""What is told of a motion: by which way it was moved, from whose clips, what is near to it."""

from __future__ import annotations

import moves
from maquette.encodings.joints import shifted
from maquette.encodings.print_motion import MotionIndex
from maquette.trust import explain_motion
from maquette.trust.prints import examine, load_index


def index_of(clips, path):
    MotionIndex.build([clip.record() for clip in clips], [clip.motion for clip in clips]).save(path)
    return load_index(path)


def test_a_copy_of_one_persons_clip_is_named_with_its_author(tmp_path):
    clips = moves.clips()
    index = index_of(clips, tmp_path / "prints.npz")
    told = examine(shifted(clips[4].motion, 2.0, 1.0, 0.7), index)
    assert told["verdict"] == "near-copy"
    assert told["nearest"][0]["author"] == "Mira Own"
    far = examine(moves.walk(3.0, speed=4.0, stride=1.4), index)
    assert far["verdict"] == "distinct"


def test_a_record_tells_the_way_and_the_clips():
    trace = {"reading": {"deeds": ["walks"], "said": ["x"]}, "motion": {"by": "graph", "clips": ["cmu_1"]}}
    assert "the motion graph from cmu_1" in " ".join(explain_motion.decisions(trace))
    trace = {"motion": {"by": "net", "seed": 3, "controls": {"seconds": 4.0, "lock": True}}}
    told = " ".join(explain_motion.decisions(trace))
    assert "noise of seed 3" in told
    assert "fixed by you: seconds 4.0" in told
    assert "no model moved" in " ".join(explain_motion.hands({"trace": {"motion": {"by": "graph"}}}))
