"""MusicXML: how scores travel to and from programs for notation."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from .score import LOUDNESS, Score
from .score_xml_read import from_xml, read
from .score_xml_signs import DYNAMICS
from .score_xml_write import to_xml
from .voices import fitted, write_part

__all__ = ["from_xml", "losses", "read", "to_mxl", "to_xml"]

_CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<container><rootfiles><rootfile full-path="score.musicxml" '
    'media-type="application/vnd.recordare.musicxml+xml"/></rootfiles></container>\n'
)


def to_mxl(score: Score, *, title: str = "", comment: str = "") -> bytes:
    """The same as `to_xml`, compressed (.mxl). The bytes depend on the score alone, not on the clock."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        rows = (
            ("mimetype", "application/vnd.recordare.musicxml"),
            ("META-INF/container.xml", _CONTAINER),
            ("score.musicxml", to_xml(score, title=title, comment=comment)),
        )
        for name, text in rows:
            archive.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text.encode(), compress_type=ZIP_DEFLATED)
    return packed.getvalue()


def losses(score: Score) -> tuple[str, ...]:
    """What a MusicXML file says otherwise than the score does, a line for people each; nothing for a written score."""
    score = fitted(score)
    said: list[str] = []
    for index, part in enumerate(score.parts):
        name = part.name or f"part {index + 1}"
        written = write_part(score, part)
        if part.drums and part.notes:
            said.append(f"{name}: strokes are written as long as to the next one; drums have no other length")
        elif written.moved:
            wrong = f"{name}: {written.moved} of {len(part.notes)} notes do not lie on note values"
            said.append(f"{wrong}: they are written at the nearest (the score keeps its timing)")
        odd = sorted({mark.text for mark in part.dynamics} - DYNAMICS - set(LOUDNESS))
        if odd:
            said.append(f"{name}: {', '.join(repr(text) for text in odd[:3])} are words, not dynamics")
    inside = sum(key.tick not in score.starts for key in score.keys)
    if inside:
        said.append(f"{inside} changes of key inside a bar stand at the next note")
    return tuple(said)
