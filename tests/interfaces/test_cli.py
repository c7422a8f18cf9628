"""The command line: results on standard output, remarks on standard error, exit codes one can build on."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from maquette.interfaces.cli.root import COMMANDS, cli, run

TOY = Path(__file__).parents[1] / "toy.py"


@pytest.fixture
def say(capsys, monkeypatch, tmp_path):
    """say("icon rocket --count 1") -> (exit code, standard output, standard error), run in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def saying(line: str) -> tuple[int, str, str]:
        code = run(shlex.split(line))
        out, err = capsys.readouterr()
        return code, out, err

    return saying


@pytest.fixture
def rocket(say, tmp_path):
    say("icon 'a rocket' --count 1 --seed 7")
    return tmp_path / "a-rocket-7.svg"


def test_one_command_makes_signed_files_and_names_them(say):
    code, out, err = say("icon 'a rocket' --count 2 --seed 7 --out rockets")
    assert code == 0 and err == ""
    lines = out.splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        os.path.join("rockets", "a-rocket-7.svg"),
        os.path.join("rockets", "a-rocket-7-2.svg"),
    ]
    assert "signed by" in lines[0]


def test_the_long_form_and_options_before_the_prompt_are_the_same_command(say):
    assert say("icon make rocket --count 1")[0] == 0
    assert say("icon --count 1 rocket")[0] == 0
    assert say("icon --count 1 make")[1].startswith("make-0.svg")


def test_json_prints_one_object_per_work_with_the_promised_keys(say):
    code, out, _ = say("icon 'a rocket' --count 2 --json")
    assert code == 0
    for line in out.splitlines():
        told = json.loads(line)
        assert {"path", "kind", "seed", "checkpoint", "sha256", "credential", "originality"} <= set(told)
        assert told["kind"] == "icon" and Path(told["path"]).exists()


def test_controls_become_options_with_their_own_help_choices_and_defaults(say):
    help_text = say("icon make --help")[1]
    assert "--style [round|sharp]" in help_text and "The manner.  [default: round]" in help_text
    assert "--stroke-width FLOAT" in help_text and "--symmetry / --no-symmetry" in help_text
    code, _, err = say("icon rocket --style wavy")
    assert code == 2 and "'wavy' is not one of 'round', 'sharp'" in err


def test_unknown_words_are_named_once_with_what_was_used_instead(say):
    _, out, err = say("icon 'barista hedgehog' --count 3 --json")
    assert err.splitlines() == [
        "note: 'barista' is read as 'coffee'",
        "note: 'hedgehog' is not known and was left out",
    ]
    assert json.loads(out.splitlines()[0])["reading"]["unknown"] == ["hedgehog"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("icon ''", "prompt is empty"),
        ("icon", "icon"),
        (f"icon {'x' * 10_000}", "the limit is 500"),
        ("icon a --count 0", "count of 0"),
        ("icon a --count 100000", "1 to 500"),
        ("icon a --seed x", "'x' is not a valid integer"),
        ("icon a --colour red", "No such option"),
        ("icn a", "No such command"),
        ("verify nothing.svg", "no such file"),
        ("show nothing.svg", "no such file"),
        ("library forget abcdef", "has no work"),
        ("train icon nowhere", "no such dataset"),
        ("evaluate icon nowhere", "no such dataset"),
        ("models card nothing-1", "no checkpoint nothing-1"),
        ("models add nowhere", "no such folder"),
        ("keys create --name ''", "signer's name"),
        ("keys restore nothing.backup", "no such backup"),
        ("shelf remove nowhere", "not on the shelf"),
        ("icon --prompts nothing.csv", "cannot be read"),
        ("icon a --prompts b.csv", "not both"),
    ],
)
def test_wrong_usage_is_told_in_words_with_exit_code_2(say, line, words):
    code, out, err = say(line)
    if line != "icon":  # without arguments a group shows its help
        assert code == 2 and err.startswith("error: ")
    assert words in out + err and "Traceback" not in err


def test_an_error_has_three_parts_and_is_an_object_with_json(say):
    code, out, err = say("icon a --count 0 --json")
    told = json.loads(out)
    assert code == told["exit"] == 2
    assert told["error"] == "UsageError" and told["wrong"] and told["mend"]
    assert "  to mend it: ask for 1 to 500 works" in err


def test_private_may_be_a_setting_of_the_account(say, monkeypatch):
    monkeypatch.setenv("MAQUETTE_PRIVATE", "1")
    code, out, _ = say("icon 'my secret' --count 1 --json")
    assert code == 0 and "secret" not in out and json.loads(out)["path"] == "icon-0.svg"


def test_a_near_copy_is_named_with_its_author_and_is_no_result(say, monkeypatch):
    near = {"title": "rocket", "author": "Ada", "licence": "MIT", "source": "set/rocket", "iou": 0.97}
    found = {"nearest": [near], "common_sets": 1, "note": ""}
    verdicts = iter(["near-copy", "distinct", "distinct", "near-copy", "near-copy", "near-copy"])
    monkeypatch.setattr("maquette.studio.studio.Studio.originality", lambda *_: {**found, "verdict": next(verdicts)})
    code, out, err = say("icon rocket --count 2 --json")
    assert code == 0 and len(out.splitlines()) == 2
    assert "near copy of rocket by Ada (MIT, set/rocket)" in err and "--allow-near-copy" in err
    code, out, err = say("icon rocket --count 2 --json")
    assert code == json.loads(out)["exit"] == 4


def test_an_internal_fault_says_so_and_ends_with_1(say, monkeypatch):
    monkeypatch.setattr("toy.ToyMaker.make", lambda *_: 1 / 0)
    code, _, err = say("icon a")
    assert code == 1 and "a fault of Maquette, not yours: ZeroDivisionError" in err and "Traceback" not in err


def test_a_batch_makes_every_line_with_its_own_count_seed_and_controls(say, tmp_path):
    (tmp_path / "batch.csv").write_text(
        'prompt,count,seed,stroke-width\n"a boat, small",1,3,1.5\nракета,2,,\n', "utf-8-sig"
    )
    code, out, _ = say("icon --prompts batch.csv --count 1 --seed 9 --json")
    told = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [Path(one["path"]).name for one in told] == ["a-boat-small-3.svg", "ракета-9.svg", "ракета-9-2.svg"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("prompt,colour\na,red\n", "no column 'colour'"),
        ("words\na\n", "no column 'words'"),
        ("count\n1\n", "no column prompt"),
        ("prompt\n", "empty"),
        ("prompt,count\na,1\nb,0\n", "line 3"),
        ("prompt,count\na,many\n", "line 2"),
        ("prompt,count\na,1\n,1\n", "line 3"),
        ("prompt,style\na,wavy\n", "line 2"),
        ("prompt,count\na,1,2\n", "1 cells more than columns"),
    ],
)
def test_a_faulty_batch_is_refused_with_its_line_before_anything_is_made(say, tmp_path, text, words):
    (tmp_path / "batch.csv").write_text(text)
    code, _, err = say("icon --prompts batch.csv")
    assert code == 2 and words in err
    assert list(tmp_path.glob("*.svg")) == []


def test_verify_ends_with_0_if_all_hold_and_with_3_otherwise(say, rocket, tmp_path):
    assert say(f"verify {rocket}")[:1] == (0,)
    changed = tmp_path / "changed.svg"
    changed.write_bytes(rocket.read_bytes().replace(b"<rect", b"<rect ", 1))
    code, out, _ = say(f"verify {rocket} {changed} --json")
    states = [json.loads(line) for line in out.splitlines()]
    assert code == 3 and [one["state"] for one in states] == ["trusted", "invalid"]
    assert {"path", "state", "failures", "signer", "summary"} <= set(states[1])
    assert states[1]["failures"] == ["assertion.dataHash.mismatch"]
    plain = tmp_path / "plain.svg"
    plain.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    assert say(f"verify {plain}")[0] == 3


def test_show_tells_the_story_and_not_that_of_a_changed_file(say, rocket):
    code, out, _ = say(f"show {rocket}")
    assert code == 0
    for words in ("trusted", "“a rocket”", "Lucide Contributors (ISC)", "attribution", "not allowed", "created"):
        assert words in out
    rocket.write_bytes(rocket.read_bytes().replace(b"<rect", b"<rect ", 1))
    code, out, _ = say(f"show {rocket}")
    assert code == 3 and "rocket”" not in out and "none is told" in out


def test_remake_and_adopt_from_the_command_line(say, rocket, tmp_path):
    code, out, _ = say(f"remake {rocket} --out again")
    assert code == 0 and "the same drawing" in out
    edited = tmp_path / "edited.svg"
    edited.write_text(rocket.read_text().replace('<rect x="2"', '<rect x="3"'))
    code, out, _ = say(f"adopt {edited} --from {rocket} --note 'moved the frame' --json")
    child = json.loads(out)
    assert code == 0 and Path(child["path"]).name == "edited-2.svg" and len(child["parents"]) == 1
    assert "moved the frame" in say(f"show {child['path']}")[1]


def test_the_library_from_the_command_line(say, rocket):
    code, out, _ = say("library list --json")
    one = json.loads(out)
    assert code == 0 and one["id"] == one["sha256"]
    assert one["id"][:12] in say("library search ROCKET")[1]
    assert say("library list --kind music")[1] == ""
    assert say("library reindex")[1] == "1 works indexed\n"
    assert say(f"library forget {one['id'][:8]}")[0] == 0
    assert say("library list")[1] == ""


def test_keys_from_the_command_line(say, rocket, monkeypatch):
    assert "works are signed by Ada" in say("keys create --name Ada")[1]
    told = json.loads(say("keys show --json")[1])
    assert told["name"] == "Ada"
    assert "Ada" in say("icon boat --count 1")[1]
    assert say("keys export-root root.pem")[0] == 0 and b"PRIVATE" not in Path("root.pem").read_bytes()
    assert say("keys export-root root.pem")[0] == 2  # an existing file stays
    monkeypatch.setenv("MAQUETTE_PASSPHRASE", "correct horse battery")
    assert say("keys backup keys.backup")[0] == 0
    monkeypatch.setenv("MAQUETTE_HOME", str(Path("other").absolute()))
    assert say("keys trust root.pem")[0] == 0
    assert say("verify boat-0.svg")[1].startswith("trusted")
    assert say("keys restore keys.backup")[0] == 0
    assert json.loads(say("keys show --json")[1])["fingerprint"] == told["fingerprint"]


def test_the_doctor_finds_this_installation_in_order(say):
    code, out, _ = say("doctor --json")
    found = {one["what"]: one for one in map(json.loads, out.splitlines())}
    assert code == 0
    assert found["sealing"]["state"] == "good" and "trusted" in found["sealing"]["told"]
    assert "GFLOP/s" in found["processor"]["told"]


def test_models_can_be_added_by_name_and_their_cards_read(say, tiny_box, tmp_path):
    assert say(f"models add {tiny_box} --name mine-1")[0] == 0
    assert "mine-1" in say("models list")[1]
    assert json.loads(say("models card mine-1 --json")[1])["licences"] == {"ISC": 3}
    assert "ISC: 3" in say("models card mine-1")[1]
    code, _, err = say(f"models add {tiny_box} --name mine-1")
    assert code == 2 and "already" in err
    assert say(f"models add {tiny_box} --name ../mine")[0] == 2


def present() -> list[str]:
    here = Path(cli.callback.__code__.co_filename).parent
    return [name for name, (module, _, _) in COMMANDS.items() if (here / f"{module}.py").exists()]


def test_the_table_of_commands_is_complete():
    assert present() == list(COMMANDS)


def test_the_command_runs_as_a_module_and_its_pipe_may_close(tmp_path):
    env = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(
        [sys.executable, str(TOY), "icon", "ракета 🚀", "--count", "1", "--json"],
        capture_output=True,
        cwd=tmp_path,
        env=env,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout.decode("utf-8"))["path"] == "ракета-rocket-0.svg"
    if os.name != "nt":
        line = f"{shlex.quote(sys.executable)} {TOY} icon a --count 9 | head -1"
        done = subprocess.run(line, shell=True, capture_output=True, cwd=tmp_path, timeout=60, check=True)
        assert done.stderr == b"" and done.stdout.count(b"\n") == 1
