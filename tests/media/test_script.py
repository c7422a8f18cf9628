"""Fountain: what a writer typed is kept to the byte, and read as other programs read it."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.core.errors import MediaError
from maquette.media import script, script_fdx, table
from maquette.media.script import Element, Script, parse, to_fountain

ROOT = Path(__file__).resolve().parents[2]
PLAYS = ROOT.parent / "shared" / "data" / "text" / "texts.jsonl.zst"

PAGE = """\
Title:
    _**The Last Train**_
    a page
Credit: written by
Author: V. Hall
Draft date: 3/1/2026

FADE IN:

= A woman waits.

# Act One

INT. STATION CAFE - NIGHT #12A#

Rain. [[is it raining?]] The clock says ten to midnight.
    A second line, set in.

VERA (60) wipes a table. /* she sang here

once */ She hums.

VERA
We're closed.

TOM (O.S.)
(out of breath)
The *last* train.
\x20\x20
Has it gone?

VERA ^
~Gone, gone,
~gone away

!BANG

.ПЛАТФОРМА - РАССВЕТ

@МcКей (з.к.)
Да.

> SMASH TO:

ext. platform - dawn

> THE END <

===

CUT TO:

[[a note by itself
in two lines]]
"""


def meaning(found: Script) -> list[tuple[object, ...]]:
    return [(e.kind, e.text, e.number, e.depth, e.dual, e.notes) for e in found.elements]


def bare(found: Script) -> Script:
    """The same script as if it had never been in a file."""
    elements = tuple(dataclasses.replace(element, raw="", gap="") for element in found.elements)
    return dataclasses.replace(found, head="", elements=elements)


@pytest.fixture(scope="module")
def page() -> Script:
    return parse(PAGE)


def test_an_unedited_script_is_written_byte_for_byte(page):
    assert to_fountain(page) == PAGE
    for end in ("\r\n", "\r"):
        assert to_fountain(parse(PAGE.replace("\n", end))) == PAGE.replace("\n", end)


def test_every_kind_is_known(page):
    kinds = [element.kind for element in page.elements]
    assert kinds == [
        "action", "synopsis", "section", "heading", "action", "action", "cue", "dialogue", "cue", "parenthetical",
        "dialogue", "cue", "lyric", "action", "heading", "cue", "dialogue", "transition", "heading", "centred",
        "page break", "transition", "note",
    ]  # fmt: skip
    assert page.title == "The Last Train a page" and page.author == "V. Hall"
    heading = page.elements[3]
    assert (heading.text, heading.number) == ("INT. STATION CAFE - NIGHT", "12A")
    assert page.elements[4].notes == ("is it raining?",)
    assert page.elements[4].text.endswith("\n    A second line, set in.")
    assert "sang" not in page.elements[5].text
    assert page.elements[8].name == "TOM" and page.elements[8].extensions == ("O.S.",)
    assert page.elements[10].text == "The *last* train.\n\nHas it gone?" and "last" in page.elements[10].plain
    assert page.elements[11].dual and page.elements[12].text == "Gone, gone,\ngone away"
    assert page.elements[14].text == "ПЛАТФОРМА - РАССВЕТ" and page.elements[15].name == "МcКей"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ИНТ. КУХНЯ - НОЧЬ\n", "heading"),
        (".кухня\n", "heading"),
        (".厨房\n", "heading"),
        ("...а потом\n", "action"),
        ("INTERNAL AFFAIRS\n", "action"),
        ("Est il venu?\n", "action"),
        ("INT./EXT CAR - DAY\n", "heading"),
        ("I. Newton walks in.\n", "action"),
        ("АННА\nДа.\n", "cue"),
        ("R2D2\nBeep.\n", "cue"),
        ("23\nYes.\n", "action"),
        ("@23\nYes.\n", "cue"),
        ("!АННА\nДа.\n", "action"),
        ("CUT TO:\n", "transition"),
        ("====\n", "page break"),
    ],
)
def test_a_line_is_what_a_writer_means(text, kind):
    assert parse(text).elements[0].kind == kind


def test_fade_in_is_no_title_page():
    assert parse("FADE IN:\n\nINT. HALL - DAY\n").title_page == ()
    assert parse("INT. HOUSE: KITCHEN - DAY\n\nRain.\n").elements[0].kind == "heading"
    assert parse("Название: Ключ\nАвтор: Ким\n\nСнег.\n").title == "Ключ"


def test_an_edited_line_leaves_all_others_as_they_were(page):
    elements = list(page.elements)
    elements[7] = elements[7].edited("We are closed.\nGo home.")
    written = to_fountain(dataclasses.replace(page, elements=tuple(elements)))
    assert written == PAGE.replace("We're closed.", "We are closed.\nGo home.")


def test_text_that_looks_like_something_else_is_forced():
    made = Script((), tuple(Element(*one) for one in [
        ("heading", "кухня"), ("action", "INT. IS A WORD"), ("cue", "Mary"), ("dialogue", "Yes."),
        ("transition", "Fade away"), ("action", "# not a section"), ("action", "JOHN\nis here"), ("action", "~"),
    ]))  # fmt: skip
    assert [(e.kind, e.text) for e in parse(to_fountain(made)).elements] == [(e.kind, e.text) for e in made.elements]


def test_it_is_a_medium_of_the_library(tmp_path, page):
    (tmp_path / "a.fountain").write_bytes(PAGE.encode())
    found = table.open_media(tmp_path / "a.fountain")
    assert table.to_bytes(found, title="x", comment="")[0] == PAGE.encode() and table.same(found, page)
    commented = table.to_bytes(found, title="", comment="made */ by hand")[0].decode()
    assert [one[0] for one in meaning(parse(commented))[:-1]] == [one[0] for one in meaning(page)]
    script.write(page, tmp_path / "b.fdx")
    assert meaning(table.open_media(tmp_path / "b.fdx"))[3] == meaning(page)[3]


def test_old_encodings_and_what_is_no_text(tmp_path):
    for codec in ("utf-8", "utf-16", "cp1251"):
        (tmp_path / "a.fountain").write_bytes("АННА\nПривет, мама.\n".encode(codec))
        assert script.read(tmp_path / "a.fountain").elements[0].name == "АННА", codec
    (tmp_path / "b.fountain").write_bytes(b"\x89PNG\x00\xff\xfe\x00")
    with pytest.raises(MediaError, match="no text"):
        script.read(tmp_path / "b.fountain")
    with pytest.raises(MediaError, match="cannot be read"):
        script.read(tmp_path / "none.fountain")


def test_final_draft_and_back(page):
    back = script_fdx.from_fdx(script_fdx.to_fdx(page))
    assert meaning(back) == meaning(page)
    assert back.title == page.title


def test_final_draft_keeps_emphasis_and_dual_dialogue():
    text = "A *soft* and **hard** and _low_ and ***both*** 2*3*4 word.\n\nANNA\nYes.\n\nBEN ^\nNo.\n"
    data = script_fdx.to_fdx(parse(text))
    assert b"<DualDialogue>" in data and b'Style="Bold+Italic"' in data
    assert meaning(script_fdx.from_fdx(data)) == meaning(parse(text))


def test_final_draft_files_of_other_programs_are_read():
    data = """<?xml version="1.0" encoding="UTF-8"?><FinalDraft DocumentType="Script" Version="5"><Content>
    <Paragraph Number="4" Type="Scene Heading"><SceneProperties Length="1/8" Page="1" Title=""><Summary>
      <Paragraph><Text>They meet.</Text></Paragraph></Summary></SceneProperties><Text>INT. BAR - DAY</Text></Paragraph>
    <Paragraph Type="Action"><Text>Ann </Text><Text AdornmentStyle="0" Color="#000000000000" Style="AllCaps">runs</Text>
      <Text Style="Bold+Italic"> in</Text><Text>.</Text></Paragraph>
    <Paragraph Type="Character"><Text>Chad</Text></Paragraph><Paragraph Type="Dialogue"><Text>Not</Text></Paragraph>
    <Paragraph Type="Dialogue"><Text></Text></Paragraph><Paragraph Type="Parenthetical"><Text>(slow</Text></Paragraph>
    <DualDialogue><Paragraph Type="Character"><Text>ANN</Text></Paragraph><Paragraph Type="Dialogue"><Text>A</Text>
    </Paragraph><Paragraph Type="Character"><Text>BO</Text></Paragraph><Paragraph Type="Dialogue"><Text>B</Text>
    </Paragraph></DualDialogue><Paragraph Type="Shot"><Text>CLOSE ON: A KEY</Text></Paragraph>
    <Paragraph Type="Dialogue"><Text>A card.</Text></Paragraph><Paragraph Type="Odd"><Text>Hm.</Text></Paragraph>
    </Content><TitlePage><Content><Paragraph Alignment="Center"><Text>THE KEY</Text></Paragraph><Paragraph><Text>by
    </Text></Paragraph><Paragraph><Text>A. Writer</Text></Paragraph></Content></TitlePage></FinalDraft>"""
    found = script_fdx.from_fdx(data.encode())
    assert (found.title, found.author) == ("THE KEY", "A. Writer")
    assert [(e.kind, e.text) for e in found.elements] == [
        ("heading", "INT. BAR - DAY"), ("synopsis", "They meet."), ("action", "Ann runs ***in***."), ("cue", "Chad"),
        ("dialogue", "Not"), ("parenthetical", "slow"), ("cue", "ANN"), ("dialogue", "A"), ("cue", "BO"),
        ("dialogue", "B"), ("action", "CLOSE ON: A KEY"), ("action", "A card."), ("action", "Hm."),
    ]  # fmt: skip
    assert found.elements[0].number == "4" and found.elements[8].dual and "'Odd'" in found.said[0]
    assert [(e.kind, e.text) for e in parse(to_fountain(found)).elements] == [(e.kind, e.text) for e in found.elements]


@pytest.mark.parametrize(
    "data", [b"", b"<a>", b"<a/>", b"\x00\x01", b'<!DOCTYPE a [<!ENTITY b "c">]><FinalDraft>&b;</FinalDraft>']
)
def test_a_broken_final_draft_file_is_refused_in_words(data):
    with pytest.raises(MediaError, match=r"FDX|Final Draft"):
        script_fdx.from_fdx(data, where="a.fdx")


LETTERS = st.sampled_from("ab zAB éЖдя.,!*_~@#>=^()[]/\\-:1 2\t")
LINE = st.text(LETTERS, max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            LINE,
            st.sampled_from(
                ["", "  ", "INT. A - DAY", "ANNA", "(so)", "/* x", "*/", "[[n]]", "[[", "> a <", "CUT TO:", "Title: a"]
            ),
        ),
        max_size=16,
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_text_comes_back_byte_for_byte(lines, end):
    text = end.join(lines)
    found = parse(text)
    assert to_fountain(found) == text
    script_fdx.from_fdx(script_fdx.to_fdx(found))


WORD = st.text("abcdeЖдфé", min_size=1, max_size=6)
WORDS = st.lists(WORD, min_size=1, max_size=5).map(" ".join)
NAME = st.text("ABCЖДФ", min_size=2, max_size=6)
SPEECH = st.builds(
    lambda name, dual, parts: [Element("cue", name, dual=dual), *parts],
    NAME, st.booleans(),
    st.lists(st.builds(Element, st.sampled_from(["parenthetical", "lyric"]), WORDS), max_size=1)
    .flatmap(lambda some: WORDS.map(lambda t: [*some, Element("dialogue", t)])),
)  # fmt: skip
OTHER = st.one_of(
    st.builds(lambda t, n: [Element("heading", f"INT. {t}", number=n)], WORDS, st.sampled_from(["", "1", "12A"])),
    WORDS.map(lambda t: [Element("heading", t)]),
    st.lists(WORDS, min_size=1, max_size=3).map(lambda rows: [Element("action", "\n".join(rows))]),
    NAME.map(lambda t: [Element("action", t)]),
    WORDS.map(lambda t: [Element("transition", t)]),
    WORDS.map(lambda t: [Element("centred", t)]),
    st.builds(lambda t, d: [Element("section", t, depth=d)], WORDS, st.integers(1, 6)),
    WORDS.map(lambda t: [Element("synopsis", t)]),
    WORDS.map(lambda t: [Element("note", t)]),
    st.just([Element("page break", "")]),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(SPEECH, OTHER), max_size=8))
def test_a_script_made_by_a_program_comes_back_as_it_was(parts):
    made = Script((("Title", "a"),), tuple(element for part in parts for element in part), title="a")
    assert meaning(parse(to_fountain(made))) == meaning(made)
    assert meaning(script_fdx.from_fdx(script_fdx.to_fdx(made))) == meaning(made)


def test_other_readers_of_fountain_find_the_same():
    witness = pytest.importorskip("screenplain.parsers.fountain")
    jouvence = pytest.importorskip("jouvence.parser")
    text = "Title: A\n\nINT. HALL - DAY\n\nRain falls.\n\nANNA\n(low)\nYes.\n\nBEN\nNo.\n\n"
    text += "CUT TO:\n\nEXT. YARD - DAY\n\nSnow.\n"
    ours = [element.kind for element in parse(text).elements]
    theirs = [type(one).__name__ for one in witness.parse(io.StringIO(text))]
    assert theirs == ["Slug", "Action", "Dialog", "Dialog", "Transition", "Slug", "Action"]
    assert [kind for kind in ours if kind not in ("dialogue", "parenthetical")] == [
        "heading", "action", "cue", "cue", "transition", "heading", "action",
    ]  # fmt: skip
    document = jouvence.JouvenceParser().parseString(text)
    assert len(document.scenes) == ours.count("heading")


@pytest.mark.data
@pytest.mark.skipif(not PLAYS.is_file(), reason="the shared plays are not here")
def test_real_plays_come_back_from_fountain_and_from_final_draft():
    zstandard = pytest.importorskip("zstandard")
    read = 0
    with PLAYS.open("rb") as file:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), "utf-8"):
            if '"form": "play"' not in line[:4000] or not 8000 < len(line) < 45000:
                continue
            record = json.loads(line)
            found = parse(record["fountain"])
            assert to_fountain(found) == record["fountain"], record["id"]
            assert sum(element.kind == "cue" for element in found.elements) == record["speeches"], record["id"]
            assert meaning(parse(to_fountain(bare(found)))) == meaning(found), record["id"]
            assert meaning(script_fdx.from_fdx(script_fdx.to_fdx(found))) == meaning(found), record["id"]
            read += 1
            if read == 2:
                break
    assert read == 2
