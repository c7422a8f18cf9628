"""What a person may rely on in the credits of a film."""

from __future__ import annotations

import itertools

from maquette.makers.film import credits
from maquette.makers.film.credits import Facts, Owed
from maquette.media.film import Film, Person, Scene, Shot

CARD = {
    "name": "music-1",
    "kind": "music",
    "licences": {"CC-BY-4.0": 300},
    "attribution": [
        "Bach, J. S., The Mutopia Project: 181 works; LicenseRef-PublicDomain; https://example.org",
        "Anonymous, Polish Heritage: 80 works; CC-BY-4.0; https://example.org/pl",
        "Tabler Icons: 5416 works; MIT; Copyright (c) Paweł Kuna; https://example.org/t",
        "Nottingham: 1 work, typed in by Eric; CC0-1.0; https://example.org/n",
        *(f"Author{n}, First, Some Set: 2 works; CC0-1.0; https://example.org" for n in range(200)),
    ],
}
FILM = Film(
    "Последняя лампа",
    "Анна Петрова",
    "ru",
    people=(Person("m", "МАРТА"), Person("x", "Никто")),
    scenes=(Scene("1", "ИНТ. КУХНЯ", people=("m",), shots=(Shot("1A", seconds=40),)),),
)
FACTS = Facts(FILM, {"music-1": CARD}, (Owed("CMU", "", 4, "LicenseRef-CMU-Mocap", "Thanks."),), {"m": "голос"})


def test_everybody_who_taught_a_model_stands_in_the_text_with_set_and_licence() -> None:
    text = credits.text(FACTS)
    assert "J. S. Bach: The Mutopia Project; 181 works; LicenseRef-PublicDomain; https://example.org" in text
    assert "Nottingham: 1 work; CC0-1.0; https://example.org/n" in text
    assert all(f"First Author{n}:" in text or f"Author{n}" in text for n in range(200))
    assert "CMU (LicenseRef-CMU-Mocap)" in text
    assert "ПОСЛЕДНЯЯ ЛАМПА" in text


def test_the_cast_are_those_who_appear() -> None:
    cast = next(block for block in credits.blocks(FACTS) if block.heading == "действующие лица")
    assert cast.rows == (("МАРТА", "голос"),)


def test_a_short_roll_says_how_many_more_there_are_and_a_full_one_names_all() -> None:
    short = credits.roll(FACTS, 640, 360)
    full = credits.roll(FACTS, 640, 360, full=True)
    assert short.seconds <= credits.SHORTEST + 5 < full.seconds
    assert any("credits.txt" in word.text for word in short.words)
    assert not any("credits.txt" in word.text for word in full.words)
    assert sum("Author" in word.text for word in full.words) == 200


def test_every_line_of_the_roll_fits_its_width_and_none_lies_on_another() -> None:
    from maquette.media.lettering import width_of

    roll = credits.roll(FACTS, 640, 360)
    rows: dict[float, list[tuple[float, float]]] = {}
    for word in roll.words:
        wide = width_of(word.text, word.size, word.bold)
        left = word.x - {"start": 0.0, "middle": wide / 2, "end": wide}[word.anchor]
        assert left >= 0
        assert left + wide <= 640
        rows.setdefault(word.y, []).append((left, left + wide))
    for spans in rows.values():
        spans.sort()
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


def test_a_very_long_title_stays_on_its_card() -> None:
    from maquette.media.ink import Words
    from maquette.media.lettering import width_of

    page = credits.title_page(Film("The long and winding and never quite ending title of a film " * 3), 640, 360)
    words = [mark for layer in page.layers for mark in layer.marks if isinstance(mark, Words)]
    assert all(width_of(one.text, one.size, one.bold) <= 640 and 0 < one.y < 360 for one in words)


def test_names_are_said_as_one_says_them() -> None:
    assert credits.spoken_name("Bach, J. S.") == "J. S. Bach"
    assert credits.spoken_name("Microsoft Corporation") == "Microsoft Corporation"
    names = [who for who, _ in credits.by_name(credits.taught(CARD))]
    assert names[0] == "Tabler Icons"
    assert "Anonymous" not in names
