"""What a person may rely on when speech becomes captions."""

from __future__ import annotations

import itertools

import pytest

from maquette.core.errors import MediaError
from maquette.media import captions
from maquette.media.captions import Caption

LONG = "I waited for you at the station all night, and the trains came and went, and nobody asked me why. Nobody."


def test_a_long_speech_is_cut_into_captions_of_two_rows_that_follow_each_other() -> None:
    made = captions.captions([Caption(1, 8, LONG, "ANNA")], until=10)
    assert " ".join(" ".join(one.text.split("\n")) for one in made) == LONG
    for one in made:
        assert len(one.text.split("\n")) <= captions.ROWS
        assert all(len(row) <= captions.ROW for row in one.text.split("\n"))
    assert all(one.end <= after.start for one, after in itertools.pairwise(made))
    assert made[0].start == 1


def test_a_short_word_stays_long_enough_to_be_read_but_not_over_the_next() -> None:
    oh, next_one = captions.captions([Caption(2, 2.1, "Oh."), Caption(2.5, 4, "Really?")])
    assert oh.end == pytest.approx(2.5 - captions.GAP)
    (alone,) = captions.captions([Caption(2, 2.1, "Oh.")])
    assert alone.end - alone.start >= captions.SHORTEST
    assert next_one.start == 2.5


def test_two_who_speak_at_once_share_a_caption() -> None:
    (made,) = captions.captions([Caption(1, 3, "Yes!", "A"), Caption(1.1, 2.5, "Нет!", "B")])
    assert made.text == "– Yes!\n– Нет!"
    assert made.end >= 3


@pytest.mark.parametrize("write", [captions.to_srt, captions.to_vtt])
def test_captions_come_back_from_their_files(write) -> None:  # type: ignore[no-untyped-def]
    made = captions.captions(
        [Caption(3601.5, 3604, "Прости <меня> & её.", "ИВАН", off=True), Caption(3605, 3607, LONG)]
    )
    back = captions.read(write(made))
    assert [(one.text, one.off) for one in back] == [(one.text, one.off) for one in made]
    assert all(abs(one.start - other.start) < 0.001 for one, other in zip(back, made, strict=True))


def test_a_file_without_captions_is_no_caption_file() -> None:
    with pytest.raises(MediaError, match="no caption"):
        captions.read("just words\n\nmore words")
    assert captions.read("") == ()


def test_burnt_captions_stay_within_the_picture() -> None:
    wide = captions.burnt(Caption(0, 1, "W" * 42), 1280, 720, lambda text, size: len(text) * size)
    assert len("W" * 42) * wide[0].size <= 0.9 * 1280 + 1
    low, high = captions.burnt(Caption(0, 1, "one\ntwo"), 1280, 720, lambda text, size: len(text) * size * 0.5)
    assert low.y < high.y < 720
