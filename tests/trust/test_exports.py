"""Sealing exports: one parent or many parts, whatever the icons' files are like, by the official rubric."""

from __future__ import annotations

import io
import json

import pytest

from maquette.core.errors import RightsError
from maquette.trust import credentials
from maquette.trust.exports import Part, list_of, seal_export
from trust.samples import FILES
from trust.test_rubric import CONFORMANCE, evaluate
from trust.test_rubric import pytestmark as rubric_marks

SVG, SVG_MIME = FILES["svg"]
PNG, PNG_MIME = FILES["png"]


@pytest.fixture
def export_of(ada):
    def made(parts, data=SVG, mime=SVG_MIME):
        return seal_export(parts, data, mime, name="mine", what="a test", signer=ada, trace={"export": {"kind": "svg"}})

    return made


@pytest.fixture
def read(ada):
    def told(made, mime=SVG_MIME):
        return credentials.examine(io.BytesIO(made.data), mime, (ada.root,), made.sidecar)

    return told


def actions(told):
    assertions = told["crjson"]["manifests"][0]["assertions"]
    return [one["action"] for one in assertions["c2pa.actions.v2"]["actions"]]


def test_an_export_of_one_icon_opens_it_and_one_of_many_places_them(export_of, read):
    one = read(export_of([Part("bell", SVG)]))
    many = read(export_of([Part("bell", SVG), Part("key", PNG, PNG_MIME)]))
    assert (actions(one), actions(many)) == (["c2pa.opened", "c2pa.converted"], ["c2pa.created", "c2pa.placed"])
    assert one["state"] == many["state"] == "Trusted"


def test_an_icon_without_a_credential_is_a_parent_whatever_its_bytes(export_of, read):
    for data in (SVG.decode().encode("utf-16"), b"", b"<svg"):
        assert read(export_of([Part("odd", data)]))["state"] == "Trusted"


def test_a_signed_icon_takes_its_whole_history_along(export_of, read, sealed):
    part = Part("rocket", sealed("svg").data, SVG_MIME, signed=True)
    assert len(read(export_of([part]))["crjson"]["manifests"]) == 2


@pytest.mark.parametrize("mime", ["application/pdf", "image/jpeg", "font/ttf", "application/json"])
def test_what_cannot_be_embedded_into_is_held_by_its_sidecar(export_of, read, mime):
    data = {"application/pdf": b"%PDF-1.4\n%%EOF\n", "image/jpeg": b"\xff\xd8\xff\xd9"}.get(mime, b"any bytes")
    made = export_of([Part("bell", SVG), Part("key", SVG)], data, mime)
    assert made.sidecar and made.data == data
    assert credentials.examine(io.BytesIO(data), credentials.OTHER, (), made.sidecar)["state"] in ("Trusted", "Valid")


def test_reserved_icons_are_refused_by_name(export_of):
    with pytest.raises(RightsError, match="bell by Eve"):
        export_of([Part("bell", SVG, author="Eve", licence="LicenseRef-all-rights-reserved")])


def test_the_list_of_a_folder_names_files_and_people():
    told = json.loads(list_of({"a.js": b"a"}, [Part("bell", SVG, author="Ада", licence="ISC")], "a test"))
    assert list(told["files"]) == ["a.js"] and told["icons"][0]["author"] == "Ада"


class TestRubric:
    pytestmark = rubric_marks

    def test_exports_pass_the_whole_rubric(self, export_of, read, sealed, tmp_path):
        signed = Part("rocket", sealed("svg").data, SVG_MIME, signed=True)
        plain = [Part("bell", SVG, author="Ada", licence="ISC"), Part("key", SVG)]
        told = [read(export_of([signed])), read(export_of(plain[:1])), read(export_of([signed, *plain]))]
        told.append(read(export_of(plain, b"{}", "application/json"), "application/json"))
        paths = []
        for number, one in enumerate(told):
            paths.append(tmp_path / f"{number}.crjson")
            paths[-1].write_text(json.dumps(one["crjson"]), encoding="utf-8")
        for report in evaluate(CONFORMANCE, paths):
            assert (report["passed"], report["failed"], report["warned"]) == (31, [], []), report
