"""A film's scenes as files of space: a GLB each, and one page that shows them all, in a browser or a headset.

    files = write_space(film, performances, Path("my-film/space"))

The page holds everything in itself and asks nothing of the network. It is drawn by three.js, which is taken from the
installed package NiceGUI (MIT, as three.js is); without that package the GLB files are written alone, and it is said.
"""

from __future__ import annotations

import base64
import gzip
import importlib.util
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MissingExtra, UsageError
from ..data import records
from ..makers.film import space_people, space_solids
from ..media import loudness, scene_glb
from ..media.film import Film
from ..media.sound import Sound
from ..media.stage import Performance

if TYPE_CHECKING:
    from ..makers.film.maker import Made

Floats = NDArray[np.float32]
Sounds: TypeAlias = Callable[[str], "Floats | None"]

RATE = 48000
TEMPLATE = Path(__file__).with_name("space.html")
PAGE = "space.html"
LARGE = 60_000_000  # bytes of all scenes together that are put into one page


def write_space(
    film: Film, performances: Iterable[Performance] | Mapping[str, Performance], out_folder: Path,
    *, viewer: bool | None = None, said: list[str] | None = None, sounds: Sounds | None = None,
) -> list[Path]:  # fmt: skip
    """Write scene-ID.glb for every performance and, last, the page that shows them; returns what was written.

    Performances are taken one by one. `sounds`: a scene's id -> what is heard in it, (n, 2) at 48 kHz, or None.
    `viewer`: False leaves the page out, True asks for it (MissingExtra without NiceGUI), None writes it where it can
    and says in `said` where not. Raises UsageError where there is no scene.
    """
    three = _three() if viewer is not False else None
    if viewer and three is None:
        raise missing()
    told = said if said is not None else []
    out_folder = Path(out_folder)
    out_folder.mkdir(parents=True, exist_ok=True)
    scenes = {scene.id: scene for scene in film.scenes}
    files: list[Path] = []
    names: list[str] = []
    heard: list[bytes] = []
    listed = performances.values() if isinstance(performances, Mapping) else performances
    for performance in listed:
        scene = scenes.get(performance.scene)
        if scene is None:
            raise UsageError(f"the film has no scene {performance.scene!r}", mend="plan the film again")
        played = space_people.fitted(film, performance)
        things = space_solids.things(performance.stage)
        data = scene_glb.scene_glb(film, scene, played, things, space_people.held(played))
        files.append(out_folder / f"scene-{_plain(scene.id)}.glb")
        records.write_whole(files[-1], data)
        names.append(f"{scene.id}  {scene.heading}".strip())
        sound = sounds(scene.id) if sounds is not None and three is not None else None
        heard.append(b"" if sound is None else as_mp3(sound))
    if not files:
        raise UsageError("there is no scene to put into space", mend="make the film first")
    if three is None:
        if viewer is None:
            told.append(f"no viewer page: {missing().wrong} ({missing().mend})")
        return files
    if sum(path.stat().st_size for path in files) > LARGE:
        told.append("no viewer page: the scenes are too large for one; open the GLB files in a viewer of your own")
        return files
    html = page(film, names, [path.read_bytes() for path in files], three.read_bytes(), heard)
    records.write_whole(out_folder / PAGE, html.encode())
    return [*files, out_folder / PAGE]


def missing() -> MissingExtra:
    """What is said where three.js is not at hand."""
    return MissingExtra(
        "the page that shows scenes in space needs three.js, which comes with NiceGUI",
        mend='pip install "maquette[viewer]"',
    )


def _three() -> Path | None:
    """The file of three.js in the installed package, which is not imported."""
    found = importlib.util.find_spec("nicegui")
    places = [Path(place) for place in (found.submodule_search_locations or [])] if found else []
    files = [place / "elements" / "scene" / "dist" / "index.js" for place in places]
    return next((file for file in files if file.is_file()), None)


def page(film: Film, names: list[str], scenes: list[bytes], three: bytes, heard: Sequence[bytes] = ()) -> str:
    """The page: one HTML that holds the scenes, their sound (MP3, b"" where there is none) and three.js, packed."""
    files = "\n".join(
        f'<script type="text/plain" id="glb-{number}">{_packed(data)}</script>' for number, data in enumerate(scenes)
    )
    files += "\n".join(
        f'<script type="text/plain" id="sound-{number}">{base64.b64encode(data).decode()}</script>'
        for number, data in enumerate(heard)
        if data
    )
    filled = {
        "language": escape(film.language or "en", quote=True),
        "title": escape(film.title or "Untitled"),
        "subtitle": escape(film.author),
        "scenes": json.dumps(names, ensure_ascii=False).replace("<", "\\u003c"),
        "three": _packed(three),
        "files": files,
    }
    html = TEMPLATE.read_text(encoding="utf-8")
    for key, text in filled.items():
        html = html.replace("{{" + key + "}}", text)
    return html


def as_mp3(sound: Floats) -> bytes:
    """Sound (n, 2) at 48 kHz as the bytes of an MP3, which every browser plays."""
    import soundfile

    out = io.BytesIO()
    soundfile.write(out, np.clip(sound, -1, 1), RATE, format="MP3", subtype="MPEG_LAYER_III", compression_level=0.6)
    return out.getvalue()


def sound_of(made: Made, scene: str) -> Floats | None:
    """What is heard of a made film while a scene of it plays, (n, 2) at 48 kHz.

    None for a silent film and for a scene whose shots do not stand together in their order.
    """
    from ..makers.film import mix

    wanted = [shot.id for one in made.film.scenes if one.id == scene for shot in one.shots]
    listed = [cut.shot for cut in made.cuts]
    kept = [id for id in wanted if id in listed]
    first = listed.index(kept[0]) if kept else 0
    if made.mixed.silent or not kept or kept != wanted or listed[first : first + len(kept)] != kept:
        return None
    fps = float(made.manner.fps)
    before = made.lead + sum(cut.frames for cut in made.cuts[:first])
    frames = sum(cut.frames for cut in made.cuts[first : first + len(kept)])
    whole = mix.sum_of(mix.stems(made.track, before / fps, frames / fps))
    raised = loudness.limit(Sound(whole * np.float32(10 ** (made.mixed.gain / 20)), RATE))
    return np.asarray(raised.samples, np.float32)


def _packed(data: bytes) -> str:
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()


def _plain(id: str) -> str:
    """The id of a scene as a part of a file's name."""
    return "".join(letter if letter.isalnum() else "-" for letter in id) or "1"
