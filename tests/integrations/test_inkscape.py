"""Maquette inside Inkscape: installed and removed by one command, driven through Inkscape's own Python.

The effects run where an `inkex` can be found: that of an installed Inkscape, or of this Python. One test asks a real
Inkscape; it needs a display.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest

from maquette.core.errors import UsageError
from maquette.interfaces.cli.root import run as maquette
from maquette.media import drawing as d
from maquette.studio import inkscape
from maquette.studio.studio import Studio

HERE = Path(inkscape.__file__).parents[1] / "integrations" / "inkscape"
STYLE = "fill:none;stroke:#224466;stroke-width:2;stroke-linecap:round;stroke-linejoin:round"
DOCUMENT = f"""<svg xmlns="http://www.w3.org/2000/svg" width="32mm" height="32mm" viewBox="0 0 32 32">
<g id="layer1" transform="translate(4,4)">
<circle id="c" cx="12" cy="12" r="10" style="{STYLE}"/>
<path id="eye" d="m 9,9 v 1" style="{STYLE}"/>
</g></svg>"""


@cache
def inkex() -> tuple[str, str] | None:
    """A Python and the folder that its inkex lies in; None where there is none."""
    pythons = [sys.executable, "/usr/bin/python3", shutil.which("python3") or ""]
    mac = "/Applications/Inkscape.app/Contents/Resources/share/inkscape/extensions"
    folders = ["", "/usr/share/inkscape/extensions", mac]
    for folder in folders:
        for python in dict.fromkeys(filter(None, pythons)):
            env = {**os.environ, "PYTHONPATH": folder}
            if subprocess.run([python, "-c", "import inkex"], env=env, capture_output=True).returncode == 0:
                return python, folder
    return None


needs_inkex = pytest.mark.skipif(inkex() is None, reason="no Inkscape, nor its inkex, on this machine")


@pytest.fixture(scope="module")
def extensions(tmp_path_factory):
    """The extension, installed."""
    folder = tmp_path_factory.mktemp("расширения Inkscape")
    inkscape.install(folder)
    return folder / "maquette"


def run(extensions: Path, what: str, file: Path, *options: str, fine: bool = True) -> str:
    """Run an effect on a file; the result lies in out.svg beside it. Gives what a person is told."""
    python, folder = inkex()
    command = [python, str(extensions / "maquette_inkscape.py"), "--what", what, *options]
    env = {**os.environ, "PYTHONPATH": folder, "INKEX_DOCUMENT_PATH": str(file), "DOCUMENT_PATH": str(file)}
    told = json.loads((extensions / "maquette_command.json").read_text("utf-8"))
    told["env"]["MAQUETTE_HOME"] = os.environ["MAQUETTE_HOME"]
    (extensions / "maquette_command.json").write_text(json.dumps(told), "utf-8")
    done = subprocess.run([*command, f"--output={file.with_name('out.svg')}", str(file)], env=env, capture_output=True)
    assert not fine or done.returncode == 0, done.stderr.decode()
    return done.stderr.decode()


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "лицо.svg"
    path.write_text(DOCUMENT, "utf-8")
    return path


def test_it_is_installed_again_over_itself_and_removed_without_a_trace(tmp_path):
    for _ in range(2):
        done = inkscape.install(tmp_path)
    assert done.folder == tmp_path / "maquette" and "maquette_ghost.inx" in done.files
    told = json.loads((done.folder / "maquette_command.json").read_text("utf-8"))
    assert told["command"] == [sys.executable, "-m", "maquette"]
    assert inkscape.remove(tmp_path).files == done.files
    assert not done.folder.exists()


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path):
    (tmp_path / "maquette").mkdir()
    (tmp_path / "maquette" / "mine.txt").write_text("keep")
    with pytest.raises(UsageError, match="not ours"):
        inkscape.install(tmp_path)
    with pytest.raises(UsageError, match="not installed"):
        inkscape.remove(tmp_path)
    assert (tmp_path / "maquette" / "mine.txt").read_text() == "keep"


def test_it_goes_where_inkscape_looks(monkeypatch, tmp_path):
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("INKSCAPE_PROFILE_DIR", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "platform", "linux")
    assert inkscape.extensions_folder() == tmp_path / ".config/inkscape/extensions"
    (tmp_path / "snap/inkscape/current/.config/inkscape").mkdir(parents=True)
    assert inkscape.extensions_folder() == tmp_path / "snap/inkscape/current/.config/inkscape/extensions"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "Application Support" in str(inkscape.extensions_folder())
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("APPDATA", str(tmp_path / "Roaming"))
    assert inkscape.extensions_folder() == tmp_path / "Roaming/inkscape/extensions"


def test_the_command_says_what_it_did(tmp_path, capsys):
    assert maquette(["inkscape", "install", "--to", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["folder"] == str(tmp_path / "maquette")
    assert maquette(["inkscape", "remove", "--to", str(tmp_path)]) == 0
    assert maquette(["inkscape", "remove", "--to", str(tmp_path)]) == 2


@pytest.mark.parametrize("inx", sorted(HERE.glob("*.inx")), ids=lambda path: path.stem)
def test_every_entry_of_the_menu_calls_an_effect_that_is_there(inx):
    space = {"x": "http://www.inkscape.org/namespace/inkscape/extension"}
    root = ET.parse(inx).getroot()
    what = root.find("x:param[@name='what']", space).text
    assert root.find("x:id", space).text == f"maquette.{what}"
    script = root.find("x:script/x:command", space).text
    assert f'"{what}": self.{what}' in (HERE / script).read_text("utf-8")
    for param in root.findall("x:param", space):
        assert f'"--{param.get("name")}"' in (HERE / script).read_text("utf-8")


def test_the_package_itself_never_imports_inkex():
    own = [path for path in HERE.parents[1].rglob("*.py") if HERE not in path.parents]
    assert not [path for path in own if "import inkex" in path.read_text("utf-8")]


@needs_inkex
def test_ghosts_come_on_a_locked_half_transparent_layer_and_one_is_taken(extensions, document):
    run(extensions, "ghost", document, "--words", "a face", "--count", "3")
    seen = document.with_name("out.svg")
    text = seen.read_text("utf-8")
    assert text.count('id="maquette-ghost-') == 3 and 'insensitive="true"' in text and "opacity:0.5" in text
    assert "shape 2, mirrored across" in text
    assert text.index('id="maquette-ghosts"') > text.index('id="eye"')
    ghosted = seen.rename(document.with_name("ghosted.svg"))
    run(extensions, "accept", ghosted, "--number", "1")
    accepted = d.read(seen)
    assert len(accepted.shapes) == 3 and accepted.shapes[2].id.startswith("machine-")
    assert "maquette-ghost" not in seen.read_text("utf-8")
    session = Studio(say=lambda text: None).drawing("icon", "a face", of=seen)
    assert session.hands == ("human", "human", "machine")  # whoever signs it
    assert accepted.shapes[2].paint.width == 2 and accepted.shapes[:2] == d.read(document).shapes
    told = run(extensions, "accept", seen, "--number", "2", fine=False)
    assert "There is no ghost 2" in told


@needs_inkex
def test_the_selection_gives_way_and_the_rest_stays(extensions, document):
    run(extensions, "replace", document, "--words", "a flame", "--id", "eye")
    out = d.read(document.with_name("out.svg"))
    assert out.shapes[0] == d.read(document).shapes[0]
    assert len(out.shapes) >= 2 and all(shape.id.startswith("machine-") for shape in out.shapes[1:])
    assert "Select the shapes" in run(extensions, "replace", document, fine=False)


@needs_inkex
def test_findings_are_marked_on_the_drawing_and_listed(extensions, document, tmp_path):
    from maquette.media.style_card import StyleCard, as_toml

    card = tmp_path / "карта.toml"
    card.write_text(as_toml(StyleCard("own", canvas=32.0, width=1.5)), "utf-8")
    told = run(extensions, "lint", document, "--style", str(card))
    seen = document.with_name("out.svg").read_text("utf-8")
    assert "stroke of 2; the set's is 1.5" in told
    assert 'id="maquette-findings"' in seen and seen.count("<circle") > 1
    assert "card" in run(extensions, "lint", document, fine=False)  # without one


@needs_inkex
def test_a_saved_file_is_verified(extensions, document):
    assert "unsigned" in run(extensions, "verify", document)


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("inkscape") and shutil.which("xvfb-run")), reason="no Inkscape, or no display to run it on"
)
def test_a_real_inkscape_shows_the_ghosts(tmp_path, document, monkeypatch):
    inkscape.install(tmp_path / "profile" / "extensions")
    monkeypatch.setenv("INKSCAPE_PROFILE_DIR", str(tmp_path / "profile"))
    actions = f"maquette.ghost.noprefs;export-filename:{tmp_path / 'seen.svg'};export-do"
    command = ["xvfb-run", "-a", "inkscape", "--batch-process", f"--actions={actions}", str(document)]
    subprocess.run(command, capture_output=True, timeout=120)
    assert (tmp_path / "seen.svg").read_text("utf-8").count('id="maquette-ghost-') == 3
