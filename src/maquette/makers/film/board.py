"""The storyboard: every panel as layered SVG and PNG, and sheets of them with text and timing as PDF."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from ...core.errors import MissingExtra, UsageError
from ...media.film import Film, Line, Scene, Shot
from ...media.ink import Page
from ...media.ink_draw import to_pixels, to_png, to_svg
from ...media.lettering import font_file, wrapped
from ...media.stage import Performance
from .figures import times
from .panels import draw_shot

PAPERS = {"A4": (841.89, 595.28), "Letter": (792.0, 612.0)}  # points, on their side
_SIZE, _ROW = 9.0, 11.2  # points: letters and lines of the captions
GRIDS = {1: (1, 1), 2: (2, 1), 4: (2, 2), 6: (3, 2), 9: (3, 3), 12: (4, 3)}  # panels a page: columns, rows


@dataclass(frozen=True, eq=False)
class Panel:
    """A shot as it stands on the board. `start` is its second in the film."""

    scene: Scene
    shot: Shot
    page: Page
    start: float
    first: bool  # of its scene


def panels(film: Film, performances: Mapping[str, Performance], *, width: int = 1280, height: int = 720,
           style: str = "line", notes: bool = True, only: Sequence[str] = ()) -> Iterator[Panel]:  # fmt: skip
    """A panel for each shot, one after the other. `performances` by scene id; `only`: shot ids, all where empty."""
    at = 0.0
    for scene in film.scenes:
        played, first = performances.get(scene.id), True
        for one in scene.shots:
            shot = film.with_hand(one)
            if played is not None and (not only or shot.id in only):
                page = panel(film, played, shot, width=width, height=height, style=style, notes=notes)
                yield Panel(scene, shot, page, at, first)
                first = False
            at += shot.seconds


def panel(film: Film, played: Performance, shot: Shot, *, width: int = 1280, height: int = 720, style: str = "line",
          notes: bool = True) -> Page:  # fmt: skip
    """The picture that stands for a shot: a little after it has begun, arrows saying what follows."""
    first, last = times(played, shot)
    second = first + (0.5 if shot.kind in ("insert", "establishing", "action") else 0.3) * (last - first)
    return draw_shot(film, played, shot, second, width=width, height=height, style=style, notes=notes)


def write_panels(
    made: Iterator[Panel], folder: Path, *, svg: bool = True, png: bool = True
) -> Iterator[tuple[Panel, list[Path]]]:
    """Each panel as `3A.svg` and `3A.png` in a folder; passes the panels on."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in made:
        name = "".join(c if c.isalnum() or c in "-_." else "-" for c in one.shot.id)
        paths = []
        if svg:
            paths.append(_kept(folder / f"{name}.svg", to_svg(one.page).encode()))
        if png:
            paths.append(_kept(folder / f"{name}.png", to_png(one.page)))
        yield one, paths


def _kept(path: Path, data: bytes) -> Path:
    draft = path.with_name(f".maquette-{os.getpid()}-{path.name}.part")
    try:
        draft.write_bytes(data)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)  # of a full disk nothing half is left
    return path


def sheet(film: Film, made: Iterator[Panel], *, paper: str = "A4", a_page: int = 6) -> bytes:
    """The storyboard as a PDF: panels with shot, lens and move, the words of the script, seconds and time code.

    Raises UsageError for another paper or number of panels, MissingExtra without reportlab.
    """
    require(paper, a_page)
    return _Sheet(film, paper, a_page).drawn(made)


def require(paper: str, a_page: int) -> None:
    """Refuse a sheet that cannot be made, before the work."""
    if paper not in PAPERS:
        raise UsageError(f"{paper!r} is no paper we know", mend=f"choose {' or '.join(PAPERS)}")
    if a_page not in GRIDS:
        raise UsageError(f"{a_page} panels a page", mend=f"choose one of {', '.join(map(str, GRIDS))}")
    if importlib.util.find_spec("reportlab") is None:
        raise MissingExtra("a storyboard as PDF needs reportlab", mend="pip install 'maquette[film]'")
    font_file()


class _Sheet:
    """Pages of a storyboard on a canvas; measures are points."""

    def __init__(self, film: Film, paper: str, a_page: int) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self.film = film
        self.width, self.height = PAPERS[paper]
        self.columns, self.rows = GRIDS[a_page]
        self.out = BytesIO()
        self.canvas: Any = Canvas(self.out, pagesize=(self.width, self.height), invariant=1, pageCompression=1)
        self.canvas.setTitle(f"{film.title}: storyboard" if film.title else "Storyboard")
        self.canvas.setAuthor(film.author)
        self.canvas.setCreator("Maquette")
        _register()
        self.page = 0
        self.lines = {line.id: line for scene in film.scenes for line in scene.lines}
        self.names = {one.id: one.name for one in film.people}

    def drawn(self, made: Iterator[Panel]) -> bytes:
        margin, gap, head, foot = 26.0, 13.0, 36.0, 4.0
        wide = (self.width - 2 * margin - gap * (self.columns - 1)) / self.columns
        tall = (self.height - 2 * margin - head - foot + gap) / self.rows - gap
        number = 0
        for number, one in enumerate(made):
            slot = number % (self.columns * self.rows)
            if slot == 0:
                self._head(one, margin)
            column, row = slot % self.columns, slot // self.columns
            x = margin + column * (wide + gap)
            top = self.height - margin - head - row * (tall + gap)
            self._panel(one, x, top, wide, tall)
            if slot == self.columns * self.rows - 1:
                self.canvas.showPage()
        if not self.page:
            self._head(None, margin)
            self.canvas.showPage()
        elif (number + 1) % (self.columns * self.rows):
            self.canvas.showPage()
        self.canvas.save()
        return self.out.getvalue()

    def _text(self, x: float, y: float, text: str, size: float, bold: bool = False, grey: float = 0.1,
              anchor: str = "start") -> None:  # fmt: skip
        self.canvas.setFillGray(grey)
        self.canvas.setFont("Film-Bold" if bold else "Film", size)
        draw = {
            "start": self.canvas.drawString,
            "end": self.canvas.drawRightString,
            "middle": self.canvas.drawCentredString,
        }
        draw[anchor](x, y, text)

    def _head(self, one: Panel | None, margin: float) -> None:
        self.page += 1
        top = self.height - margin
        self._text(margin, top - 10, self.film.title or "Storyboard", 13, True)
        if self.film.author:
            self._text(margin, top - 22, self.film.author, 8.5, grey=0.4)
        if one is not None:
            self._text(self.width / 2, top - 10, one.scene.heading, 9.5, grey=0.25, anchor="middle")
        self._text(self.width - margin, top - 10, f"{self.page}", 9.5, True, anchor="end")
        total = sum(self.film.with_hand(shot).seconds for scene in self.film.scenes for shot in scene.shots)
        self._text(self.width - margin, top - 22, _clock(total), 8.5, grey=0.4, anchor="end")
        self.canvas.setStrokeGray(0.2)
        self.canvas.setLineWidth(0.8)
        self.canvas.line(margin, top - 27, self.width - margin, top - 27)

    def _panel(self, one: Panel, x: float, top: float, wide: float, tall: float) -> None:
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        ratio = one.page.height / one.page.width
        text = 3 * _ROW + 28
        width = min(wide, (tall - text) / ratio)
        height = width * ratio
        left = x + (wide - width) / 2 if self.columns == 1 else x
        pixels = to_pixels(one.page, min(1.0, 1100 / one.page.width))
        image = ImageReader(Image.fromarray(pixels))
        self.canvas.drawImage(image, left, top - height, width, height)
        self.canvas.setStrokeGray(0.05)
        self.canvas.setLineWidth(1.1)
        self.canvas.rect(left, top - height, width, height)
        self._lined(left, top - height, width, tall - height)
        self._caption(one, left + 5, top - height, width - 10, tall - height)

    def _lined(self, x: float, y: float, wide: float, room: float) -> None:
        """The box under a panel, faintly ruled so that notes can be written by hand."""
        self.canvas.setStrokeGray(0.55)
        self.canvas.setLineWidth(0.5)
        self.canvas.rect(x, y - room, wide, room)
        self.canvas.setStrokeGray(0.88)
        self.canvas.setLineWidth(0.4)
        at = y - 19.0
        while at > y - room + 4:
            self.canvas.line(x + 5, at, x + wide - 5, at)
            at -= _ROW + 1.3

    def _caption(self, one: Panel, x: float, y: float, wide: float, room: float) -> None:
        shot = one.shot
        self._text(x, y - 13, shot.id, 12, True)
        about = [shot.size if shot.kind != "establishing" else "establishing", *_manner(shot)]
        self._text(x + 30, y - 13, " · ".join(about), 8.2, grey=0.3)
        self._text(x + wide, y - 13, f"{_clock(one.start)}   {shot.seconds:.1f} s", 8.2, True, 0.3, "end")
        if one.first:
            self._text(x, y - 16.0 - _ROW - 1.3, one.scene.heading, 8.2, True, 0.15)
        at = y - 19.0 + 3 - (_ROW + 1.3) * (2 if one.first else 1)
        for name, words in self._words(shot):
            rows = wrapped(f"{name}  {words}" if name else words, _SIZE, wide)
            for number, row in enumerate(rows):
                if at < y - room + 2:
                    return
                last = at - _ROW < y - room + 2 and number < len(rows) - 1
                if name and number == 0 and row.startswith(name):
                    self._text(x, at, name, _SIZE, True)
                    from ...media.lettering import width_of

                    self._text(
                        x + width_of(name, _SIZE, True) + 4,
                        at,
                        row[len(name) :].strip() + (" …" if last else ""),
                        _SIZE,
                    )
                else:
                    self._text(x, at, row + (" …" if last else ""), _SIZE, grey=0.1 if name else 0.35)
                at -= _ROW + 1.3

    def _words(self, shot: Shot) -> Iterator[tuple[str, str]]:
        """Who says what, and what happens, in the shot."""
        for id in shot.lines:
            line: Line | None = self.lines.get(id)
            if line is None or line.kind == "parenthetical":
                continue
            yield (
                (self.names.get(line.who, "") if line.kind in ("dialogue", "lyric") else ""),
                " ".join(line.text.split()),
            )
        if shot.note and not shot.lines:
            yield "", shot.note


def _manner(shot: Shot) -> Iterator[str]:
    if shot.angle != "eye":
        yield f"{shot.angle} angle" if shot.angle in ("high", "low", "dutch") else f"{shot.angle}'s eye"
    yield f"{shot.lens:g} mm"
    if shot.move != "static":
        yield shot.move
    if shot.transition != "cut":
        yield shot.transition


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{seconds % 60:04.1f}"


def _register() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, bold in (("Film", False), ("Film-Bold", True)):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(font_file(bold))))
