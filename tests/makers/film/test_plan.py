"""The plan of a film: what a first assistant would list for a page, and what stays when the page changes."""

from __future__ import annotations

import dataclasses
import itertools
import json
import time

import pytest

from maquette.core.errors import MediaError, UsageError
from maquette.makers.film import timing
from maquette.makers.film.plan import plan, planned_again
from maquette.media.film import SIZES, Film, Look, as_data, from_data
from maquette.media.script import parse

PAGE = """\
Title: The Last Train
Author: A. Maquette

FADE IN:

INT. STATION CAFE - NIGHT

Rain on the windows. A clock over the counter says ten to midnight.

VERA (60), grey hair in a bun, a waitress in a green dress, wipes the last table.

The door opens. TOM (20s), thin, in a wet coat, comes in and puts a suitcase down.

VERA
We're closed.

TOM
(out of breath)
The last train. Has it gone?

VERA
Two minutes ago. You must have run right past it.

Tom sits down. He takes a letter out of his coat and looks at it.

VERA (CONT'D)
(worried)
Bad news?

TOM
I haven't opened it.
(beat)
I've carried it for three years.

Vera drops the cup. She stares at him.

VERA
(whispering)
Tommy?

EXT. STATION PLATFORM - DAWN

The rain has stopped. Vera and Tom walk along the platform.

TOM
You never took the apron off.

VERA ^
I was working.

They laugh. Neither of them turns around.

> FADE OUT.
"""


@pytest.fixture(scope="module")
def film() -> Film:
    return plan(parse(PAGE))


def lines(film: Film):
    return {line.id: line for scene in film.scenes for line in scene.lines}


def shot_of(film: Film, text: str):
    ids = {id for id, line in lines(film).items() if text in line.text}
    return [shot for shot in film.shots if ids & set(shot.lines)]


def test_people_places_and_times_are_found(film):
    assert [(one.id, one.lines) for one in film.people] == [("vera", 5), ("tom", 3)]
    first, second = film.scenes
    assert (first.place, first.kind, first.interior, first.time) == ("STATION CAFE", "cafe", True, "night")
    assert (second.kind, second.interior, second.time) == ("station", False, "dawn")
    assert {prop.kind for prop in first.props} >= {"letter", "suitcase", "cup", "clock", "table", "door"}
    assert next(prop for prop in first.props if prop.kind == "letter").holder == "tom"


def test_people_look_as_they_are_described_and_unlike_each_other(film):
    vera, tom = (one.look for one in film.people)
    assert (vera.hair, vera.hair_colour, vera.costume, vera.top) == ("bun", "#c9c9c6", "dress", "#4f8a55")
    assert (tom.build, tom.costume) == ("slim", "coat") and vera.height < tom.height


def test_every_line_is_covered_and_no_shot_is_too_short(film):
    covered = {id for shot in film.shots for id in shot.lines}
    assert covered == set(lines(film))
    assert min(shot.seconds for shot in film.shots) >= 0.7
    assert all(abs(shot.seconds * 24 - round(shot.seconds * 24)) < 1e-6 for shot in film.shots)


def test_the_coverage_is_what_a_first_assistant_would_list(film):
    kinds = [shot.kind for shot in film.scenes[0].shots]
    assert kinds[:2] == ["establishing", "insert"], "the place, then the clock"
    assert shot_of(film, "comes in")[0].size == "full"
    assert "The door opens." in [lines(film)[id].text for id in shot_of(film, "comes in")[0].lines]
    assert shot_of(film, "We're closed")[0].kind == "two-shot"
    over = shot_of(film, "Two minutes ago")[0]
    assert (over.kind, over.subjects, over.over) == ("over-shoulder", ("vera",), "tom")
    assert ("letter",) in [shot.subjects for shot in shot_of(film, "takes a letter")]
    assert shot_of(film, "Bad news")[0].kind == "close-up"
    assert (shot_of(film, "beat")[0].kind, shot_of(film, "beat")[0].subjects) == ("reaction", ("vera",))
    assert shot_of(film, "Tommy?")[0].size == "close-up"
    assert film.shots[-1].move == "pull out" and film.shots[0].transition == "fade"
    dual = [line for line in film.scenes[1].lines if line.kind == "dialogue"]
    assert dual[1].with_line == dual[0].id and shot_of(film, "I was working")[0].kind == "two-shot"


def test_no_jump_cuts_and_one_side_of_the_line(film):
    assert {shot.side for shot in film.shots} == {1}
    for scene in film.scenes:
        for one, other in itertools.pairwise(scene.shots):
            if one.subjects == other.subjects and one.subjects and "insert" not in (one.kind, other.kind):
                assert abs(SIZES.index(one.size) - SIZES.index(other.size)) >= 2, (one.id, other.id)


def test_the_plan_is_plain_data(film):
    assert from_data(Film, json.loads(json.dumps(as_data(film)))) == film


def test_a_hand_edit_survives_a_new_plan_of_a_changed_script(film):
    kept = shot_of(film, "Two minutes ago")[0].id
    hat = dataclasses.replace(film.people[1].look, hat="bowler")
    people = (film.people[0], dataclasses.replace(film.people[1], look=hat, voice="en+m3"))
    edited = dataclasses.replace(film, overrides={kept: {"size": "close-up", "move": "push in"}}, people=people)
    changed = PAGE.replace("Rain on the windows.", "Snow on the windows. A cat sleeps.")
    changed = changed.replace("EXT. STATION", "INT. KITCHEN - NIGHT\n\nVera cooks.\n\nEXT. STATION")
    again = plan(parse(changed), before=edited)
    assert shot_of(again, "Two minutes ago")[0].size == "close-up"
    assert again.person("tom").look.hat == "bowler" and again.person("tom").voice == "en+m3"
    assert [scene.id for scene in again.scenes] == ["1", "A2", "2"]
    old, new = lines(film), lines(again)
    same = {line.text: id for id, line in old.items()}
    assert all(same[line.text] == id for id, line in new.items() if line.text in same)
    assert len(set(new)) == len(new) and len({shot.id for shot in again.shots}) == len(again.shots)
    gone = plan(parse(PAGE.replace("VERA\nTwo minutes ago. You must have run right past it.\n\n", "")), before=edited)
    assert kept in gone.overrides and (kept in {s.id for s in gone.shots} or any(kept in one for one in gone.said))


def test_a_part_of_a_film_stays_that_part_when_its_script_changes(film):
    part = plan(parse(PAGE), scenes=("2",))
    again = planned_again(parse(PAGE.replace("The rain has stopped.", "Fog.")), part, parse(PAGE))
    assert [scene.id for scene in again.scenes] == ["2"] and again.scenes[0].lines[0].text == "Fog."
    assert len(planned_again(parse(PAGE), film, parse(PAGE)).scenes) == 2


def test_the_same_script_gives_the_same_plan(film):
    assert plan(parse(PAGE)) == film
    assert plan(parse(PAGE), before=film) == film


def test_a_part_of_a_script_can_be_planned(film):
    part = plan(parse(PAGE), scenes=("2",))
    assert part.scenes == film.scenes[1:] and part.people == film.people
    with pytest.raises(UsageError, match="no scene '7'"):
        plan(parse(PAGE), scenes=("7",))


def test_cuts_and_lines_stand_on_the_clock(film):
    cuts = timing.cuts(film)
    assert cuts[0][1] == 0 and all(one[2] == other[1] for one, other in itertools.pairwise(cuts))
    spoken = {id: 2.0 for id, line in lines(film).items() if line.kind == "dialogue"}
    longer = timing.timed(film, spoken)
    times = {one.line: one for one in timing.schedule(longer, spoken)}
    assert set(times) == set(lines(film))
    for id, one in times.items():
        if id in spoken:
            assert one.end - one.start == pytest.approx(2.0, abs=0.03), id
    dual = [times[line.id] for line in film.scenes[1].lines if line.kind == "dialogue"]
    assert dual[0].start == dual[1].start
    at = {id: first / film.fps for id, first, _ in timing.cuts(longer)}
    assert all(one.start >= at[one.shot] - 1e-3 for one in times.values())
    assert max(one.end for one in times.values()) <= longer.seconds + 1e-3


def test_a_length_by_hand_moves_what_follows(film):
    first = film.shots[0].id
    edited = dataclasses.replace(film, overrides={first: {"seconds": 5.0}})
    assert timing.cuts(edited)[0] == (first, 0, 120)
    moved, was = (next(one for one in timing.schedule(f) if one.line == "1.03") for f in (edited, film))
    assert moved.start == pytest.approx(was.start + 5.0 - film.shots[0].seconds, abs=1e-3)


def test_lines_follow_shots_that_an_editor_moved_or_left_out(film):
    ids = [shot.id for shot in film.shots]
    moved = dataclasses.replace(film, order=(*ids[3:], *ids[:3]), overrides={ids[5]: {"left_out": True}})
    times = {one.line: one for one in timing.schedule(moved)}
    gone = {line for line in film.shots[5].lines if not any(line in s.lines for s in moved.shots)}
    assert set(times) == set(lines(film)) - gone
    assert times[film.shots[3].lines[0]].start == 0.0 and times["1.02"].start > times["1.07"].start
    assert timing.cuts(moved)[-1][0] == ids[2]


@pytest.mark.parametrize("fps", [24000 / 1001, 24.0, 25.0, 30.0])
def test_every_frame_rate_has_whole_frames(fps):
    film = plan(parse(PAGE), fps=fps)
    assert timing.cuts(film)[-1][2] == pytest.approx(film.seconds * fps, abs=1e-6)


def test_russian_is_understood():
    text = (
        "ИНТ. КВАРТИРА - НОЧЬ\n\nТемно. АННА (35), рыжая, в красном свитере, сидит у окна и читает книгу.\n\n"
        "Входит БОРИС (60), седой, в пальто. Он обнимает Анну.\n\nБОРИС\n(плача)\nПрости меня.\n\n"
        "АННА (З.К.)\nПоздно.\n\n"
        "Анна встает и быстро уходит.\n"
    )
    film = plan(parse(text))
    assert film.language == "ru" and film.scenes[0].time == "night"
    acts = [(one.who, one.motion, one.to) for line in film.scenes[0].lines for one in line.doings]
    assert acts[:4] == [("анна", "sits down", "window"), ("анна", "reads", "book"), ("борис", "walks in", "door"),
                        ("борис", "hugs", "анна")]  # fmt: skip
    assert acts[4:] == [("анна", "stands up", "exit"), ("анна", "walks out fast", "exit")] or acts[-1][2] == "exit"
    assert film.person("анна").look.top == "#b5493f" and film.person("анна").look.hair_colour == "#a3472a"
    spoken = [line for line in film.scenes[0].lines if line.kind == "dialogue"]
    assert [(line.emotion, line.off) for line in spoken] == [("sad", False), ("neutral", True)]


def test_an_unknown_verb_is_said_and_moves_neutrally():
    film = plan(parse("INT. ROOM - DAY\n\nANNA (30) flumps onto the sofa.\n\nANNA\nOof.\n"))
    doing = film.scenes[0].lines[0].doings[0]
    assert (doing.motion, doing.words) == ("", "flumps onto the sofa")
    assert any("flumps" in one for one in film.said)


def test_a_script_that_is_hardly_one():
    for text in ("", "\n\n", "Title: A\n\n", "/* nothing */"):
        with pytest.raises(MediaError, match="empty"):
            plan(parse(text))
    film = plan(parse("Anna opens the door. She screams.\n"))
    assert len(film.scenes) == 1 and any("no scene headings" in one for one in film.said)
    film = plan(parse("INT. HALL - DAY\n\nEXT. YARD - DAY\n"))
    assert [len(scene.shots) for scene in film.scenes] == [1, 1] and any("empty" in one for one in film.said)


def test_two_people_of_one_name_are_told():
    film = plan(parse("INT. BAR - DAY\n\nJOHN (20) sits.\n\nJOHN\nHi.\n\nJOHN (60), bald, enters.\n\nJOHN\nHello.\n"))
    assert len(film.people) == 1 and any("two people" in one and "John" in one for one in film.said)


def test_voices_crowds_and_songs():
    film = plan(parse(
        "EXT. SQUARE - DAY\n\nANNA (30), BEN (40) and EVE (9) stand in the square.\n\nANNA\nListen.\n\nALL\nWhat?\n\n"
        "ANNA AND BEN\nThere!\n\nEVE\n~La la la\n\nMAYOR (V.O.)\nCitizens!\n\nBEN'S VOICE\nYes?\n"
    ))  # fmt: skip
    assert [one.name for one in film.people] == ["Anna", "Ben", "Eve", "Mayor"]
    by = [(line.kind, line.who, line.off) for line in film.scenes[0].lines if line.who]
    assert by == [("dialogue", "anna", False), ("dialogue", "anna", False), ("dialogue", "ben", False),
                  ("dialogue", "anna", False), ("dialogue", "ben", False), ("lyric", "eve", False),
                  ("dialogue", "mayor", True), ("dialogue", "ben", True)]  # fmt: skip
    assert film.person("eve").look.build == "child"
    assert all("mayor" not in shot.subjects for shot in film.shots)


def test_long_speeches_are_broken_by_who_listens():
    speech = " ".join(["word"] * 60)
    film = plan(parse(f"INT. BAR - DAY\n\nANNA\nYes.\n\nBEN\n{speech}\n\nANNA\nNo.\n"))
    assert [(shot.kind, shot.subjects) for shot in shot_of(film, speech)][1] == ("reaction", ("anna",))
    times = [one for one in timing.schedule(film) if one.line == "1.02"]
    assert len(times) == 1 and times[0].end - times[0].start == pytest.approx(21.0, abs=0.1)


def test_a_director_changes_the_grammar(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[pace]\nside = -1\n[rule.first_words]\nuse = false\n[rule.exchange]\nlens = 85\nangle = "low"\n')
    film = plan(parse(PAGE), grammar=own)
    assert {shot.side for shot in film.shots} == {-1}
    assert shot_of(film, "We're closed")[0].kind == "over-shoulder"
    assert (shot_of(film, "We're closed")[0].lens, shot_of(film, "We're closed")[0].angle) == (85.0, "low")
    for text, told in [
        ("[rule.exchang]\nlens = 1", "exchang"), ('[rule.exchange]\nsize = "huge"', "huge"),
        ("[rule.exchange]\nlens = 1", "lens"),
        ("[pace]\nside = 3", "side"), ("[", "TOML"), ("[rule.exchange]\nzoom = 2", "zoom"), ("[rules]\na = 1", "rules"),
    ]:  # fmt: skip
        own.write_text(text)
        with pytest.raises(UsageError, match=told):
            plan(parse(PAGE), grammar=own)


def test_every_rule_can_be_left_out(tmp_path):
    from maquette.makers.film.grammar import grammar

    own = tmp_path / "own.toml"
    own.write_text("".join(f"[rule.{name}]\nuse = false\n" for name in grammar().rules))
    film = plan(parse(PAGE), grammar=own)
    assert {id for shot in film.shots for id in shot.lines} == set(lines(film))


@pytest.mark.slow
def test_a_hundred_and_twenty_pages_take_seconds_and_little_memory():
    import tracemalloc

    text = parse(PAGE).head + "".join(PAGE.split("FADE IN:", 1)[1].replace("CAFE", f"CAFE {n}") for n in range(100))
    tracemalloc.start()
    began = time.perf_counter()
    film = plan(parse(text))
    took, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(film.scenes) == 200 and took < 30 and peak < 150e6


def test_looks_are_drawable():
    assert Look() == Look() and plan(parse(PAGE)).people[0].look.build in ("slim", "average", "stocky", "tall", "old")


SEEN = """\
INT. KITCHEN - NIGHT

LENA (28), long red hair, in a grey coat, stands by the door. A lamp stands on the table.

A POLICEMAN (50) in uniform waits. DAN (20) in a wet cap and ROSA (70) in a straw hat wait. МИТЯ (8) waits.

NADIA (40), short hair, waits. IGOR (60), grey, waits.

LENA
Good night.
"""


def test_people_wear_and_are_what_is_written():
    looks = {one.name: one.look for one in plan(parse(SEEN)).people}
    assert (looks["Lena"].hair, looks["Lena"].hair_colour) == ("long", "#a3472a")
    assert looks["Policeman"].top == "#2f3d5c" and looks["Policeman"].hair in ("short", "bald")
    assert looks["Rosa"].hat == "straw hat" and looks["Dan"].hat == "cap"
    assert looks["Митя"].build == "child" and looks["Митя"].hair == "short"
    assert looks["Nadia"].hair == "bob" and looks["Igor"].hair != "bald"
    assert not looks["Dan"].beard


def test_what_somebody_wears_is_no_thing_on_the_set():
    assert {one.kind for one in plan(parse(SEEN)).scenes[0].props} == {"door", "table lamp", "table"}
