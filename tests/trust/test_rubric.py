"""The official asset rubric of the C2PA conformance programme passes whole: 31 of 31, without a warning.

Evaluated by json-formula under Node, a tool for development only: `make test` installs it into tests/tools.
"""

from __future__ import annotations

import dataclasses
import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from maquette.trust import credentials, models, picture_marks, seal
from trust.samples import FILES, ROCKET, a_work

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tests" / "tools"
RUBRICS = ROOT.parent / "shared" / "reference" / "c2pa"
CONFORMANCE = "asset-rubric-conformance0.2-spec2.4.yml"
MANNERS = ("created", "edited", "adopted", "found")

pytestmark = [
    pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed"),
    pytest.mark.skipif(
        not (TOOLS / "node_modules" / "@adobe" / "json-formula").is_dir(),
        reason="json-formula is not installed: `make test` puts it into tests/tools",
    ),
    pytest.mark.skipif(not (RUBRICS / CONFORMANCE).is_file(), reason=f"the rubric is not there: {RUBRICS.name}"),
]


def evaluate(rubric: str, files: list[Path]) -> list[dict]:
    command = ["node", str(TOOLS / "rubric.mjs"), str(RUBRICS / rubric), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()]


def crjson(made, mime: str, anchors, out: Path) -> Path:
    sidecar = made.sidecar
    told = credentials.examine(io.BytesIO(made.data), mime, anchors, sidecar)
    out.write_text(json.dumps(told["crjson"]), encoding="utf-8")
    return out


@pytest.fixture(scope="module")
def every_manner(sealed, ada, tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("crjson")
    works = {f"{kind}-{manner}": sealed(kind, manner) for kind in FILES for manner in MANNERS}
    # What differs in its manifest: no prompt; no checkpoint; a person's icon as the parent; a stamp placed in it.
    parent = dataclasses.replace(ROCKET, relation="parentOf")
    works |= {
        "svg-private": sealed(private=True),
        "svg-ngram": sealed(work=a_work(how="ngram", checkpoint=""), card={}),
        "svg-after": sealed(work=a_work(how="after", ingredients=(parent, ROCKET)), training="constrained"),
        "svg-placed": sealed(action="edited", parents=[seal.Parent(*FILES["svg"]), seal.Parent(*FILES["png"])]),
        "png-marked": sealed("png", mark=picture_marks.Mark(0x12345678)),
        "jpg-two": sealed("jpg", action="edited", parents=[seal.Parent(*FILES["jpg"]), seal.Parent(*FILES["png"])]),
        "svg-restyled": sealed(
            work=a_work(how="found", checkpoint="", ingredients=(parent,), trace={"restyled": True})
        ),
    }
    told = {name: FILES[name.partition("-")[0]][1] for name in works}
    return [crjson(made, told[name], (ada.root,), folder / f"{name}.crjson") for name, made in works.items()]


def test_created_edited_adopted_and_found_works_pass_the_whole_rubric(every_manner):
    reports = evaluate(CONFORMANCE, every_manner)
    assert len(reports) == len(FILES) * len(MANNERS) + 7
    for report in reports:
        assert (report["passed"], report["failed"], report["warned"]) == (31, [], []), report


def test_the_seal_of_a_model_passes_the_whole_rubric(tiny_box, ada, tmp_path):
    data, sidecar = (tiny_box / "card.json").read_bytes(), models.seal_model(tiny_box, signer=ada)
    told = credentials.examine(io.BytesIO(data), models.MIME, (ada.root,), sidecar)
    (tmp_path / "model.crjson").write_text(json.dumps(told["crjson"]), encoding="utf-8")
    (report,) = evaluate(CONFORMANCE, [tmp_path / "model.crjson"])
    assert (report["passed"], report["failed"], report["warned"]) == (31, [], [])


def test_the_integrity_rubric_passes_for_a_reader_who_trusts_the_root(every_manner):
    reports = evaluate("asset-rubric-integrity.yml", every_manner)
    assert all(report["failed"] == [] for report in reports)


def test_the_rubric_is_really_asked(sealed, ada, tmp_path):
    made = crjson(sealed(), "image/svg+xml", (ada.root,), tmp_path / "good.crjson")
    document = json.loads(made.read_text(encoding="utf-8"))
    assertions = document["manifests"][0]["assertions"]
    del assertions["c2pa.actions.v2"]["allActionsIncluded"]
    assertions["c2pa.actions.v2"]["actions"][0]["parameters"]["description"] = "misplaced"
    worse = tmp_path / "worse.crjson"
    worse.write_text(json.dumps(document), encoding="utf-8")
    (report,) = evaluate(CONFORMANCE, [worse])
    assert report["failed"] == ["validation:mandatory_all_actions_included"]
    assert report["warned"] == ["validation:discouraged_legacy_action_parameters"]
