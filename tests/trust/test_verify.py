"""What a creator may rely on when she asks whether a file is what it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maquette.core.errors import CredentialError, UsageError
from maquette.trust import keys, verify
from maquette.trust.verify import read_story, verify_all
from trust.samples import FILES, SVG


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("manner", ["created", "edited", "adopted", "found"])
def test_what_this_studio_sealed_is_trusted_here(kept, at, kind, manner):
    verdict = verify.verify(kept(kind, manner), at=at)
    assert (verdict.state, verdict.failures, verdict.signer) == ("trusted", (), "Ada")
    assert verdict.where == ("sidecar" if kind == "mid" else "embedded")


def test_what_a_stranger_sealed_is_valid_and_not_called_trusted(kept, at, bob, tmp_path):
    path = kept(signer=bob)
    verdict = verify.verify(path, at=at)
    assert (verdict.state, verdict.failures) == ("valid", ("signingCredential.untrusted",))
    assert "does not know" in verdict.summary
    root = tmp_path / "bob.pem"
    root.write_bytes(bob.root)
    assert verify.verify(path, at=at, trust=[root]).state == "trusted"


def test_a_changed_file_is_invalid_and_says_why(kept, at):
    path = kept()
    path.write_bytes(path.read_bytes().replace(b'r="1.25"', b'r="1.26"'))
    verdict = verify.verify(path, at=at)
    assert verdict.state == "invalid"
    assert "assertion.dataHash.mismatch" in verdict.failures
    assert "content is not what was signed" in verdict.summary


def test_the_story_comes_back_from_the_file_alone(kept, at):
    story = read_story(kept(), at=at)
    assert story["request"]["prompt"] == "a rocket"
    assert story["seed"] == 1234567890123456789
    assert story["trace"]["tokens"] == [9, 8, 7, 260]
    assert story["model"]["datasets"][0]["licences"] == {"ISC": 3, "MIT": 10}


def test_a_work_is_not_remade_from_a_story_that_does_not_hold(kept, at, tmp_path):
    path = kept()
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(CredentialError, match="does not hold"):
        read_story(path, at=at)
    (tmp_path / "plain.svg").write_bytes(SVG)
    with pytest.raises(CredentialError, match="no credential"):
        read_story(tmp_path / "plain.svg", at=at)


def test_many_files_are_read_in_one_go_and_in_order(kept, at, tmp_path):
    plain = tmp_path / "нарисовано рукой 🦔.svg"
    plain.write_bytes(SVG)
    paths = [kept(name="one"), plain, kept("mid", name="two"), kept("png", name="three")]
    assert [one.state for one in verify_all(paths, at=at)] == ["trusted", "unsigned", "trusted", "trusted"]
    assert json.dumps([one.as_dict() for one in verify_all(paths, at=at)])


def test_a_missing_file_is_named(at):
    with pytest.raises(UsageError, match="no such file"):
        verify.verify(Path("nowhere.svg"), at=at)


def test_a_reader_that_breaks_down_takes_nothing_with_it(kept, at, monkeypatch, tmp_path):
    (tmp_path / "crash").mkdir()
    # A reader of another build: it dies on the second file.
    broken = tmp_path / "reader.py"
    broken.write_text(
        "import os\nfrom maquette.trust import reader\nlook = reader.look\n"
        "reader.look = lambda f, a: os._exit(9) if 'two' in f['path'] else look(f, a)\nreader.main()\n"
    )
    monkeypatch.setattr(verify, "READER", [str(broken)])
    paths = [kept(name=name) for name in ("one", "two", "three")]
    states = verify_all(paths, at=at)
    assert [one.state for one in states] == ["trusted", "invalid", "trusted"]
    assert states[1].failures == ("general.error",)


def test_a_reader_that_loops_is_stopped(kept, at, monkeypatch, tmp_path):
    slow = tmp_path / "reader.py"
    slow.write_text(
        "import time\nfrom maquette.trust import reader\nreader.look = lambda f, a: time.sleep(60)\nreader.main()\n"
    )
    monkeypatch.setattr(verify, "READER", [str(slow)])
    monkeypatch.setattr(verify, "SECONDS", 0.5)
    assert verify.verify(kept(), at=at).state == "invalid"


def test_the_keys_of_a_verdict_are_those_of_the_command_line_contract(kept, at):
    told = verify.verify(kept(), at=at).as_dict()
    assert {"path", "state", "failures", "signer", "summary"} <= told.keys()


def test_trusting_a_root_makes_its_works_trusted(kept, bob, tmp_path):
    from maquette.core.settings import Places

    here = Places(tmp_path / "h", tmp_path / "c")
    root = tmp_path / "bob.pem"
    root.write_bytes(bob.root)
    path = kept(signer=bob)
    assert verify.verify(path, at=here).state == "valid"
    assert keys.trust(here, root)["fingerprint"] == bob.fingerprint
    assert verify.verify(path, at=here).state == "trusted"
