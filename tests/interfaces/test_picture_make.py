"""`maquette picture PROMPT` and its ways to begin from a picture, as a person types them."""

from __future__ import annotations

import csv
import json
import shlex
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import drawn
from maquette.core.errors import CheckpointError
from maquette.interfaces.cli.root import run
from maquette.media.picture import from_floats
from maquette.media.picture_file import read, to_bytes
from maquette.studio.studio import Studio


@pytest.fixture
def say(capsys, monkeypatch, tmp_path):
    """say("picture fox") -> (exit code, standard output, standard error), with a stand-in for the starter."""

    def missing(name):
        raise CheckpointError(f"no {name}")

    box = SimpleNamespace(
        id="b" * 64, name="picture-0", base=None, path=tmp_path, card={"name": "picture-0"}, file=missing,
        encoding={"name": "pixels.v1"},
    )  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Studio, "_open", lambda self, name: box)
    monkeypatch.setattr("maquette.makers.picture_net.open_net", lambda checkpoint: drawn.net())

    def saying(line: str) -> tuple[int, str, str]:
        code = run(["picture", *shlex.split(line)])
        out, err = capsys.readouterr()
        return code, out, err

    return saying


@pytest.fixture
def fox(say):
    say("'a fox' --count 1 --seed 7 --no-sheet")
    return Path("a-fox-7.png")


def test_a_prompt_gives_four_signed_pictures_and_an_overview(say):
    code, out, err = say("'three stars above a house' --seed 7 --out foxes")
    lines = out.splitlines()
    assert code == 0 and len(lines) == 5 and all("signed by" in line for line in lines[:4])
    assert lines[4].endswith("overview") and read(Path(lines[4].split("  ")[0])).size[0] > 500
    assert "Lanczos" in err


def test_words_that_are_not_known_are_named(say):
    _, _, err = say("'a blorb and a turquoise star' --count 1")
    assert "'blorb' is not known" in err and "'turquoise' is read as 'blue'" in err
    code, _, err = say("'blorb'")
    assert code == 2 and "no word of this prompt is known" in err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("fox --style impressionist", "no style called"),
        ("fox --size 700", "draws no picture of 700 pixels"),
        ("fox --aspect 9:1", "no shape"),
        ("fox --strength 0.4", "--vary FILE or --from FILE"),
        ("fox --mask m.png", "no picture is named"),
        ("fox --lora mine", "large models"),
        ("--blend a.png b.png --vary c.png", "--vary and --blend"),
        ("--extend up=3 --from a.png", "new ground"),
        ("'(fox:9)'", "no weight"),
    ],
)
def test_what_cannot_be_is_said_in_three_parts(say, line, told):
    code, out, err = say(line)
    assert code == 2 and out == "" and told in err and "to mend it:" in err


def test_a_picture_is_varied_and_the_result_is_its_child(say, fox):
    code, out, _ = say(f"--vary {fox} --count 1 --json")
    told = json.loads(out.splitlines()[0])
    assert code == 0 and len(told["parents"]) == 1 and told["path"] == "a-fox-7-vary.png"


def test_a_part_is_drawn_anew(say, fox):
    mask = np.zeros((64, 64), np.float32)
    mask[:20, 20:44] = 1
    Path("mask.png").write_bytes(to_bytes(from_floats(mask)))
    assert say(f"'a hat' --from {fox} --mask mask.png --count 1")[0] == 0
    new = read(Path("a-fox-7-inpaint.png")).pixels
    assert np.array_equal(new[30:], read(fox).pixels[30:])


def test_ground_is_added_and_pictures_are_enlarged(say, fox):
    assert say(f"--from {fox} --extend left=16 --count 1")[0] == 0
    assert read(Path("a-fox-7-extend.png")).size == (80, 64)
    code, out, err = say(f"--from {fox} --upscale 2")
    assert code == 0 and "a-fox-7-upscale.png" in out and "enlarged by Lanczos" in err
    assert read(Path("a-fox-7-upscale.png")).size == (128, 128)


def test_a_palette_file_is_obeyed(say):
    Path("two.hex").write_text("102030\nf0e0d0\n")
    assert say("fox --count 1 --palette two.hex --crisp 1")[0] == 0
    pixels = read(Path("fox-0.png")).pixels
    assert {tuple(one) for one in pixels[pixels[..., 3] > 0][:, :3].tolist()} <= {(16, 32, 48), (240, 224, 208)}


def test_the_preview_is_a_picture_at_every_step(say):
    assert say("fox --count 2 --preview look.png")[0] == 0
    assert min(read(Path("look.png")).size) > 64 and not list(Path().glob(".*.tmp"))


def test_a_batch_draws_every_line(say):
    with open("batch.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["prompt", "count", "style"], ["a fox", 1, "pixel art"], ["кошка", 1, "flat"]])
    code, out, _ = say("--prompts batch.csv")
    assert code == 0 and [Path(line.split("  ")[0]).name for line in out.splitlines()] == ["a-fox-0.png", "кошка-0.png"]
    assert read(Path("a-fox-0.png")).size == (32, 32)


def test_private_prompts_stand_nowhere(say):
    say("'a fox' --count 1 --private")
    assert b"fox" not in Path("picture-0.png").read_bytes()


def test_pictures_become_game_files(say):
    for number in range(3):
        Image.new("RGBA", (16, 16), (80 * number, 99, 200, 255)).save(f"walk-{number}.png")
    code, out, _ = say("export walk-0.png walk-1.png walk-2.png --sheet --aseprite --tag walk --out game")
    assert (
        code == 0 and Path("game/walk-sheet/walk.json").is_file() and Path("game/walk-aseprite/walk.aseprite").is_file()
    )
    assert out.count("signed by") == 3
    code, _, err = say("export walk-0.png --tiles blob --tile-size 64")
    assert code == 2 and "16 x 16" in err


def test_ghosts_are_shown_unsigned_and_the_one_that_is_taken_is_kept(say):
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (170, 170, 3)).astype(np.uint8)).save("selection.png")
    code, out, _ = say("suggest selection.png --count 2 --out ghosts --json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [row["ghost"] for row in rows] == [1, 2] and rows[0]["source"] == "repeat"
    assert read(Path(rows[0]["path"])).size == (170, 170)
    code, out, _ = say("suggest selection.png --count 1 --accept 1 --json")
    assert code == 0 and len(json.loads(out)["parents"]) == 1
