"""Maquette inside Krita: installed where Krita looks, and at work beside a stand-in of Krita's API (tests/kritas.py).

The command is a small stand-in too, but for one test; that the real one takes these options is tested by its parser.
"""

from __future__ import annotations

import ast
import hashlib
import io
import json
import os
import sys
import time
import zipfile
from pathlib import Path

import click
import numpy as np
import pytest
from PIL import Image

import kritas
from maquette.core.errors import UsageError
from maquette.interfaces.cli.root import cli
from maquette.interfaces.cli.root import run as maquette
from maquette.studio import krita

HERE = Path(krita.__file__).parents[1] / "integrations" / "krita"

COMMAND = """
import json, os, shutil, sys, time
args, told = sys.argv[1:], os.environ["STAND_IN"]
open(told, "a", encoding="utf-8").write(json.dumps({"args": args, "env": sorted(os.environ)}) + "\\n")
def option(name): return args[args.index(name) + 1]
def emit(value): print(json.dumps(value))
if args[0] == "verify":
    emit({"state": "valid", "summary": "signed by Ada", "mark": None}); sys.exit(0)
source, out = args[2], option("--out")
if os.environ.get("SLOW"): time.sleep(30)
if os.environ.get("WRONG"):
    emit({"wrong": "the ground is not simple", "mend": "tick the box", "exit": 2}); sys.exit(2)
os.makedirs(out, exist_ok=True)
names = ["made.png"]
if args[1] == "suggest" and "--accept" not in args:
    names = [f"ghost-{n}.png" for n in range(1, int(option("--count")) + 1)]
for number, name in enumerate(names, 1):
    path = os.path.join(out, name)
    shutil.copy(source, path)
    told = {"path": path, "note": f"idea {number}", "ghost": number, "sha256": "ab", "said": []}
    emit({**told, "credential": {"summary": "signed by Ada"}})
"""


@pytest.fixture(scope="module")
def plugins(tmp_path_factory):
    """The plug-in, installed, calling the stand-in of the command."""
    folder = tmp_path_factory.mktemp("плагины Krita") / "pykrita"
    krita.install(folder)
    script = folder / "stand_in.py"
    script.write_text(COMMAND, "utf-8")
    env = {"STAND_IN": str(folder / "asked.jsonl"), "PYTHONIOENCODING": "utf-8"}
    told = {"command": [sys.executable, "-S", "-E", str(script)], "env": env}
    (folder / krita.NAME / krita.COMMAND).write_text(json.dumps(told), "utf-8")
    return folder


class Trial:
    """The desk of the plug-in with a document of 12 x 8 pixels open."""

    def __init__(self, monkeypatch, plugins, tmp_path, **of_document):
        self.module, self.app = kritas.plugin(monkeypatch, plugins)
        self.temporary = tmp_path / "temporary"
        self.temporary.mkdir()
        monkeypatch.setattr(self.module.panel.desk.__globals__["Desk"], "keep_folder", lambda _: str(tmp_path / "kept"))
        monkeypatch.setattr(sys.modules["maquette_krita.job"].tempfile, "gettempdir", lambda: str(self.temporary))
        self.asked = plugins / "asked.jsonl"
        self.asked.unlink(missing_ok=True)
        self.said = []
        self.desk = self.module.desk.Desk(self.app, self.said.append)
        self.doc = kritas.Document(12, 8, "лист", **of_document)
        full = np.iinfo(self.doc.active.pixels.dtype).max if self.doc.depth != "F32" else 1
        dice = np.random.default_rng(3)
        self.doc.active.pixels[...] = (dice.random((8, 12, 4)) * full).astype(self.doc.active.pixels.dtype)
        self.doc.active.pixels[..., 3] = full
        self.app.docs.append(self.doc)

    def select(self, rows=slice(2, 5), columns=slice(3, 9), value=255):
        mask = np.zeros((8, 12), np.uint8)
        mask[rows, columns] = value
        self.doc.chosen = kritas.Selection(mask)

    def wait(self):
        """Let Krita's timer tick until the command is done."""
        end = time.monotonic() + 20
        while self.desk.busy and time.monotonic() < end:
            self.desk.tick()
            time.sleep(0.005)
        assert not self.desk.busy
        return self.said[-1]

    def args(self):
        return [json.loads(line)["args"] for line in self.asked.read_text("utf-8").splitlines()]

    def names(self):
        return [node.name() for node in self.doc.root.children]

    def left(self):
        return os.listdir(self.temporary)


@pytest.fixture
def trial(monkeypatch, plugins, tmp_path):
    return Trial(monkeypatch, plugins, tmp_path)


@pytest.fixture
def painting(tmp_path):
    path = tmp_path / "нарциссы.png"
    Image.new("RGB", (4, 4), "teal").save(path)
    return str(path)


# -- installing -------------------------------------------------------------------------------------------------------


def test_it_is_installed_again_over_itself_and_removed_without_a_trace(tmp_path):
    for _ in range(2):
        done = krita.install(tmp_path)
    assert (tmp_path / "maquette_krita.desktop").is_file() and (tmp_path / "maquette_krita" / "__init__.py").is_file()
    told = json.loads((tmp_path / "maquette_krita" / krita.COMMAND).read_text("utf-8"))
    assert told["command"] == [sys.executable, "-m", "maquette"]
    assert krita.remove(tmp_path).files == done.files
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["maquette_krita/mine.txt", "maquette_krita.desktop"])
def test_what_is_not_ours_is_left_alone(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("keep")
    with pytest.raises(UsageError, match="not ours"):
        krita.install(tmp_path)
    with pytest.raises(UsageError, match="not installed"):
        krita.remove(tmp_path)
    assert (tmp_path / name).read_text() == "keep" and len(list(tmp_path.iterdir())) == 1


def test_it_goes_where_krita_looks(monkeypatch, tmp_path):
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "platform", "linux")
    assert krita.plugins_folder() == tmp_path / ".local/share/krita/pykrita"
    (tmp_path / ".var/app/org.kde.krita/data/krita").mkdir(parents=True)
    assert krita.plugins_folder() == tmp_path / ".var/app/org.kde.krita/data/krita/pykrita"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert krita.plugins_folder() == tmp_path / "Library/Application Support/krita/pykrita"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("APPDATA", str(tmp_path / "Roaming"))
    assert krita.plugins_folder() == tmp_path / "Roaming/krita/pykrita"


def test_the_package_is_what_kritas_importer_takes(tmp_path, capsys):
    assert maquette(["krita", "package", "--out", str(tmp_path), "--json"]) == 0
    assert maquette(["krita", "package", "--out", str(tmp_path), "--json"]) == 0
    first, second = (json.loads(line)["path"] for line in capsys.readouterr().out.splitlines())
    assert first != second
    names = zipfile.ZipFile(first).namelist()
    # It looks for the .desktop, reads the module's name there, and wants an entry of that folder with its __init__.
    assert {"maquette_krita/", "maquette_krita/__init__.py", "maquette_krita.desktop"} <= set(names)
    assert "X-KDE-Library=maquette_krita\n" in zipfile.ZipFile(first).read("maquette_krita.desktop").decode()


def test_the_commands_say_what_they_did(tmp_path, capsys):
    assert maquette(["krita", "install", "--to", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["folder"] == str(tmp_path)
    assert maquette(["krita", "where"]) == 0 and "pykrita" in capsys.readouterr().out
    assert maquette(["krita", "remove", "--to", str(tmp_path)]) == 0
    assert maquette(["krita", "remove", "--to", str(tmp_path)]) == 2


def test_the_plug_in_needs_no_newer_python_than_kritas_and_nothing_of_ours():
    for path in (HERE / "maquette_krita").glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"), feature_version=(3, 8))
        named = [one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom) and not one.level]
        plain = [alias.name for one in ast.walk(tree) if isinstance(one, ast.Import) for alias in one.names]
        known = set(sys.stdlib_module_names) | {"krita", "PyQt5", "PyQt6"}
        assert {name.split(".")[0] for name in plain + [one.module for one in named]} <= known


# -- at work ----------------------------------------------------------------------------------------------------------


def test_a_result_is_one_new_layer_above_and_one_undo_takes_it_away(trial, painting):
    before = trial.doc.active.pixels.copy()
    trial.desk.stylise(painting, strength=0.5)
    said = trial.wait()
    assert trial.names() == ["Фон / 1", "stylise: Фон / 1"]
    new = trial.doc.root.children[1]
    assert np.array_equal(new.pixels, before) and np.array_equal(trial.doc.active.pixels, before)
    assert not trial.doc.touched and not trial.app.hidden
    assert "signed by Ada" in said and "made.png" in said
    (args,) = trial.args()
    assert args[:2] == ["picture", "stylise"] and args[-1] == "--json" and args[args.index("--strength") + 1] == "0.5"
    assert Path(args[2]).name == "Фон - 1.png"
    trial.doc.undo.pop()()
    assert trial.names() == ["Фон / 1"]


def test_temporary_files_go_whatever_happens(trial, painting, monkeypatch):
    trial.desk.stylise(painting)
    assert len(trial.left()) == 1
    trial.wait()
    assert not trial.left()
    monkeypatch.setenv("WRONG", "1")
    trial.desk.cutout()
    assert trial.wait() == "The ground is not simple.\nTick the box."
    assert not trial.left() and len(trial.names()) == 2
    old = trial.temporary / "maquette-krita-old"
    old.mkdir()
    os.utime(old, (0, 0))
    trial.desk.paint()
    trial.wait()
    assert not trial.left()


def test_only_what_is_selected_is_filled(trial):
    trial.select()
    trial.desk.fill()
    trial.wait()
    new = trial.doc.root.children[1].pixels
    shown = np.zeros((8, 12), np.uint8)
    shown[2:5, 3:9] = 255
    assert np.array_equal(new[..., 3], shown)
    (args,) = trial.args()
    assert args[:2] == ["picture", "fill"] and "--mask" in args


def test_without_a_selection_there_is_nothing_to_fill(trial):
    with pytest.raises(trial.module.commands.Told, match="Select what"):
        trial.desk.fill()
    assert not trial.desk.busy and not trial.left()


def test_ghosts_are_layers_of_a_group_and_one_is_taken(trial):
    trial.select(value=128)
    trial.desk.ghost(count=3)
    assert "3 ghosts" in trial.wait()
    group = trial.doc.root.children[1]
    assert group.type() == "grouplayer" and [one.name() for one in group.children] == [
        "1: idea 1",
        "2: idea 2",
        "3: idea 3",
    ]
    assert [one.visible() for one in group.children] == [True, False, False]
    assert group.children[0].bounds().numbers == (3, 2, 6, 3)  # the selection's own place
    assert group.children[0].pixels[2, 3, 3] == 128  # and its soft edge
    trial.doc.active = group.children[1]
    trial.desk.accept()
    assert "Kept:" in trial.wait()
    assert trial.names() == ["Фон / 1", "ghost: Фон / 1"] and not trial.left() and trial.desk.ghosts is None
    asked = trial.args()
    assert asked[1][:3] == asked[0][:3] and asked[1][asked[1].index("--accept") + 1] == "2"
    states = [one["state"] for one in trial.module.record.read(trial.doc)]
    assert states == ["ignored"] * 3 + ["accepted"]


def test_ghosts_that_are_ignored_leave_nothing_but_the_record(trial):
    trial.desk.ghost(count=2)
    trial.wait()
    trial.desk.ignore()
    assert trial.names() == ["Фон / 1"] and not trial.left()
    assert "2 ghosts were ignored" in trial.module.record.lines(trial.doc)


def test_ghosts_of_a_ghost_are_made_of_what_it_came_from(trial):
    trial.desk.ghost(count=1)
    trial.wait()
    trial.doc.active = trial.doc.root.children[1].children[0]
    trial.desk.ghost(count=1, again=1)
    trial.wait()
    assert [Path(args[2]).name for args in trial.args()] == ["Фон - 1.png"] * 2
    assert trial.names() == ["Фон / 1", "Ghosts (Maquette)"]


def test_it_is_told_what_the_machine_made_and_what_was_changed_by_hand(trial):
    trial.desk.paint()
    trial.wait()
    trial.desk.cutout()
    trial.wait()
    trial.doc.root.children[2].pixels[0, 0] = 7  # somebody paints on it
    trial.desk.who()
    assert trial.said[-1].splitlines() == [
        "paint: Фон / 1: by the machine (paint), then changed by hand",
        "cutout: Фон / 1: by the machine (cutout)",
        "Фон / 1: by hand",
    ]
    assert [node.label for node in trial.doc.root.children] == [0, 6, 6]


def test_krita_never_waits_and_stopping_changes_nothing(trial, monkeypatch):
    monkeypatch.setenv("SLOW", "1")
    monkeypatch.setattr(sys.modules["maquette_krita.job"], "GRACE", 0.2)  # where a shell has Ctrl-C ignored
    begun = time.monotonic()
    trial.desk.paint()
    trial.desk.tick()
    assert time.monotonic() - begun < 2 and trial.desk.busy and trial.said[-1].startswith("paint: 0")
    with pytest.raises(trial.module.commands.Told, match="still at work"):
        trial.desk.cutout()
    trial.desk.cancel()
    assert trial.wait() == "Stopped. Nothing was changed."
    assert len(trial.names()) == 1 and not trial.left()


def test_a_picture_that_was_closed_meanwhile_loses_nothing(trial, painting):
    trial.desk.stylise(painting)
    trial.app.docs.clear()
    assert "kept as" in trial.wait() and not trial.left()


@pytest.mark.parametrize(
    ("model", "depth", "profile", "bits"), [("RGBA", "U16", "Rec2020", 16), ("RGBA", "F32", "linear", 16)]
)
def test_other_colour_spaces_go_through_krita_itself_and_it_is_said(
    monkeypatch, plugins, tmp_path, model, depth, profile, bits
):
    trial = Trial(monkeypatch, plugins, tmp_path, model=model, depth=depth, profile=profile)
    trial.desk.paint()
    assert "colours that sRGB has not are cut" in trial.wait()
    assert trial.doc.root.children[1].pixels.dtype == kritas.DTYPES[depth]
    assert len(trial.app.hidden) == 2 and all(one.closed for one in trial.app.hidden)
    apart = trial.doc.root.children[1].pixels.astype(float) - trial.doc.active.pixels
    assert np.abs(apart).max() <= (260 if depth == "U16" else 0.005)  # this stand-in reads 8 bits of 16


def test_a_file_is_verified_and_the_last_result_opened(trial, painting):
    with pytest.raises(trial.module.commands.Told, match="Save the picture first"):
        trial.desk.verify()
    trial.doc.file, trial.doc.changed = painting, True
    trial.desk.verify()
    assert trial.wait().startswith("valid: signed by Ada\nIt was changed since")
    with pytest.raises(trial.module.commands.Told, match="no result yet"):
        trial.desk.open_result()
    trial.desk.paint()
    trial.wait()
    trial.desk.open_result()
    assert "valid: signed by Ada" in trial.wait() and [one.name() for one in trial.app.shown] == ["made.png"]


def test_errors_are_told_in_sentences(trial, plugins, monkeypatch):
    told = trial.module.commands.Told
    with pytest.raises(told, match="Choose a painting"):
        trial.desk.stylise("")
    trial.doc.active.kind = "transparencymask"
    with pytest.raises(told, match="A mask is chosen"):
        trial.desk.paint()
    trial.app.docs.clear()
    with pytest.raises(told, match="Open a picture first"):
        trial.desk.paint()
    monkeypatch.setattr(sys.modules["maquette_krita.job"], "call", lambda: (["/nowhere/python"], {}))
    trial.app.docs.append(kritas.Document(2, 2))
    with pytest.raises(told, match="maquette krita install"):
        trial.desk.paint()
    assert not trial.left()
    words = trial.module.commands.last_words("Traceback\nKeyError: 3", 1)
    assert words == "Maquette ended without an answer (1).\nKeyError: 3"


def test_the_command_gets_nothing_of_kritas_own_python(trial, monkeypatch):
    job = sys.modules["maquette_krita.job"]
    around = {"PATH": "/bin", "PYTHONHOME": "/krita", "LD_LIBRARY_PATH": "/mount", "HOME": "/h"}
    assert job.environment({"PYTHONPATH": "/ours"}, around) == {"PATH": "/bin", "HOME": "/h", "PYTHONPATH": "/ours"}
    line = job.wrapped(["python", "-m", "maquette"], {"A": "1"}, flatpak=True)
    assert line[:4] == ["flatpak-spawn", "--host", "--watch-bus", "--env=A=1"] and line[-1] == "maquette"


@pytest.mark.parametrize("qt", ["PyQt5", "PyQt6"])
def test_the_docker_has_a_button_for_every_move(monkeypatch, plugins, qt):
    _, app = kritas.plugin(monkeypatch, plugins, qt=qt)
    ((name, _, panel_class),) = app.factories
    panel = panel_class()
    assert name == "maquette_krita" and len(app.extensions) == 1
    panel.do(panel.paint)
    assert panel.status.text() == "Open a picture first."
    panel.tick()


# -- pixels and the real command --------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [8, 16])
def test_what_krita_holds_is_what_another_program_reads(trial, depth):
    pixels = trial.module.pixels
    kind = np.uint8 if depth == 8 else np.dtype("<u2")
    values = np.random.default_rng(1).integers(0, 2**depth, (3, 5, 4)).astype(kind)
    seen = Image.open(io.BytesIO(pixels.png(values.tobytes(), 5, 3, depth)))
    assert seen.size == (5, 3) and seen.mode == "RGBA"
    assert np.abs(np.asarray(seen).astype(int) - (values[..., [2, 1, 0, 3]] >> (depth - 8))).max() <= 1
    mask = np.random.default_rng(2).integers(0, 256, (3, 5)).astype(np.uint8)
    made = np.frombuffer(pixels.masked(values.tobytes(), mask.tobytes(), depth), kind).reshape(3, 5, 4)
    assert np.array_equal(made[..., 3], values[..., 3].astype(np.uint32) * mask // 255)
    assert np.array_equal(made[..., :3], values[..., :3])
    sharp = pixels.multiplied(b"\x10\x20\x30", b"\x00\xff\x00")
    assert sharp == b"\x00\x20\x00"


def test_the_real_command_takes_every_option_that_is_asked(trial, tmp_path):
    commands = trial.module.commands
    asked = [
        commands.stylise("a.png", "b.png", "out", "colours", 0.5, 2.0),
        *(commands.paint("a.png", "out", technique) for technique in commands.TECHNIQUES),
        commands.cutout("a.png", "out", "m.png", True),
        commands.fill("a.png", "m.png", "out", 3),
        commands.ghosts("a.png", "out", 2, 1, "лиса"),
        commands.ghost_taken("a.png", 2, "out", 2, 1),
        commands.verify("a.png"),
        *(commands.stylise("a.png", "b.png", "out", method) for method in commands.STYLES),
    ]
    for args in asked:
        command, rest = cli, [*args, "--json"]
        while isinstance(command, click.Group):
            command, rest = command.get_command(click.Context(command), rest[0]), rest[1:]
        command.make_context("x", rest)  # raises for an option that is not there


def test_a_layer_goes_through_the_real_command(trial, plugins, tmp_path, capsys):
    """The same lines in this process: a start of the command costs a second."""
    layers, commands = trial.module.layers, trial.module.commands
    src = layers.source(trial.doc, canvas=False, part=False)
    file = tmp_path / "слой.png"
    layers.written(trial.app, src, str(file))
    args = commands.stylise(str(file), str(file), str(tmp_path / "kept"), "linear", 0.0)
    assert maquette([*args, "--json"]) == 0
    (answer,) = commands.answers(capsys.readouterr().out, "", 0)
    node = layers.laid(trial.app, src, answer["path"], "new", None)
    trial.module.record.added(trial.doc, node, "stylise", "made", answer)
    assert "Kept:" in commands.kept(answer)
    assert np.abs(node.pixels.astype(int) - trial.doc.active.pixels).max() <= 1
    sum_of = hashlib.sha256(Path(answer["path"]).read_bytes()).hexdigest()
    assert trial.module.record.read(trial.doc)[-1]["sha256"] == answer["sha256"] == sum_of
