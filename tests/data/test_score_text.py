"""What `remake` may rely on: a score in a trace comes back as it was."""

from __future__ import annotations

import base64
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.core.errors import DataError
from maquette.data.score_text import from_text, to_text
from maquette.media.score import Bar, Chord, Key, Mark, Note, Part, Score, Tempo, regular_bars, sorted_notes

NOTES = st.builds(
    Note,
    start=st.integers(0, 5000),
    length=st.integers(1, 2000),
    pitch=st.integers(0, 127),
    velocity=st.integers(1, 127),
    voice=st.integers(0, 4),
    staff=st.integers(1, 2),
    lyric=st.sampled_from(["", "A-", "мо-"]),
    spelling=st.sampled_from(["", "F#", "Gb"]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(NOTES, max_size=12).map(sorted_notes))
def test_every_field_of_a_score_goes_through(notes):
    score = Score(
        parts=(Part("Голос", 52, notes, staves=2, dynamics=(Mark(0, "mf"),)), Part(drums=True)),
        bars=(Bar(480, 3, 4), *regular_bars(2, 3)),
        keys=(Key(0, 9, "dorian"),),
        tempi=(Tempo(0, 96.5),),
        chords=(Chord(0, 9, "m7", 4), Chord(480, 0, None)),
        marks=(Mark(0, "Andante"),),
        title="Вальс",
        composer="Ada",
        said=("a pedal was left out",),
    )
    assert from_text(to_text(score)) == score


def test_an_empty_score_goes_through():
    assert from_text(to_text(Score())) == Score()


@pytest.mark.parametrize(
    "text", ["", "???", "AAAA", base64.b64encode(zlib.compress(b"[]")).decode(), to_text(Score())[:-8]]
)
def test_what_is_no_score_is_named_and_breaks_nothing(text):
    with pytest.raises(DataError):
        from_text(text)


@settings(max_examples=20, deadline=None)
@given(st.lists(NOTES, max_size=30).map(sorted_notes))
def test_nothing_in_the_text_looks_like_a_path(notes):
    from maquette.trust.story import clean

    text = to_text(Score((Part("a", notes=notes),), regular_bars(4)))
    assert clean(text) == text and "/" not in text
