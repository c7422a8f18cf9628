"""Every command and program in README.md and docs/ runs, with the network closed.

A fence marked `sh` or `python` is run, line by line, in one folder per page; one marked `text` is only shown. The
folder holds what a reader is assumed to have: her icons, a batch, an edited file.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import re
import shlex
import shutil
import socket
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

import reading
import tunes
from maquette.interfaces.cli.root import cli, run
from maquette.makers.icon import IconControls
from maquette.makers.music_controls import MusicControls
from maquette.makers.picture_controls import PictureControls

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)

# Too long to run here: their words and options are parsed, and the rest is tested where they live.
PARSED = ("train", "evaluate", "tour")
QUICK = ("--net tiny", "--samples 4", "--minutes 0.02", "evaluate music")  # unless they are asked for a little


def fences(page: Path, *kinds: str) -> list[str]:
    return [body for kind, body in FENCE.findall(page.read_text("utf-8")) if kind in kinds]


def commands(page: Path) -> Iterator[str]:
    """The commands of a page, with lines that end in a backslash joined and comments left out."""
    for body in fences(page, "sh", "bash", "console"):
        for line in body.replace("\\\n", " ").splitlines():
            line = line.removeprefix("$ ").split("  #")[0].strip()
            if line and not line.startswith("#"):
                yield line


@pytest.fixture
def closed(monkeypatch):
    """No connection can be opened, by address or by name."""

    def refuse(*_args, **_more):
        raise AssertionError("the network was asked for")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


@pytest.fixture
def desk(tmp_path, monkeypatch, closed):
    """A reader's folder. Icons are drawn by the packaged starter, or by the toy maker while there is none."""
    import toy
    from maquette.checkpoints.starters import starters

    if "icon-1" not in starters():
        monkeypatch.setitem(toy.table.MAKERS, "icon", "toy:ToyMaker")
        monkeypatch.setitem(toy.table.CONTROLS, "icon", "toy:ToyControls")
    # A quarter of the candidates will do here: what a page says is tried, not how well it draws.
    for kind, name, few in ((IconControls, "pool", 12), (MusicControls, "pool", 1), (PictureControls, "steps", 2)):
        (effort,) = (one for one in dataclasses.fields(kind) if one.name == name)
        monkeypatch.setattr(effort, "default", few)
    if "picture-1" not in starters():
        stand_in(monkeypatch, tmp_path)
    reading.here(monkeypatch)
    samples = Path(str(files("maquette.samples")))
    shutil.copytree(samples / "my-icons", tmp_path / "my-icons")
    shutil.copy(samples / "prompts.csv", tmp_path)
    names = (samples / "names.txt").read_text("utf-8").splitlines()
    (tmp_path / "names.txt").write_text("\n".join(names[:2]) + "\n", "utf-8")  # one will do, after a comment
    (tmp_path / "words.txt").write_text("The night is young,\nthe moon is on the hill\n", "utf-8")
    own_tunes(tmp_path / "my-tunes")
    own_pictures(tmp_path)
    own_film(tmp_path)
    # What five minutes of training on those icons gave: it is packaged.
    shutil.copytree(samples.parent / "starters" / "my-hand-1", tmp_path / "my-hand")
    monkeypatch.chdir(tmp_path)
    with contextlib.redirect_stdout(io.StringIO()):
        assert run(["models", "sign", "my-hand"]) == 0
    return tmp_path


def own_tunes(folder: Path) -> None:
    """Six tunes of a reader's, as her sequencer exports them."""
    from maquette.data.music_records import record_to_score
    from maquette.media.score_midi import to_bytes

    folder.mkdir()
    for number in range(6):
        (folder / f"tune-{number}.mid").write_bytes(to_bytes(record_to_score(tunes.record(number))))


def own_pictures(folder: Path) -> None:
    """The sample pictures, small, and the masks that a reader paints."""
    from PIL import Image, ImageDraw

    samples = files("maquette.samples") / "pictures"
    shutil.copy(str(samples / "items.jsonl"), folder)
    for name, size in (("pears.jpg", (128, 128)), ("poplars.jpg", (128, 96)), ("pebbles.jpg", (96, 96))):
        with Image.open(str(samples / name)) as picture:
            picture.resize(size).save(folder / name, quality=92)
    for name, side, box in (("stem.png", 128, (58, 36, 72, 54)), ("hat.png", 64, (18, 2, 46, 20))):
        mask = Image.new("L", (side, side))
        ImageDraw.Draw(mask).rectangle(box, 255)
        mask.save(folder / name)


def own_film(folder: Path) -> None:
    """A page of script, a clip of a street without people, and takes of a body in BVH."""
    from fractions import Fraction

    import numpy as np

    import moves
    from maquette.media import video_file
    from maquette.media.motion_bvh import to_bvh

    script = files("maquette.samples") / "film" / "tour.fountain"
    first, _, _ = script.read_text("utf-8").partition("Forty years")  # half a page will do
    (folder / "page.fountain").write_text(first.rpartition("MARTHA")[0], "utf-8")
    takes = folder / "my-takes"
    takes.mkdir()
    for number in range(3):
        (takes / f"walk-{number}.bvh").write_text(to_bvh(moves.walk(2.5 + number / 2, speed=1.0 + number / 5)), "utf-8")
    with contextlib.suppress(ImportError):
        across, down = np.meshgrid(np.arange(96), np.arange(64))
        frames = (np.stack([(across + 2 * k) * 2 % 256, down * 3, 0 * across + 90], -1) for k in range(6))
        video_file.write((one.astype(np.uint8) for one in frames), folder / "street.webm", fps=Fraction(12))


def stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A net of toy size for the starter of pictures, while that is not packaged."""
    import drawn
    from maquette.core.errors import CheckpointError
    from maquette.studio.studio import Studio

    def missing(name: str) -> bytes:
        raise CheckpointError(f"no {name}")

    told = {"id": "b" * 64, "name": "picture-1", "base": None, "path": folder, "card": {}, "file": missing}
    box = SimpleNamespace(**told, encoding={"name": "pixels.v1"})
    real = Studio._open
    monkeypatch.setattr(Studio, "_open", lambda self, name: box if name == "picture-1" else real(self, name))
    monkeypatch.setattr("maquette.makers.picture_net.open_net", lambda checkpoint: drawn.net())


def edit_by_hand(folder: Path) -> None:
    """What a reader does in her vector program between two commands: move a line, save as edited.svg."""
    made = sorted(folder.glob("rockets/a-rocket-*.svg"))
    if made and not (folder / "edited.svg").exists():
        text = made[0].read_text("utf-8")
        (folder / "edited.svg").write_text(text.replace("</svg>", '<path d="M3 21h18"/></svg>'), "utf-8")


def play_by_hand(folder: Path) -> None:
    """What a reader does in her sequencer: the last note held on, exported as edited.mid."""
    made = folder / "takes" / "a-song-3-continue.mid"
    if made.exists() and not (folder / "edited.mid").exists():
        from maquette.media.score import with_notes
        from maquette.media.score_midi import read, to_bytes

        score = read(made)
        *kept, last = score.parts[0].notes
        changed = with_notes(score, 0, [*kept, dataclasses.replace(last, pitch=last.pitch + 1)])
        (folder / "edited.mid").write_bytes(to_bytes(changed))


def parsed(words: list[str]) -> None:
    """Walk a command line through click without running it: unknown commands, options and values fail."""
    command: click.Command = cli
    context = click.Context(cli, info_name="maquette")
    while isinstance(command, click.Group):
        name, command, words = command.resolve_command(context, words)  # type: ignore[assignment]
        context = command.make_context(name, list(words), parent=context)
        words = [*context.protected_args, *context.args] if isinstance(command, click.Group) else []


# Tutorials of crafts that take half a minute each: they are run with -m slow, and their words are parsed always.
LONG = ("icons.md", "music.md", "pictures.md", "motion.md")
RUN = [pytest.param(page, marks=[pytest.mark.slow] if page.name in LONG else [], id=page.name) for page in PAGES]


@pytest.mark.parametrize("name", LONG)
def test_every_command_of_a_long_page_is_one_that_there_is(name, desk):
    for line in commands(ROOT / "docs" / name):
        try:
            parsed(shlex.split(line)[1:])
        except click.BadParameter as error:  # a file that a command before it would have made
            assert "does not exist" in str(error), f"{name}: {line}: {error}"


@pytest.mark.parametrize("page", RUN)
def test_every_command_on_the_page_runs(page, desk):
    for line in commands(page):
        words = shlex.split(line)
        assert words[0] == "maquette", f"{page.name}: mark it ```text if it shall not run here: {line}"
        if words[1] in PARSED and not any(few in line for few in QUICK):
            parsed(words[1:])
            continue
        if words[1] == "train":
            pytest.importorskip("torch", reason="the rest of the page needs torch")
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(words[1:])
        # 3: the command did its work, and found something to tell.
        assert code == 0 or (code, words[2]) == (3, "check"), f"{page.name}: {line}\n{out.getvalue()}{err.getvalue()}"
        edit_by_hand(desk)
        play_by_hand(desk)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_program_on_the_page_runs(page, desk):
    for body in fences(page, "python"):
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(body, page.name, "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_shown_and_not_run_names_what_exists(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    extras = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"])
    text = page.read_text("utf-8")
    fenced = "\n".join(fences(page, "text")) + "\n".join(re.findall(r"`([^`\n]+)`", text))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", fenced, re.MULTILINE)) <= targets
    for names in re.findall(r"(?:\.|maquette)\[([a-z,]+)\]", text):
        assert set(names.split(",")) <= extras
    for path in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (page.parent / path).exists(), f"{page.name} points at {path}, which is not there"


def examples(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """(command, its example) for every command of the program."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found = re.search(r"Example: (maquette .+)", command.help or "")
        assert found, f"maquette {' '.join((*path, name))} has no example in its help"
        yield " ".join((*path, name)), found[1]
        if isinstance(command, click.Group):
            yield from examples(command, (*path, name))


def test_every_example_in_a_help_text_is_a_command_that_parses(desk):
    found = list(examples(cli))
    assert len(found) > 30
    for _, line in found:
        parsed(shlex.split(line)[1:])


def test_the_first_screen_of_the_readme_shows_something_to_do():
    first = "\n".join((ROOT / "README.md").read_text("utf-8").splitlines()[:30])
    assert "```sh\nmaquette icon" in first
    assert "\nmaquette music" in first
