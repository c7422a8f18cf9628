"""Where the camera of a shot stands: solved from its size, angle and lens and from where heads really are.

The line of action runs between the two who talk; `Shot.side` 1 keeps the camera on the audience's side of it, -1 on the
other. Of the places round the wanted one, that is taken which stands in no wall, piece or head, and from which the
faces can be seen.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...media.film import Film, Shot
from ...media.stage import Camera, Performance, Stage, Take, fov_of
from .camera_place import Solids, Want, placed, solids_of
from .figures import HANDS, NECK, Figure, figures, in_hand, times
from .pieces import HUNG, size_of
from .puppet_holds import THINGS
from .sets import drawable, piece_of

Floats = NDArray[np.float32]
# How much of a standing person the frame's height shows (heights), and where from the top of the frame the crown is.
_SPANS = {"extreme wide": (4.6, 0.45), "wide": (1.9, 0.26), "full": (1.22, 0.10), "medium wide": (0.68, 0.10),
          "medium": (0.50, 0.10), "medium close-up": (0.345, 0.09), "close-up": (0.235, 0.06),
          "extreme close-up": (0.125, -0.34)}  # fmt: skip
_RISE = {"eye": 2.0, "high": 28.0, "low": -20.0, "bird": 68.0, "worm": -32.0, "dutch": -3.0}
_LARGE = ("wide", "full", "medium wide")
NEAREST = 0.95  # metres from lens to face; nearer, faces bulge: a longer lens is taken
WIDEST = 74.0  # degrees that a lens may open where the room is small
LEVEL = 0.34  # metres that two heads may differ in height where one is seen past the other's shoulder
BEYOND = 1.6  # metres that a camera may stand behind a wall that is taken out


def take_for(shot: Shot, performance: Performance, film: Film, aspect: float = 16 / 9) -> Take:
    """The camera of a shot and how it moves. `aspect`: the frame's width over its height."""
    if performance.stage.kind == "car interior" and shot.kind != "establishing" and shot.size in _LARGE:
        shot = replace(shot, size="medium")  # more of a body than sits behind the wheel cannot be seen
    first, last = times(performance, shot)
    solid = solids_of(performance.stage)
    moment = _moment(shot, performance, film, first, last)
    start = _solve(shot, performance, film, aspect, moment, solid)
    return _moved(shot, start, performance, film, (first, last), aspect, moment)


def _moment(shot: Shot, performance: Performance, film: Film, first: float, last: float) -> float:
    """The second that the frame is set for: soon after the start, but where whole figures are shown and somebody gets
    up, when they stand."""
    second = first + (0.5 if len(shot.subjects) > 1 or shot.kind == "action" else 0.25) * (last - first)
    if shot.kind == "insert" and shot.subjects:
        return first + 0.5 * (last - first)
    if not shot.subjects or ("close" in shot.size) or shot.kind == "establishing":
        return second
    tall: dict[float, float] = {}
    for share in (0.5, 0.9):
        moment = first + share * (last - first)
        crowns = [one.crown for one in figures(film, performance, moment) if one.id in shot.subjects]
        tall[moment] = max(crowns, default=0.0)
    highest = max(tall, key=lambda one: tall[one])
    return highest if tall[highest] > tall.get(second, 0.0) + 0.2 else second


# --- what is to be seen ---


def _solve(shot: Shot, performance: Performance, film: Film, aspect: float, second: float, solid: Solids) -> Camera:
    people = figures(film, performance, second)
    want = _want(shot, performance, film, people, aspect)
    taken = {one.piece for one in performance.stage.spots if one.piece
             and any(math.hypot(one.x - p.floor[0], one.z - p.floor[2]) < 0.5 for p in people)}  # fmt: skip
    trunks = [np.stack([one.floor, one.joints[NECK]]) for one in people]
    first, last = times(performance, shot)
    through = [figures(film, performance, first + share * (last - first)) for share in (0.05, 0.3, 0.6, 0.95)]
    same = all(len(group) == len(people) for group in through) and bool(people)
    passing = [[np.stack([one.floor, one.joints[NECK]]) for one in group] for group in through]
    seen = [one for face in want.faces for one in [_whose(face, people)] if one]
    want = replace(
        want,
        bodies=np.array(trunks, np.float32).reshape(-1, 2, 3) if people else None,
        passing=np.array(passing, np.float32) if same and shot.kind in ("action", "group", "two-shot") else None,
        looks=_mean_looks(seen, through) if seen and len(seen) == len(want.faces) else None,
    )
    return placed(want, performance.stage, solid.without(taken))


def _mean_looks(seen: list[Figure], through: list[list[Figure]]) -> Floats:
    """(n, 3): the way that faces look, on the whole of a shot."""
    ways = [[one.looks, *(other.looks for group in through for other in group if other.id == one.id)] for one in seen]
    return np.array([np.mean(way, 0) for way in ways], np.float32)


def _whose(face: Floats, people: list[Figure]) -> Figure | None:
    """Whose face stands at a place; None for a thing's."""
    return next((one for one in people if float(np.linalg.norm(one.eyes - face)) < 0.02), None)


def _want(shot: Shot, performance: Performance, film: Film, people: list[Figure], aspect: float) -> Want:
    stage = performance.stage
    chosen = [one for name in shot.subjects for one in people if one.id == name]
    if shot.kind == "insert" or shot.size == "insert":
        found = _insert(shot, stage, people)
        if found is not None:
            return found
    if (shot.kind == "establishing" and shot.size in ("extreme wide", "wide")) or not people:
        return _establishing(shot, stage, people, aspect)
    if not chosen:
        chosen = people if len(people) < 3 or shot.kind in ("group", "two-shot") else people[:1]
    over = next((one for one in people if one.id == shot.over), None)
    level = over is not None and abs(over.crown - chosen[0].crown) < LEVEL
    if over is not None and level and over.id != chosen[0].id and _face_each_other(chosen[0], over):
        return _over(shot, chosen[0], over, people)
    if len(chosen) > 1:
        return _together(shot, chosen, people, aspect)
    return _single(shot, chosen[0], people, performance)


def _face_each_other(one: Figure, other: Figure) -> bool:
    """Whether a shot past one's shoulder shows the other's face, not the back of a head."""
    way = _level(other.floor - one.floor)
    return float(one.forward @ way) > 0.1 and float(other.forward @ -way) > 0.1


def _level(v: Floats) -> Floats:
    out = np.array([v[0], 0.0, v[2]], np.float32)
    length = float(np.linalg.norm(out))
    return (out / length).astype(np.float32) if length > 1e-4 else np.array([0, 0, 1], np.float32)


def line_of(one: Figure, other: Figure, side: int) -> tuple[Floats, Floats]:
    """The line of action from one to the other, and the level way from it towards the camera's side."""
    along = _level(other.floor - one.floor)
    across = np.array([along[2], 0.0, -along[0]], np.float32)
    toward = across[2] if abs(across[2]) > 0.2 else across[0]
    return along, across * (1.0 if toward >= 0 else -1.0) * (1 if side >= 0 else -1)


def _partner(one: Figure, people: list[Figure]) -> Figure | None:
    """Whom somebody has to do with: who they look at, else who stands nearest."""
    others = [other for other in people if other.id != one.id]
    if not others:
        return None
    if one.face.gaze is not None:
        seen = min(others, key=lambda other: float(np.linalg.norm(other.eyes - np.array(one.face.gaze))))
        if float(np.linalg.norm(seen.eyes - np.array(one.face.gaze))) < 0.6:
            return seen
    return min(others, key=lambda other: float(np.linalg.norm(other.floor - one.floor)))


def _framed(one: Figure, size: str) -> tuple[float, float]:
    """Metres of frame height, and how high its middle is."""
    share, head = _SPANS.get(size, _SPANS["medium"])
    tall = one.crown
    stands = tall > 0.86 * one.height
    span = share * one.height
    if size in ("extreme wide", "wide", "full"):
        if not stands:
            span *= 0.82
        middle = tall - span * (0.5 - head) if size == "full" else max(span * 0.26, tall * 0.62)
        return span, middle
    return span, tall - span * (0.5 - head)


def _single(shot: Shot, one: Figure, people: list[Figure], performance: Performance) -> Want:
    span, middle = _framed(one, shot.size)
    other = _partner(one, people)
    wide = shot.size in ("extreme wide", "wide", "full", "medium wide")
    facing = one.forward if wide else _level(0.3 * one.forward + _level(one.looks))
    if other is not None and float(np.linalg.norm(other.floor - one.floor)) < 6.0:
        along, across = line_of(one, other, shot.side)
        # Who sits side by side looks ahead, whatever the line between them.
        toward = _level(along * max(0.0, float(along @ facing)) + facing * (0.45 if wide else 0.8))
        angle = math.radians(48 if wide else 34 if "close" in shot.size else 42)
        way = _level(toward * math.cos(angle) + across * math.sin(angle))
    else:
        audience = np.array([0, 0, 1.0 if shot.side >= 0 else -1.0], np.float32)
        angle = math.radians(28)
        side = np.array([facing[2], 0.0, -facing[0]], np.float32)
        side = side if float(side @ audience) >= 0 else -side
        way = _level(facing * math.cos(angle) + side * math.sin(angle))
        if shot.size in ("extreme wide", "wide") and performance.stage.interior:
            way = _level(way + 0.8 * audience)
    target = np.array([one.eyes[0], middle, one.eyes[2]], np.float32)
    if shot.size in ("extreme wide", "wide", "full"):
        target[[0, 2]] = one.joints[0, [0, 2]]
    else:
        # Room to look into: the face stands a little off the middle, away from where it looks.
        right = np.cross(-way, (0, 1, 0))
        target = target + (right * float(right @ facing) * span * 0.16).astype(np.float32)
    return _wanted(shot, target, way, span, one.eyes[None], people)


def _wanted(shot: Shot, target: Floats, way: Floats, span: float, faces: Floats, people: list[Figure],
            rise: float | None = None) -> Want:  # fmt: skip
    fov = fov_of(shot.lens)
    distance = span / 2 / math.tan(math.radians(fov) / 2)
    if distance < NEAREST:
        fov = 2 * math.degrees(math.atan(span / 2 / NEAREST))
    heads = np.array([one.eyes for one in people], np.float32).reshape(-1, 3)
    up = _RISE.get(shot.angle, 2.0) if rise is None else rise
    return Want(target.astype(np.float32), way, span, up, fov, faces, heads, 11.0 if shot.angle == "dutch" else 0.0)


def _over(shot: Shot, one: Figure, over: Figure, people: list[Figure]) -> Want:
    """Past somebody's shoulder at whom they talk to."""
    along, across = line_of(over, one, shot.side)
    apart = float(np.linalg.norm(one.floor - over.floor))
    span, middle = _framed(
        one, shot.size if shot.size in ("medium", "medium close-up", "close-up", "medium wide") else "medium"
    )
    behind = max(0.9, span * 1.3)
    # So far aside that the way to the face passes clear of the listener's head.
    aside = 0.44 * (apart + behind) / max(apart, 0.5)
    eye = over.floor - along * behind + across * min(aside, 1.3)
    away = eye - one.floor
    distance = float(np.hypot(away[0], away[2]))
    # The listener's shoulder takes the near third of the frame, the speaker the rest.
    aim = one.eyes
    right = np.cross(-_level(away), (0, 1, 0))
    shoulder = -1.0 if float(right @ across) > 0 else 1.0
    target = np.array([aim[0], middle, aim[2]], np.float32) + (right * shoulder * span * 0.2).astype(np.float32)
    fov = 2 * math.degrees(math.atan(span / 2 / max(distance, 0.8)))
    rise = 3.0 if shot.angle in ("eye", "dutch") else _RISE.get(shot.angle, 3.0)
    lift = math.degrees(math.atan2(max(over.crown - 0.16 - middle, 0.0), distance))
    heads = np.array([p.eyes for p in people], np.float32).reshape(-1, 3)
    return Want(target, _level(away), 2 * distance * math.tan(math.radians(fov) / 2), max(rise, min(lift, 30.0)), fov,
                 one.eyes[None], heads, 9.0 if shot.angle == "dutch" else 0.0)  # fmt: skip


def _together(shot: Shot, chosen: list[Figure], people: list[Figure], aspect: float) -> Want:
    """Two or more in one frame, seen across the line between them."""
    places = np.array([one.floor for one in chosen], np.float32)
    beside = len(chosen) == 2 and float(chosen[0].forward @ chosen[1].forward) > 0.6
    if len(chosen) == 2 and not beside:
        along, across = line_of(chosen[0], chosen[1], shot.side)
        way = _level(
            across * 0.94 + (along if shot.size == "medium" else -along) * 0.34 * (1 if shot.kind == "two-shot" else 0)
        )
    else:
        faces = _level(np.mean([one.forward for one in chosen], 0))
        audience = np.array([0.25, 0, 1.0 if shot.side >= 0 else -1.0], np.float32)
        way = (
            _level(0.3 * audience * (1 if shot.side >= 0 else -1) + faces) if beside else _level(audience + 0.4 * faces)
        )
    right = np.cross(-way, (0, 1, 0))
    spread = places @ right
    wide = float(np.ptp(spread)) + (
        (0.75 if len(chosen) == 2 else 1.15) if "medium" in shot.size or "close" in shot.size else 1.2
    )
    sizes = [_framed(one, shot.size) for one in chosen]
    span = max(max(size[0] for size in sizes), wide / aspect * 1.04)
    top = max(one.crown for one in chosen)
    share = 0.13 if span > sizes[0][0] * 1.02 else _SPANS.get(shot.size, _SPANS["medium"])[1]
    middle = top - span * (0.5 - share) if span < 2.2 else max(span * 0.26, top * 0.6)
    centre = places.mean(0) + right * (float(spread.min() + spread.max()) / 2 - float(spread.mean()))
    target = np.array([centre[0], max(middle, 0.3), centre[2]], np.float32)
    return _wanted(shot, target, way, span, np.array([one.eyes for one in chosen], np.float32), people)


def _establishing(shot: Shot, stage: Stage, people: list[Figure], aspect: float) -> Want:
    """The place: from a corner of a room, from far off under the sky."""
    side = 1.0 if shot.side >= 0 else -1.0
    people = [one for one in people if abs(one.floor[0]) < min(stage.width / 2, 7.0) and abs(one.floor[2]) < 6.0]
    seen = np.array([one.floor for one in people], np.float32).reshape(-1, 3)
    middle = seen.mean(0) if len(seen) else np.zeros(3, np.float32)
    faces = np.array([one.eyes for one in people], np.float32).reshape(-1, 3)
    if stage.interior:
        close = max(stage.width, stage.depth) < 3
        corner = np.array([0.62 * side if not close else 0.3, 0, 1.0], np.float32)
        if stage.depth > 1.6 * stage.width:
            corner = np.array([0.12 * side, 0, 1.0], np.float32)
        target = np.array(
            [middle[0] * 0.45, min(1.15, stage.height * 0.42), middle[2] * 0.4 - 0.25 * min(stage.depth, 6) / 5],
            np.float32,
        )
        span = min(max(stage.height * 1.1, 0.56 * min(stage.width, 9.0)), 5.4) if not close else 1.3
        rise = {"eye": 7.0, "high": 24.0, "low": -4.0, "bird": 55.0, "worm": -8.0}.get(shot.angle, 7.0)
        want = _wanted(shot, target, _level(corner), span, faces, people, rise)
        return replace(want, fov=max(want.fov, fov_of(24.0)))
    target = np.array([middle[0], 1.9, middle[2]], np.float32)
    way = _level(np.array([0.42 * side, 0, 1.0], np.float32))
    span = 6.4 if len(people) < 4 else 7.4
    rise = {"eye": 5.0, "high": 20.0, "low": -5.0, "bird": 50.0, "worm": -6.0}.get(shot.angle, 5.0)
    span *= 1.35 if shot.size == "extreme wide" else 1.0
    return _wanted(shot, target, way, span, faces, people, rise)


def _hand_of(shot: Shot, people: list[Figure]) -> tuple[Figure, str, str] | None:
    """Who holds what an insert is to show, in which hand, and what it is called there."""
    wanted = {name for id in shot.subjects for name in (id, drawable(id), in_hand(id))} - {""}
    found = ((one, hand, kind) for one in people for hand, kind in one.holds.items() if kind in wanted)
    return next(found, None)


def _in_hand(shot: Shot, one: Figure, hand: str, kind: str) -> Want:
    """A thing in a hand: what is read is seen past the reader's cheek, all else from before."""
    grip = one.joints[HANDS[hand]]
    aside = np.array([one.forward[2], 0, -one.forward[0]], np.float32) * (1 if hand.startswith("L") else -1)
    how = THINGS[kind].how if kind in THINGS else "upright"
    tall = [y for places, _ in (THINGS[kind].rods if kind in THINGS else ()) for _, y, _, _ in places] or [-0.05, 0.05]
    drop = {"hang": -0.16, "read": 0.05}.get(how, (max(tall) + min(tall)) / 2)
    place = (grip + np.array([0, drop, 0], np.float32)).astype(np.float32)
    if how == "read" and float(np.linalg.norm(grip - one.eyes)) > 0.3:
        return _wanted(shot, place, _level(-one.forward + 0.9 * aside), 0.44, place[None], [], 44.0)
    return _wanted(
        shot,
        place,
        _level(one.forward + 0.6 * aside),
        0.62 if how == "hang" else max(0.46, 1.9 * (max(tall) - min(tall))),
        place[None],
        [],
        8.0,
    )


def _insert(shot: Shot, stage: Stage, people: list[Figure]) -> Want | None:
    """A thing, close: on its table or in the hand that holds it."""
    hand = _hand_of(shot, people)
    if hand is not None:
        return _in_hand(shot, *hand)
    for id in shot.subjects:
        piece = piece_of(stage, id)
        if piece is not None:
            w, h, d = piece.size
            hung = piece.kind in HUNG
            low = max(w, d) > 6 * h
            span = max(h * 1.7, w * 1.35, d * 0.9, 0.12) if not low else max(w, d) * 1.15
            target = np.array([piece.x, piece.y + h / 2, piece.z], np.float32)
            facing = np.array([math.sin(piece.turn), 0, math.cos(piece.turn)], np.float32)
            toward = facing if hung else np.array([0.3 * shot.side, 0, 1.0], np.float32)
            rise = 4.0 if hung else 52.0 if low else 22.0
            return _wanted(shot, target, _level(toward), span, target[None], [], rise)
    if shot.subjects and people:
        for one in people:
            if one.id in shot.subjects:
                place = ((one.joints[HANDS["LeftHand"]] + one.joints[HANDS["RightHand"]]) / 2).astype(np.float32)
                return _wanted(shot, place, _level(one.forward), 0.5, place[None], [], 15.0)
    return None


# --- where the camera can stand ---


_SOLIDS: dict[int, tuple[Stage, Solids]] = {}


# --- moves ---


def _moved(shot: Shot, start: Camera, performance: Performance, film: Film, span: tuple[float, float],
           aspect: float, moment: float) -> Take:  # fmt: skip
    reach = float(np.linalg.norm(np.subtract(start.target, start.eye)))
    frame = 2 * reach * math.tan(math.radians(start.fov) / 2)
    right = start.axes()[0]
    if shot.move == "push in":
        return Take(((0.0, _dolly(start, 1.28)), (1.0, _dolly(start, 0.96))))
    if shot.move == "pull out":
        return Take(((0.0, start), (1.0, _dolly(start, 1.34))))
    if shot.move == "tilt":
        low = replace(start, target=_shift(start.target, np.array([0, -0.55 * frame, 0])))
        return Take(((0.0, low), (0.15, low), (0.9, start), (1.0, start)))
    if shot.move == "crane":
        high = replace(start, eye=_shift(start.eye, np.array([0, min(1.6, 0.55 * frame + 0.4), 0])))
        return Take(((0.0, high), (1.0, start)))
    follow = _followed(shot, start, performance, film, span, moment)
    if shot.kind == "insert":
        return Take(_tracked(start, _with_hand(shot, start, performance, film, span, moment)) or ((0.0, start),))
    if shot.move == "handheld":
        return Take(follow or ((0.0, start),), shake=0.012)
    if shot.move == "track":
        if follow:
            return Take(_tracked(start, follow))
        by = right * 0.16 * frame * aspect
        return Take(((0.0, _slid(start, -by)), (1.0, _slid(start, by))))
    if shot.move == "pan":
        if follow:
            return Take(follow)
        away = replace(start, target=_shift(start.target, -right * 0.42 * frame * aspect * shot.side))
        return Take(((0.0, away), (0.12, away), (0.85, start), (1.0, start)))
    return Take(follow or ((0.0, start),))


def _followed(shot: Shot, start: Camera, performance: Performance, film: Film,
              span: tuple[float, float], moment: float) -> tuple[tuple[float, Camera], ...]:  # fmt: skip
    """The operator keeps who walks in the frame; nothing where nobody goes far."""
    if shot.kind in ("establishing", "insert") or shot.size in ("insert", "extreme wide") or not shot.subjects:
        return ()
    first, last = span
    shares = np.linspace(0.0, 1.0, 7)
    places = []
    for share in shares:
        places.append(_eyes(shot, figures(film, performance, first + share * max(last - first - 0.04, 0))))
    known = [one for one in places if one is not None]
    if not known:
        return ()
    middle = _eyes(shot, figures(film, performance, moment))
    middle = middle if middle is not None else known[0]
    reach = float(np.linalg.norm(np.subtract(start.target, start.eye)))
    frame = 2 * reach * math.tan(math.radians(start.fov) / 2)
    if max(float(np.linalg.norm(one - middle)) for one in known) < 0.2 * frame:
        return ()
    keys, before = [], known[0]
    for share, place in zip(shares, places, strict=True):
        before = place if place is not None else before
        rose = abs(before[1] - middle[1])
        shift = (before - middle) * np.array([1, 1.0 if rose > 0.09 * frame else 0.6 if rose > 0.12 else 0.0, 1])
        keys.append((float(share), _opened(start, _shift(start.target, shift), reach)))
    return tuple(keys)


def _with_hand(shot: Shot, start: Camera, performance: Performance, film: Film,
               span: tuple[float, float], moment: float) -> tuple[tuple[float, Camera], ...]:  # fmt: skip
    """The camera goes along with the hand that holds what an insert shows; () where none does or it keeps still."""
    held = _hand_of(shot, figures(film, performance, moment))
    if held is None:
        return ()
    who, hand, _ = held
    middle = who.joints[HANDS[hand]]
    keys = []
    for share in np.linspace(0.0, 1.0, 9):
        here = figures(film, performance, span[0] + float(share) * max(span[1] - span[0] - 0.04, 0))
        grip = next((one.joints[HANDS[hand]] for one in here if one.id == who.id), middle)
        keys.append((float(share), replace(start, target=_shift(start.target, grip - middle))))
    return tuple(keys)


def _eyes(shot: Shot, people: list[Figure]) -> Floats | None:
    """The middle between the eyes of whom a shot shows."""
    here = [one.eyes for one in people if one.id in shot.subjects]
    return np.mean(here, 0).astype(np.float32) if here else None


def _opened(start: Camera, target: tuple[float, float, float], reach: float) -> Camera:
    """The camera turned to another target; who comes near is held whole by a wider lens."""
    far = float(np.linalg.norm(np.subtract(target, start.eye)))
    if far > 0.92 * reach:
        return replace(start, target=target)
    wider = 2 * math.degrees(math.atan(math.tan(math.radians(start.fov) / 2) * reach / max(far, 0.4)))
    return replace(start, target=target, fov=min(wider, max(WIDEST, start.fov)))


def _tracked(start: Camera, follow: tuple[tuple[float, Camera], ...]) -> tuple[tuple[float, Camera], ...]:
    return tuple(
        (share, replace(one, eye=_shift(start.eye, np.subtract(one.target, start.target)))) for share, one in follow
    )


def _dolly(camera: Camera, far: float) -> Camera:
    away = np.subtract(camera.eye, camera.target) * far
    return replace(camera, eye=_shift(camera.target, away))


def _slid(camera: Camera, by: Floats) -> Camera:
    return replace(camera, eye=_shift(camera.eye, by), target=_shift(camera.target, by))


def _shift(place: tuple[float, float, float], by: NDArray[np.floating]) -> tuple[float, float, float]:
    x, y, z = (float(a) + float(b) for a, b in zip(place, by, strict=True))
    return x, y, z


def shaken(camera: Camera, shake: float, second: float) -> Camera:
    """A hand's tremor: slow sway and a little breath, the same at the same second."""
    if not shake:
        return camera
    sway = [math.sin(second * 2 * math.pi * f + p) for f, p in ((0.53, 0.3), (0.71, 1.9), (1.37, 4.0), (1.13, 2.2))]
    by = np.array([sway[0] + 0.4 * sway[2], sway[1] + 0.4 * sway[3], 0.5 * sway[2]]) * shake
    return replace(camera, eye=_shift(camera.eye, by), target=_shift(camera.target, by * 1.6))


__all__ = ["line_of", "shaken", "size_of", "take_for"]
