"""Back ends of other packages: found, told, and never needed."""

from __future__ import annotations

from typing import Any

import pytest

from maquette.makers.big import hooks


class Llama:
    name, licence, lineage = "llama", "Apache-2.0", "not disclosed"

    def ready(self) -> str:
        return ""

    def answer(self, prompt: str, schema: Any) -> str:
        return '{"1A": {}}'


class Heavy(Llama):
    def ready(self) -> str:
        return "it needs a graphics card with 24 GB"


class Silent(Llama):
    lineage = ""


class Broken:
    def __init__(self) -> None:
        raise OSError("no weights")


class Point:
    def __init__(self, name: str, value: Any) -> None:
        self.name, self.value = name, value

    def load(self) -> Any:
        return self.value


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [Point("llm.llama", Llama), Point("llm.heavy", Heavy), Point("llm.silent", Silent),
              Point("tts.broken", Broken), Point("odd", Llama), Point("video.llama", Llama)]  # fmt: skip
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)


def test_every_back_end_tells_its_licence_its_lineage_and_its_state(installed: None) -> None:
    there = {f"{one.capability}.{one.name}": one for one in hooks.found()}
    assert there["llm.llama"].as_dict()["state"] == "ready"
    assert "24 GB" in there["llm.heavy"].why
    assert "lineage" in there["llm.silent"].why
    assert "no weights" in there["tts.broken"].why
    assert "not named" in there["odd."].why
    assert "restyle" in there["video.llama"].why


def test_without_a_back_end_the_local_way_is_taken_and_said() -> None:
    assert hooks.found() == ()
    done = hooks.with_backend("tts", "auto", lambda one: 1, lambda: 2)
    assert done.value == 2 and not done.by and "local way" in done.said[-1]
    assert hooks.with_backend("tts", "", lambda one: 1, lambda: 2).said == ()


def test_a_back_end_that_is_ready_is_named_with_its_licence(installed: None) -> None:
    done = hooks.with_backend("llm", "auto", lambda one: one.answer("", {}), lambda: "")
    assert done.by == "llama" and done.licence == "Apache-2.0" and "not disclosed" in done.said[0]


@pytest.mark.parametrize("name", ["heavy", "silent", "nobody"])
def test_one_that_cannot_run_is_no_error(name: str, installed: None) -> None:
    done = hooks.with_backend("llm", name, lambda one: "theirs", lambda: "ours")
    assert done.value == "ours" and done.said


def test_a_failure_or_a_wrong_answer_leads_to_the_local_way(installed: None) -> None:
    def fails(one: Any) -> str:
        raise RuntimeError("out of memory")

    done = hooks.with_backend("llm", "llama", fails, lambda: "ours")
    assert done.value == "ours" and "out of memory" in done.said[0]
    done = hooks.with_backend("llm", "llama", lambda one: "bad", lambda: "ours", check=lambda got: "it is no JSON")
    assert done.value == "ours" and "no JSON" in done.said[0]


def test_likenesses_are_never_made_by_themselves(installed: None) -> None:
    done = hooks.with_backend("face", "auto", lambda one: "theirs", lambda: "ours")
    assert done.value == "ours" and "by name" in done.said[0]
