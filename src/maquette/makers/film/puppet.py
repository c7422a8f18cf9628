"""People drawn from their skeletons: from any side, at any size, by three hands.

`draw_person` takes a pose and a camera and gives vector marks from back to front. Nothing is an image: every coat,
hand and eyebrow is cut in space to the body and put on paper through the camera, so the same person is the same from
behind, in profile and in an extreme close-up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ...core.errors import UsageError
from ...media.film import Look
from ...media.ink import Ink
from ...media.stage import Camera
from .puppet_body import Body, fitted, head_size_of
from .puppet_clothes import Costume, costume_of, seat, skirt, sleeve_of, torso, trousers_of, trunk_of
from .puppet_costume import sewn
from .puppet_face import EYE_Y, MOODS, Face, drop_of, face_marks, glasses, looked
from .puppet_hair import BALD, CUTS, backing, beard, hair, hanging
from .puppet_hats import hat_marks, hat_of
from .puppet_head import Skull, ear, head, neck
from .puppet_holds import BULKY, held
from .puppet_limbs import arm, leg
from .puppet_paint import STYLES, Sketch, joined
from .puppet_shapes import Floats, Lens

__all__ = ["STYLES", "FaceState", "crown_of", "draw_person", "eyes_of", "fitted", "person_depth"]

CORE = (0, 11, 13)  # hips, chest and head
CLOSEST = 0.32  # metres before the lens: whoever is nearer is the camera's own shoulder, or behind it
SMALLEST = 4.0  # pixels: people smaller than this are not drawn


@dataclass(frozen=True)
class FaceState:
    """What a face does: mouth is one of stage.MOUTHS; blink 0 open .. 1 shut; gaze is the place looked at, in metres
    in the world, None where straight ahead; emotion is one of film.EMOTIONS, `strength` of it 0..1."""

    mouth: str = "X"
    blink: float = 0.0
    gaze: tuple[float, float, float] | None = None
    emotion: str = "neutral"
    strength: float = 1.0


def eyes_of(look: Look) -> tuple[float, float]:
    """Metres from the head's joint to the middle between the eyes: up and ahead."""
    size = head_size_of(look)
    return EYE_Y * size, 0.09 * size


def crown_of(look: Look) -> float:
    """Metres from the head's joint up to the top of the hair."""
    return 0.215 * head_size_of(look)


def person_depth(places: Floats, camera: Camera) -> float:
    """Metres before the lens where a person stands (22, 3): sort people and furniture by it, far ones first."""
    seen = (np.asarray(places, np.float32)[[0, 12, 3, 7]] - np.asarray(camera.eye, np.float32)) @ camera.axes()[2]
    return float(seen.mean())


def draw_person(
    look: Look, places: Floats, turned: Floats, camera: Camera, width: int, height: int, *,
    face: FaceState = FaceState(), style: str = "line", owner: str = "", holds: Mapping[str, str] | None = None,
    light: tuple[float, float, float] = (-0.5, 0.8, 0.4),
) -> tuple[Ink, ...]:  # fmt: skip
    """A person as marks from back to front, in pixels of a page of `width` x `height`.

    places (22, 3) and turned (22, 4) are those of the house skeleton in the world (`media.motion.world`); the person's
    own bones are put in by `fitted`. `holds`: hand ("LeftHand") -> prop kind. `light`: the way towards the light.
    Empty where the person is behind the lens, in it, or too small to be seen. Raises UsageError for an unknown style.
    """
    if style not in STYLES:
        raise UsageError(f"there is no style {style!r}", mend=f"choose {', '.join(STYLES)}")
    body = Body.of(look, places, turned)
    lens = Lens.of(camera, width, height)
    depth = lens.depth(body.places)
    if depth[list(CORE)].min() < CLOSEST:
        return ()
    tall = float(look.height * lens.scale / max(float(depth[[0, 13]].mean()), 0.3))
    if tall < SMALLEST:
        return ()
    sketch = Sketch.of(lens, style, owner, tall, light, (width, height))
    return tuple(_figure(sketch, body, face, holds or {}))


def _figure(sketch: Sketch, body: Body, face: FaceState, holds: Mapping[str, str]) -> list[Ink]:
    """All parts in the order in which a cel painter lays them down: what is nearer to the lens covers the rest."""
    look, cut = body.look, costume_of(body.look.costume)

    def far(*joints: str) -> float:
        return float(np.mean([sketch.lens.depth(body.at(joint)) for joint in joints]))

    trunk = trunk_of(body, cut)
    throat = neck(sketch, body).marks()
    middle = [torso(sketch, body, trunk, look.top).plus(throat)]
    if cut.skirt:
        middle.append(skirt(sketch, body, cut, look.top))
    middle[-1] = middle[-1].plus(sewn(sketch, body, trunk))
    behind, before, over = _arms(sketch, body, cut, far, holds)
    legs = _legs(sketch, body, cut, far)
    seated = min(far("LeftLeg"), far("RightLeg")) < far("Hips") - 0.22 * body.size and not cut.skirt
    crown, hung = ([], []) if _unseen(sketch, body, 0.5, "Head") else _head(sketch, body, face)
    trunks = joined(middle) + legs if seated else legs + joined(middle)
    away = float(sketch.lens.axes[2] @ (body.at("Head") - body.at("Neck"))) / (0.09 * body.size) > 0.95
    turned_away = not hung
    if away:
        return [*behind, *hung, *crown, *trunks, *before, *over]
    if turned_away:
        return [*behind, *trunks, *before, *crown, *over]
    return [*hung, *behind, *trunks, *before, *crown, *over]


def _unseen(sketch: Sketch, body: Body, reach: float, *joints: str) -> bool:
    """Whether a limb lies off the page: close shots need not draw shoes."""
    return sketch.outside(np.stack([body.at(joint) for joint in joints]), reach * max(body.size, body.head_size))


def _legs(sketch: Sketch, body: Body, cut: Costume, far: Callable[..., float]) -> list[Ink]:
    one, other = sorted(("Left", "Right"), key=lambda side: -far(f"{side}Leg", f"{side}Foot"))
    trousers = trousers_of(cut, body.look.bottom)
    back, front = (
        [] if _unseen(sketch, body, 0.2, f"{side}UpLeg", f"{side}Leg", f"{side}Foot", f"{side}ToeBase")
        else leg(sketch, body, side, trousers, cut.shoes) for side in (one, other)
    )  # fmt: skip
    if not cut.legs or _unseen(sketch, body, 0.4, "Hips"):
        return joined(back) + joined(front)
    return joined(back) + joined([*front, seat(sketch, body, body.look.bottom)])


def _arms(
    sketch: Sketch, body: Body, cut: Costume, far: Callable[..., float], holds: Mapping[str, str]
) -> tuple[list[Ink], list[Ink], list[Ink]]:
    """Arms behind the trunk, before it, and before the head too."""
    behind: list[Ink] = []
    before: list[Ink] = []
    over: list[Ink] = []
    chest, face = far("Spine1", "Spine2"), far("Head")
    sleeve = sleeve_of(cut, body.look.top)
    for side in sorted(("Left", "Right"), key=lambda one: -far(f"{one}ForeArm", f"{one}Hand")):
        upper, fore = far(f"{side}Arm", f"{side}ForeArm") - chest, far(f"{side}ForeArm", f"{side}Hand") - chest
        raised = float(np.linalg.norm(body.at(f"{side}Hand") - body.at("Head"))) < 0.42 * body.size
        if _unseen(sketch, body, 0.25, f"{side}Arm", f"{side}ForeArm", f"{side}Hand") and f"{side}Hand" not in holds:
            continue
        front = over if raised and far(f"{side}Hand") < face else before
        thing = held(sketch, body, side, holds[f"{side}Hand"]) if f"{side}Hand" in holds else []
        grips = f"{side}Hand" in holds
        if upper > 0.07 and fore < -0.02:
            behind += joined(arm(sketch, body, side, sleeve, "upper"))
            front += thing + joined(arm(sketch, body, side, sleeve, "fore", grips))
        elif (upper + fore) / 2 > 0.05:
            behind += thing + joined(arm(sketch, body, side, sleeve, grips=grips))
        elif thing and holds[f"{side}Hand"] in BULKY:  # carried between the arm and the chest
            front += joined(arm(sketch, body, side, sleeve, "upper")) + thing
            front += joined(arm(sketch, body, side, sleeve, "fore", grips))
        else:
            front += thing + joined(arm(sketch, body, side, sleeve, grips=grips))
    return behind, before, over


def _head(sketch: Sketch, body: Body, face: FaceState) -> tuple[list[Ink], list[Ink]]:
    """The head, and apart from it the hair that hangs behind it."""
    mood = MOODS.get(face.emotion, MOODS["neutral"]).mixed(face.strength)
    skull = Skull.of(sketch, body, drop_of(face.mouth, mood))
    ears = [ear(skull, side) for side in (1.0, -1.0)] if CUTS.get(body.look.hair, BALD).ears else []
    marks = [*backing(skull), *joined([*(part for facing, part in ears if facing < 0.2), head(skull)])]
    drawn = Face(skull, mood, face.mouth, face.blink, looked(skull, face.gaze))
    front = float(skull.seen(np.array([[0, 0.05, 0.11]], np.float32))[0])
    if body.look.beard and front > -0.5:
        marks += beard(skull).marks()
    if front > -0.6:
        marks += face_marks(drawn)
    for facing, part in ears:
        if facing >= 0.2:
            marks += part.marks()
    top, hung = hair(skull), hanging(skull)
    away = front < 0 and hung is not None
    hangs = CUTS.get(body.look.hair, BALD).hang < 0
    marks += joined([part for part in ((hung if away and hangs else None), top) if part])
    marks += hung.marks() if hung and away and not hangs else []
    kind = hat_of(body.look)
    behind, before = hat_marks(skull, kind) if kind else ([], [])
    marks = [*behind, *marks, *before]
    if body.look.glasses and front > -0.6 and skull.pixels(0.24) > 14:
        marks += glasses(drawn, CUTS.get(body.look.hair, BALD).ears)
    return marks, hung.marks() if hung and not away else []
