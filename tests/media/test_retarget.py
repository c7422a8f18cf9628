"""What a person may rely on when motion comes from another's skeleton."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from maquette.core.errors import MediaError
from maquette.media import motion_asf, motion_bvh
from maquette.media import quaternions as turns
from maquette.media.motion import HOUSE, Motion, Skeleton, world
from maquette.media.retarget import NEEDED, retarget, roles
from motions import swaying

# How others name our 22 joints, in our order; "" where they have none.
NAMINGS = {
    "Mixamo": " ".join(f"mixamorig:{name}" for name in HOUSE.names),
    "CMU as BVH": " ".join(HOUSE.names).replace("Spine2 ", "- ").replace("Spine1", "Spine1"),
    "CMU as ASF": "root lfemur ltibia lfoot ltoes rfemur rtibia rfoot rtoes lowerback upperback thorax lowerneck head "
    "lclavicle lhumerus lradius lhand rclavicle rhumerus rradius rhand",
    "Daz": "hip lThighBend lShin lFoot lToe rThighBend rShin rFoot rToe abdomenLower abdomenUpper chestUpper neckLower "
    "head lCollar lShldrBend lForearmBend lHand rCollar rShldrBend rForearmBend rHand",
    "CMU for Daz": "hip lThigh lShin lFoot lToe rThigh rShin rFoot rToe abdomen - chest neck head "
    "lCollar lShldr lForeArm lHand rCollar rShldr rForeArm rHand",
    "3ds Max": "Bip01_Pelvis Bip01_L_Thigh Bip01_L_Calf Bip01_L_Foot Bip01_L_Toe0 Bip01_R_Thigh Bip01_R_Calf "
    "Bip01_R_Foot Bip01_R_Toe0 Bip01_Spine Bip01_Spine1 Bip01_Spine2 Bip01_Neck Bip01_Head Bip01_L_Clavicle "
    "Bip01_L_UpperArm Bip01_L_Forearm Bip01_L_Hand Bip01_R_Clavicle Bip01_R_UpperArm Bip01_R_Forearm Bip01_R_Hand",
    "CMU for 3ds Max": "Hips LeftHip LeftKnee LeftAnkle LeftToe RightHip RightKnee RightAnkle RightToe Chest Chest2 "
    "Chest3 Neck Head LeftCollar LeftShoulder LeftElbow LeftWrist RightCollar RightShoulder RightElbow RightWrist",
    "Rigify": "DEF-spine DEF-thigh.L DEF-shin.L DEF-foot.L DEF-toe.L DEF-thigh.R DEF-shin.R DEF-foot.R DEF-toe.R "
    "DEF-spine.001 DEF-spine.002 DEF-spine.003 DEF-spine.004 DEF-spine.006 DEF-shoulder.L DEF-upper_arm.L "
    "DEF-forearm.L DEF-hand.L DEF-shoulder.R DEF-upper_arm.R DEF-forearm.R DEF-hand.R",
    "Character Creator": "CC_Base_Hip CC_Base_L_Thigh CC_Base_L_Calf CC_Base_L_Foot CC_Base_L_ToeBase CC_Base_R_Thigh "
    "CC_Base_R_Calf CC_Base_R_Foot CC_Base_R_ToeBase CC_Base_Waist CC_Base_Spine01 CC_Base_Spine02 "
    "CC_Base_NeckTwist01 CC_Base_Head CC_Base_L_Clavicle CC_Base_L_Upperarm CC_Base_L_Forearm CC_Base_L_Hand "
    "CC_Base_R_Clavicle CC_Base_R_Upperarm CC_Base_R_Forearm CC_Base_R_Hand",
    "VRM": "J_Bip_C_Hips J_Bip_L_UpperLeg J_Bip_L_LowerLeg J_Bip_L_Foot J_Bip_L_ToeBase J_Bip_R_UpperLeg "
    "J_Bip_R_LowerLeg J_Bip_R_Foot J_Bip_R_ToeBase J_Bip_C_Spine J_Bip_C_Chest J_Bip_C_UpperChest J_Bip_C_Neck "
    "J_Bip_C_Head J_Bip_L_Shoulder J_Bip_L_UpperArm J_Bip_L_LowerArm J_Bip_L_Hand J_Bip_R_Shoulder "
    "J_Bip_R_UpperArm J_Bip_R_LowerArm J_Bip_R_Hand",
    "VRM humanoid": "hips leftUpperLeg leftLowerLeg leftFoot leftToes rightUpperLeg rightLowerLeg rightFoot rightToes "
    "spine chest upperChest neck head leftShoulder leftUpperArm leftLowerArm leftHand rightShoulder rightUpperArm "
    "rightLowerArm rightHand",
    "KayKit": "hips upperleg.l lowerleg.l foot.l toes.l upperleg.r lowerleg.r foot.r toes.r spine - chest - head "
    "- upperarm.l lowerarm.l wrist.l - upperarm.r lowerarm.r wrist.r",
    "Unreal": "pelvis thigh_l calf_l foot_l ball_l thigh_r calf_r foot_r ball_r spine_01 spine_02 spine_03 neck_01 "
    "head clavicle_l upperarm_l lowerarm_l hand_l clavicle_r upperarm_r lowerarm_r hand_r",
    "SMPL": "pelvis left_hip left_knee left_ankle left_foot right_hip right_knee right_ankle right_foot spine1 spine2 "
    "spine3 neck head left_collar left_shoulder left_elbow left_wrist right_collar right_shoulder right_elbow "
    "right_wrist",
    "endorphin": "root LeftHipJoint LeftKneeJoint LeftAnkleJoint LeftToesJoint RightHipJoint RightKneeJoint "
    "RightAnkleJoint RightToesJoint LowerSpineJoint MiddleSpineJoint UpperSpineJoint LowerNeckJoint UpperNeckJoint "
    "LeftClavicleJoint LeftShoulderJoint LeftElbowJoint LeftWristJoint RightClavicleJoint RightShoulderJoint "
    "RightElbowJoint RightWristJoint",
}


@pytest.mark.parametrize("naming", NAMINGS)
def test_the_joints_of_others_are_known_by_their_names(naming: str) -> None:
    names = [f"extra{number}" if name == "-" else name for number, name in enumerate(NAMINGS[naming].split())]
    skeleton = dataclasses.replace(HOUSE, names=tuple(names))
    found = roles(skeleton)
    assert set(NEEDED) <= set(found)
    for role, number in found.items():
        if names[number].startswith("extra") or role in ("Spine", "Spine1", "Spine2"):
            continue
        expected = HOUSE.names[number]
        assert role == expected, (role, names[number])
    if "extra" not in "".join(names):
        assert {"Spine", "Spine1", "Spine2", "Neck"} <= set(found)


def test_what_is_on_our_skeleton_stays_as_it_is() -> None:
    motion = swaying(5)
    assert np.array_equal(retarget(motion).turns, motion.turns)
    mixamo = motion_bvh.parse(motion_bvh.to_bvh(motion, mixamo=True))
    again = retarget(mixamo)
    assert again.skeleton is HOUSE and np.abs(world(again)[0] - world(motion)[0]).max() < 1e-5


def reposed(motion: Motion, degrees: float, scale: float = 1.0) -> Motion:
    """The same bodies in the same places, kept on a skeleton whose arms hang at rest."""
    bend = {HOUSE.number(side + "Arm"): turns.about(np.array([0, 0, 1.0], np.float32), sign * np.radians(degrees))
            for side, sign in (("Left", -1.0), ("Right", 1.0))}  # fmt: skip
    rest = np.tile(turns.STILL, (len(HOUSE.names), 1))
    for joint, parent in enumerate(HOUSE.parents):
        rest[joint] = turns.multiply(rest[parent], bend.get(joint, turns.STILL)) if parent >= 0 else turns.STILL
    offsets = HOUSE.offsets.copy()
    for joint, parent in enumerate(HOUSE.parents):
        if parent >= 0:
            offsets[joint] = turns.rotate(rest[parent], HOUSE.offsets[joint])
    away = turns.multiply(world(motion)[1], np.broadcast_to(turns.inverse(rest), (motion.frames, 22, 4)))
    local = away.copy()
    for joint, parent in enumerate(HOUSE.parents):
        if parent >= 0:
            local[:, joint] = turns.multiply(turns.inverse(away[:, parent]), away[:, joint])
    names = tuple(f"mixamorig:{name}" for name in HOUSE.names)
    skeleton = Skeleton(names, HOUSE.parents, (offsets * scale).astype(np.float32))
    return dataclasses.replace(motion, skeleton=skeleton, turns=local, root=(motion.root * scale).astype(np.float32))


@pytest.mark.parametrize("degrees", [30.0, 50.0])
def test_arms_that_hang_at_rest_are_no_matter(degrees: float) -> None:
    motion = swaying(12)
    hung = reposed(motion, degrees)
    assert np.abs(world(hung)[0] - world(motion)[0]).max() < 1e-5
    assert np.abs(world(retarget(hung, floor=False))[0] - world(motion)[0]).max() < 1e-3


def test_a_larger_body_walks_a_shorter_way_on_shorter_legs() -> None:
    motion = swaying(12)
    made = retarget(reposed(motion, 40, scale=1.4), floor=False)
    assert np.abs(world(made)[0] - world(motion)[0]).max() < 1e-3


def test_a_body_that_lies_along_z_at_rest_is_set_upright() -> None:
    motion = swaying(12)
    tip = turns.about(np.array([1.0, 0, 0], np.float32), np.pi / 2)
    lying = reposed(motion, 0)
    offsets = turns.rotate(np.broadcast_to(tip, (22, 4)), lying.skeleton.offsets)
    around = turns.multiply(turns.multiply(np.broadcast_to(tip, lying.turns.shape), lying.turns),
                            np.broadcast_to(turns.inverse(tip), lying.turns.shape))  # fmt: skip
    root = turns.rotate(np.broadcast_to(tip, (12, 4)), lying.root)
    skeleton = dataclasses.replace(lying.skeleton, offsets=offsets)
    made = retarget(dataclasses.replace(lying, skeleton=skeleton, turns=around, root=root), floor=False)
    assert np.abs(world(made)[0] - world(motion)[0]).max() < 1e-3


def test_bones_that_all_point_one_way_at_rest_are_read_by_how_the_body_stands() -> None:
    motion = swaying(30)
    turned = motion.turns.copy()
    turned[4] = (0, 0, 0, 1)  # it once stands straight, looking to the side
    turned[4, 0] = turns.about_y(1.2)
    motion = dataclasses.replace(motion, turns=turned)
    rest = np.tile(turns.STILL, (22, 1))
    along = np.array([1.0, 0, 0], np.float32)
    offsets = np.zeros((22, 3), np.float32)
    for joint, parent in enumerate(HOUSE.parents):
        if parent >= 0:
            rest[joint] = turns.between(HOUSE.offsets[joint], along)
            offsets[joint] = along * np.linalg.norm(HOUSE.offsets[joint])
    # The joint turns its child's bone: what a joint is turned at rest is told by its first child.
    bone = [next((rest[child] for child, parent in enumerate(HOUSE.parents) if parent == joint), turns.STILL)
            for joint in range(22)]  # fmt: skip
    places, seen = world(motion)
    around = turns.multiply(seen, np.broadcast_to(turns.inverse(np.stack(bone)), seen.shape))
    local = around.copy()
    for joint, parent in enumerate(HOUSE.parents):
        if parent >= 0:
            local[:, joint] = turns.multiply(turns.inverse(around[:, parent]), around[:, joint])
            way = (places[:, joint] - places[:, parent])[0]
            offsets[joint] = turns.rotate(turns.inverse(around[0, parent]), way)
    names = tuple(f"mixamorig:{name}" for name in HOUSE.names)
    strange = dataclasses.replace(motion, skeleton=Skeleton(names, HOUSE.parents, offsets), turns=local)
    assert np.abs(world(strange)[0] - places).max() < 1e-4
    made = retarget(strange, floor=False)
    assert "frame 4" in made.said[-1]
    assert np.abs(world(made)[0] - places).max() < 2e-3


def test_feet_come_to_stand_on_the_floor() -> None:
    still = np.tile(turns.STILL, (4, 22, 1))
    high = Motion(HOUSE, np.tile(np.array([0, 3.0, 0], np.float32), (4, 1)), still)
    made = retarget(reposed(high, 45))
    assert world(made)[0][..., 1].min() == pytest.approx(0.02, abs=1e-3)


def test_joints_that_nobody_knows_are_asked_for() -> None:
    motion = swaying(2)
    strange = dataclasses.replace(HOUSE, names=tuple(f"k{number}" for number in range(22)))
    with pytest.raises(MediaError, match="Hips, LeftUpLeg") as told:
        retarget(dataclasses.replace(motion, skeleton=strange))
    assert "names={" in told.value.mend
    names = {role: f"k{HOUSE.number(role)}" for role in HOUSE.names}
    made = retarget(dataclasses.replace(motion, skeleton=strange), names=names)
    assert np.abs(world(made)[0] - world(motion)[0]).max() < 1e-4


def test_our_motion_moves_the_rig_of_another() -> None:
    motion = swaying(6)
    theirs = reposed(motion, 45, scale=0.7).skeleton
    made = retarget(motion, theirs, floor=False)
    back = retarget(made, floor=False)
    assert made.skeleton is theirs
    assert np.abs(world(back)[0] - world(motion)[0]).max() < 1e-3


# --- Acclaim -----------------------------------------------------------------------------------------------------

ASF = """# made for a test
:version 1.10
:units
  mass 1.0
  length 0.45
  angle deg
:root
  order TX TY TZ RX RY RZ
  axis XYZ
  position 0 0 0
  orientation 0 0 0
:bonedata
  begin
    id 1
    name lfemur
    direction 0.6 -0.8 0
    length 8
    axis 10 20 30 XYZ
    dof rx ry rz
  end
  begin
    id 2
    name ltibia
    direction 0 -1 0
    length 7
    axis 0 0 20 XYZ
    dof rx
  end
  begin
    id 3
    name head
    direction 0 1 0
    length 10
    axis 0 0 0 XYZ
    dof rz rx
  end
:hierarchy
  begin
    root lfemur head
    lfemur ltibia
  end
"""
AMC = """#!OML
:FULLY-SPECIFIED
:DEGREES
1
root 1 17 2 0 0 0
lfemur 0 0 0
ltibia 0
head 0 0
2
root 1 17 2 0 90 0
lfemur 20 -10 5
ltibia 45
head 30 0
"""


def spun(axis: str, degrees: float) -> np.ndarray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return {"x": np.array([[1, 0, 0], [0, c, -s], [0, s, c]]), "y": np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]),
            "z": np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])}[axis]  # fmt: skip


def test_acclaim_files_turn_each_bone_about_its_own_axes(tmp_path: Path) -> None:
    (tmp_path / "02.asf").write_text(ASF, encoding="utf-8")
    (tmp_path / "02_01.amc").write_text(AMC, encoding="utf-8")
    motion = motion_asf.read_amc(tmp_path / "02_01.amc")
    unit = 0.0254 / 0.45
    assert motion.skeleton.names == ("root", "lfemur", "ltibia", "head") and motion.fps == 120
    assert "120 frames" in motion.said[0]
    places = world(motion)[0]
    hip = np.array([1, 17, 2]) * unit
    assert np.allclose(places[0, 2], hip + np.array([0.6, -0.8, 0]) * 8 * unit, atol=1e-5)
    axes = spun("z", 30) @ spun("y", 20) @ spun("x", 10)
    turned = spun("y", 90) @ axes @ (spun("z", 5) @ spun("y", -10) @ spun("x", 20)) @ axes.T
    assert np.allclose(places[1, 2], hip + turned @ np.array([0.6, -0.8, 0]) * 8 * unit, atol=1e-5)
    shin = spun("z", 20)
    tip = world(motion)[1][1, 2]
    assert np.allclose(turns.to_matrix(tip), turned @ shin @ spun("x", 45) @ shin.T, atol=1e-5)


@pytest.mark.parametrize(
    ("asf", "amc", "word"),
    [
        ("", AMC, "no Acclaim"),
        (ASF.replace("length 8", "length eight"), AMC, "broken"),
        (ASF.replace("lfemur ltibia\n  end", "lfemur nobody\n  end"), AMC, "nobody"),
        (ASF, AMC.replace("head 30 0", "tail 30 0"), "tail"),
        (ASF, AMC.replace("ltibia 45", "ltibia 45 3"), "numbers"),
        (ASF, "nothing", "bone"),
        (ASF, "", "no frame"),
    ],
)
def test_broken_acclaim_files_are_named(asf: str, amc: str, word: str, tmp_path: Path) -> None:
    (tmp_path / "02.asf").write_text(asf, encoding="utf-8")
    (tmp_path / "02_01.amc").write_text(amc, encoding="utf-8")
    with pytest.raises(MediaError, match=word):
        motion_asf.read_amc(tmp_path / "02_01.amc")


def test_a_motion_without_its_skeleton_says_what_to_put_beside_it(tmp_path: Path) -> None:
    (tmp_path / "07_02.amc").write_text(AMC, encoding="utf-8")
    with pytest.raises(MediaError) as told:
        motion_asf.read_amc(tmp_path / "07_02.amc")
    assert "07.asf" in told.value.mend
