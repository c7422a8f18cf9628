"""Mouths: what is drawn while somebody speaks."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest

from maquette.core.errors import MediaError, UsageError
from maquette.makers.film import lips
from maquette.makers.film.speech import Spoken, Utterance, speak_all
from maquette.media.stage import MOUTHS


def said(*phones: tuple[str, float]) -> Spoken:
    at, spans = 0.0, []
    for phone, seconds in phones:
        spans.append((at, at + seconds, phone))
        at += seconds
    return Spoken(np.zeros(0, np.float32), 22050, tuple(spans), ())


def letters(frames) -> str:
    return "".join(MOUTHS[number] for number in frames)


@pytest.mark.parametrize("fps", [12, 24, 30, 100])
def test_lips_close_for_m_b_p_and_teeth_touch_the_lip_for_f_v(fps):
    spoken = said(("a", 0.2), ("m", 0.05), ("a", 0.2), ("f", 0.04), ("o", 0.2), ("b", 0.03), ("i", 0.2), ("", 0.3))
    drawn = letters(lips.mouths(spoken, spoken.seconds, fps))
    assert drawn.count("A") >= 2 and "G" in drawn
    assert drawn.index("D") < drawn.index("A") < drawn.index("G") < drawn.rindex("A")


def test_the_mouth_rests_before_between_and_after_the_words():
    spoken = said(("", 0.2), ("a", 0.3), ("", 0.5), ("i", 0.3))
    drawn = letters(lips.mouths(spoken, 2.0))
    assert len(drawn) == 60
    assert drawn.startswith("XXXXXX") and drawn[18:28] == "X" * 10 and drawn.endswith("X" * 20)


def test_lips_round_before_the_rounded_vowel_comes():
    assert lips.shapes(said(("s", 0.1), ("t", 0.05), ("u", 0.2)).phones)[0][2] == "F"
    assert lips.shapes(said(("s", 0.1), ("t", 0.05), ("i", 0.2)).phones)[0][2] == "B"


def test_nothing_flickers():
    spoken = speak_all([Utterance("A quick conversation about the extraordinary situation.")], synthesiser=False)[0]
    drawn = lips.mouths(spoken, spoken.seconds, 30)
    edges = np.flatnonzero(np.diff(drawn)) + 1
    short = [int(a) for a, b in pairwise(edges) if b - a < 2 and MOUTHS[drawn[a]] not in "AG"]
    in_between = [a for a in short if MOUTHS[drawn[a]] in "CE"]
    assert len(short) == len(in_between), "only drawings on the way to a wide mouth stand for one frame"


def test_a_wide_mouth_opens_through_a_half_open_one():
    drawn = letters(lips.mouths(said(("m", 0.2), ("a", 0.4)), 0.6))
    assert "ACD" in drawn


def test_mouths_are_written_as_rhubarb_writes_them_and_read_again(tmp_path):
    spoken = speak_all([Utterance("Мы едем домой.", "ru")], synthesiser=False)[0]
    cues = lips.cues(spoken)
    table = lips.to_tsv(cues)
    assert all(len(row.split("\t")) == 2 for row in table.splitlines()) and table.endswith("\tX\n")
    told = json.loads(lips.to_json(cues, "голос.wav"))
    assert told["metadata"] == {"soundFile": "голос.wav", "duration": pytest.approx(spoken.seconds, abs=0.011)}
    assert set(told["mouthCues"][0]) == {"start", "end", "value"}
    for name, text in (("a.tsv", table), ("a.json", lips.to_json(cues))):
        (tmp_path / name).write_text(text, encoding="utf-8")
        again = lips.read_cues(tmp_path / name)
        frames = lips.of_cues(again, spoken.seconds, 100)
        assert (frames == lips.of_cues(cues, spoken.seconds, 100)).all()


@pytest.mark.parametrize("text", ["", "nothing", "0.1\tQ\n0.2\tX", "0.1\tAB\n0.2\tX", '{"mouthCues": 3}'])
def test_a_file_without_mouths_is_an_error_that_helps(tmp_path, text):
    file = tmp_path / "wrong.tsv"
    file.write_text(text)
    if not text:
        assert lips.read_cues(file) == ()
        return
    with pytest.raises(MediaError) as told:
        lips.read_cues(file)
    assert told.value.mend


def test_a_measure_that_is_none_is_refused():
    with pytest.raises(UsageError):
        lips.mouths(said(("a", 0.2)), 1.0, 0)
