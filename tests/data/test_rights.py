"""No licence, no training; and a work is offered only under what its sources allow."""

from __future__ import annotations

import pytest

from maquette.core.errors import RightsError
from maquette.data import rights
from maquette.data.dataset import Item


def item(name: str, licence: str) -> Item:
    return Item(id=f"{name}.svg", licence=licence)


@pytest.mark.parametrize(
    "licence", ["all-rights-reserved", "no-training", "CC-BY-ND-4.0", "CC-BY-NC-ND-4.0", "Good-Boy-License"]
)
def test_icons_that_forbid_training_are_refused_by_name(licence):
    with pytest.raises(RightsError, match=rf"1 of 2 items do not permit training: owl\.svg \(.*{licence}"):
        rights.require_training([item("fox", "CC0-1.0"), item("owl", licence)], "icons")


@pytest.mark.parametrize("licence", ["", "none", "unknown", "NOASSERTION", "MIT AND unknown"])
def test_an_icon_without_a_licence_is_refused_with_the_command_that_records_one(licence):
    with pytest.raises(RightsError, match=r"owl\.svg \(no licence\)") as caught:
        rights.require_training([item("owl", licence)], "my icons")
    assert 'maquette data licence "my icons" SPDX --author NAME' in caught.value.mend


@pytest.mark.parametrize(
    "licence", ["MIT", "isc", "Apache-2.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "own", "OFL-1.1", "MIT OR no-training"]
)
def test_icons_that_permit_training_are_taken(licence):
    rights.require_training([item("fox", licence)], "icons")


def test_a_reserved_record_file_is_refused(tmp_path):
    (tmp_path / "icons.jsonl").write_text("{}")
    (tmp_path / "tdmrep.json").write_text('[{"location": "/", "tdm-reservation": 1}]')
    with pytest.raises(RightsError, match=r"tdmrep\.json"):
        rights.require_training([item("fox", "MIT")], tmp_path / "icons.jsonl")


@pytest.mark.parametrize(
    ("sources", "offer", "allowed"),
    [
        (["MIT", "ISC"], "MIT", True),
        (["MIT"], "CC0-1.0", False),
        (["CC0-1.0"], "CC0-1.0", True),
        (["CC-BY-SA-4.0", "MIT"], "MIT", False),
        (["CC-BY-SA-4.0", "MIT"], "CC-BY-SA-4.0", True),
        (["CC-BY-NC-4.0"], "CC-BY-4.0", False),
        (["CC-BY-NC-4.0"], "own", True),
        (["CC-BY-ND-4.0"], "CC-BY-ND-4.0", False),
    ],
)
def test_a_work_is_offered_only_under_what_its_sources_allow(sources, offer, allowed):
    if allowed:
        rights.require_offer(sources, offer)
    else:
        with pytest.raises(RightsError, match="may not be offered"):
            rights.require_offer(sources, offer)
