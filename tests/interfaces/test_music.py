"""The commands of music: what a program reads with --json, and what a person is told."""

from __future__ import annotations

import json

import pytest

from maquette.interfaces.cli.root import run
from maquette.media.table import open_media


@pytest.fixture
def desk(tmp_path, monkeypatch, tiny_music):
    monkeypatch.chdir(tmp_path)
    return str(tiny_music)


def told(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_piece_from_words_has_what_was_asked_for(desk, capsys):
    line = [
        "music",
        "a mazurka in A minor",
        "--bars",
        "4",
        "--metre",
        "3/4",
        "--key",
        "Am",
        "--count",
        "1",
        "--pool",
        "1",
    ]
    assert run([*line, "--checkpoint", desk, "--also", "musicxml", "--json"]) == 0
    (asset,) = told(capsys)
    score = open_media(asset["path"])
    assert (len(score.bars), score.metre, score.key.tonic, score.key.mode) == (4, (3, 4), 9, "minor")
    assert asset["kind"] == "music" and asset["files"][0]["kind"] == "musicxml"
    assert asset["note"] == "Mazurka in A minor, 3/4, 4 bars"


def test_moves_tell_their_bars_and_hands(desk, capsys):
    run(["music", "a song", "--parts", "violin", "--bars", "2", "--count", "1", "--pool", "1", "--checkpoint", desk,
         "--json"])  # fmt: skip
    path = told(capsys)[0]["path"]
    for line in (
        ["continue", path, "--bars", "1"],
        ["answer", path],
        ["fill", path, "--bars", "2"],
        ["vary", path, "--rhythm", "1"],
        ["harmonise", path, "--chords"],
        ["rearrange", path, "--for", "piano"],
    ):
        assert run(["music", *line, "--count", "1", "--checkpoint", desk, "--out", "takes", "--json"]) == 0, line
        for one in told(capsys):
            assert {"by", "bars", "parts", "authorship", "new", "files"} <= set(one)


def test_ghosts_are_told_and_one_is_accepted(desk, capsys):
    run(["music", "a song", "--parts", "violin", "--bars", "2", "--count", "1", "--pool", "1", "--checkpoint", desk,
         "--json"])  # fmt: skip
    path = told(capsys)[0]["path"]
    assert run(["music", "suggest", path, "--checkpoint", desk, "--json"]) == 0
    ghosts = told(capsys)
    assert (
        [ghost["ghost"] for ghost in ghosts] == [1, 2, 3][: len(ghosts)]
        and ghosts
        and all(ghost["bar"] == 3 for ghost in ghosts)
    )
    assert run(["music", "suggest", path, "--checkpoint", desk, "--accept", "1", "--out", "taken", "--json"]) == 0
    assert "by the machine" in told(capsys)[0]["authorship"]
    assert run(["music", "suggest", path, "--checkpoint", desk, "--at", "9"]) == 2


@pytest.mark.parametrize(
    "line",
    [
        ["a song", "--key", "Am", "--scale", "C D E F G"],
        ["a song", "--metre", "4/5"],
        ["blorp"],
        ["a song", "--length", "10s", "--hits", "12"],
        ["continue", "nothing.mid"],
        ["a song", "--also", "gramophone"],
    ],
)
def test_what_cannot_be_ends_with_2_or_less_written(desk, capsys, tmp_path, line):
    assert run(["music", *line, "--checkpoint", desk]) in (1, 2)
    told_of = capsys.readouterr().err
    assert "error:" in told_of and "to mend it:" in told_of
    assert not list(tmp_path.glob("*.mid"))


def test_the_group_lists_every_move_without_loading_one(capsys):
    assert run(["music", "--help"]) == 0
    text = capsys.readouterr().out
    for name in ("make", "continue", "fill", "harmonise", "vary", "suggest", "render"):
        assert name in text
