"""What a careful reader marks in a score, and what the mends leave alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maquette.core.errors import UsageError
from maquette.media.score import TPQ, Bar, Key, Note, Part, Score, regular_bars, sorted_notes
from maquette.media.score_lint import RULES, chosen, lint, mend, mended
from maquette.media.score_lint_ranges import VOICES, range_of


def voices(*lines: tuple[int, ...], length: int = TPQ, program: int = 52) -> Score:
    """A choir: one line of quarter notes each, the soprano first."""
    names = ("soprano", "alto", "tenor", "bass")[: len(lines)] if len(lines) > 2 else ("soprano", "bass")
    parts = tuple(
        Part(name, program, tuple(Note(i * length, length, pitch) for i, pitch in enumerate(line)))
        for name, line in zip(names, lines, strict=True)
    )
    count = -(-len(lines[0]) * length // (4 * TPQ))
    return Score(parts, regular_bars(count), (Key(0, 0),))


CLEAN = voices((72, 74, 74, 72), (67, 69, 67, 67), (64, 65, 62, 64), (48, 50, 55, 48))


def rules_of(score: Score, *rules: str) -> list[str]:
    return [finding.rule for finding in lint(score, rules=rules or None)]


def test_a_plain_cadence_in_four_voices_is_clean() -> None:
    score = voices((72, 72, 71, 72), (67, 69, 67, 67), (64, 65, 62, 64), (48, 53, 55, 48))
    assert lint(score) == []


def test_parallel_fifths_and_octaves_are_told_with_bar_beat_and_voices() -> None:
    score = voices((67, 69, 72, 72), (64, 65, 67, 67), (60, 60, 64, 64), (48, 50, 48, 48))
    found = lint(score, rules=["parallels"])
    assert [one.rule for one in found] == ["parallels"]
    assert found[0].place == "bar 1, beat 2" and "fifths" in found[0].told and "soprano" in found[0].told


def test_voices_that_go_in_octaves_for_long_are_doubled_on_purpose() -> None:
    line = (60, 62, 64, 65, 67, 69, 71, 72)
    score = voices(line, tuple(pitch - 5 for pitch in (67, 67, 67, 69, 71, 72, 74, 76)), tuple(p - 12 for p in line))
    assert "parallels" not in rules_of(score, "parallels")


def test_crossing_voices_are_told_and_swapped() -> None:
    score = voices((72, 71, 72, 74), (64, 62, 64, 65), (65, 59, 55, 57), (48, 50, 48, 50))
    found = lint(score, rules=["crossing"])
    assert [one.part for one in found] == [3]
    now = mend(score, found)
    assert rules_of(now, "crossing") == []
    assert now.parts[0] == score.parts[0] and now.parts[3] == score.parts[3]


def test_strings_may_cross() -> None:
    score = voices((72, 71, 72, 74), (60, 62, 60, 62), (64, 65, 55, 57), (48, 50, 48, 50), program=40)
    assert "crossing" not in rules_of(score, "crossing", "overlap")


def test_a_wrong_note_is_found_and_the_right_one_advised() -> None:
    chords = [(60, 64, 67), (65, 69, 72), (67, 71, 74), (60, 64, 67)] * 2
    notes = [Note(bar * 1920, 1920, pitch - 12) for bar, chord in enumerate(chords) for pitch in chord]
    tune = (72, 76, 79, 76, 77, 81, 77, 76, 74, 79, 77, 74, 76, 72, 74, 76) * 2
    line = [Note(i * TPQ, TPQ, pitch) for i, pitch in enumerate(tune)]
    good = Score((Part("tune", 73, tuple(line)), Part("piano", 0, sorted_notes(notes))), regular_bars(8), (Key(0, 0),))
    assert lint(good, rules=["key", "clash"]) == []
    bad = list(line)
    bad[14] = replace(bad[14], pitch=75)  # D flat side: between C and E, over C major
    bad[9] = replace(bad[9], pitch=80)
    wrong = replace(good, parts=(replace(good.parts[0], notes=tuple(bad)), good.parts[1]))
    found = lint(wrong, rules=["key"])
    assert [one.bar for one in found][:1] == [3] and "G5 is likelier" in found[0].advice
    healed = mend(wrong, found[:1])
    assert healed.parts[0].notes[9] == line[9] and healed.parts[1] == good.parts[1]


def test_a_chromatic_passing_note_is_left_alone() -> None:
    tune = (60, 61, 62, 64, 65, 66, 67, 67, 69, 68, 67, 65, 64, 62, 60, 60)
    chords = [(48, 52, 55), (53, 57, 60), (53, 57, 60), (48, 52, 55)]
    notes = [Note(bar * 1920, 1920, pitch) for bar, chord in enumerate(chords) for pitch in chord]
    line = tuple(Note(i * TPQ, TPQ, pitch + 12) for i, pitch in enumerate(tune))
    score = Score((Part("tune", 73, line), Part("piano", 0, sorted_notes(notes))), regular_bars(4), (Key(0, 0),))
    assert lint(score, rules=["key", "clash"]) == []


def test_notes_out_of_range_are_told_and_moved_by_octaves() -> None:
    score = replace(CLEAN, parts=(replace(CLEAN.parts[0], notes=(Note(0, 480, 86),)), *CLEAN.parts[1:]))
    found = lint(score, rules=["range"])
    assert len(found) == 1 and "above" in found[0].told
    assert mend(score, found).parts[0].notes[0].pitch == 74


@pytest.mark.parametrize(
    ("name", "program", "limits"),
    [
        ("Soprano", 52, VOICES["soprano"]),
        ("Tenor.", 53, VOICES["tenor"]),
        ("Bassus", 52, VOICES["bass"]),
        ("", 40, (55, 100)),
        ("Flute", 73, (60, 96)),
        ("Viola", 0, (48, 91)),
        ("Synth", 90, None),
    ],
)
def test_ranges_go_by_the_voice_and_the_instrument(name: str, program: int, limits: tuple[int, int] | None) -> None:
    assert range_of(Part(name, program)) == limits


def test_drums_have_no_range_no_key_and_no_voices() -> None:
    notes = tuple(Note(i * 240, 240, 36 + i % 3) for i in range(16))
    assert lint(Score((Part("kit", 0, notes, drums=True),), regular_bars(2))) == []


def test_a_seventh_that_does_not_turn_back_is_an_awkward_leap() -> None:
    score = voices((60, 70, 72, 72), (55, 55, 57, 57), (52, 52, 52, 52), (48, 48, 45, 45))
    assert rules_of(score, "leap") == ["leap"]
    turned = voices((60, 70, 69, 69), (55, 55, 57, 57), (52, 52, 52, 52), (48, 48, 45, 45))
    assert rules_of(turned, "leap") == []


def test_bars_that_do_not_add_up_are_told_once_for_a_run_and_pick_ups_are_none() -> None:
    full, short = Bar(1920), Bar(1440, 4, 4)
    assert rules_of(Score((), (Bar(480), full, full, short)), "bars") == []  # a pick-up and its complement
    found = lint(Score((), (full, short, short, short, full)), rules=["bars"])
    assert len(found) == 1 and found[0].bar == 2 and "2 more" in found[0].told


def test_a_key_that_is_struck_while_it_sounds_is_told_and_released_first() -> None:
    part = Part("piano", 0, (Note(0, 960, 60), Note(480, 480, 60), Note(960, 480, 62), Note(960, 240, 62)))
    score = Score((part,), regular_bars(1))
    found = lint(score, rules=["twice"])
    assert len(found) == 2
    assert [(n.start, n.length, n.pitch) for n in mend(score, found).parts[0].notes] == [
        (0, 480, 60),
        (480, 480, 60),
        (960, 480, 62),
    ]


def test_mending_makes_no_bar_worse_and_says_what_is_left() -> None:
    score = voices((67, 69, 72, 72), (64, 65, 67, 67), (60, 60, 64, 64), (48, 50, 48, 48))
    before = lint(score)
    now, done, left = mended(score)
    assert len(left) < len(before) and len(done) >= 1
    assert lint(now) == left
    assert mend(score, []) is score


def test_findings_are_numbered_in_order_and_told_as_data() -> None:
    score = voices((67, 69, 90, 72), (64, 65, 67, 67), (60, 60, 64, 64), (48, 50, 48, 30))
    found = lint(score)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert [one.tick for one in found] == sorted(one.tick for one in found)
    assert {"bar", "beat", "part", "rule", "told", "advice"} <= set(found[0].as_dict())


def test_an_unknown_rule_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="paralels") as error:
        chosen(only=["paralels"])
    assert "parallels" in error.value.mend
    assert chosen(skip=["key"]) == tuple(name for name in RULES if name != "key")
