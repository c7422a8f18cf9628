"""MusicXML: how scores travel to and from programs for notation."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from .score import Score
from .score_xml_write import to_xml

__all__ = ["to_mxl", "to_xml"]

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
