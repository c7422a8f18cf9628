"""A creator may learn from her own signed works, and from nobody else's marked ones."""

from __future__ import annotations

import pytest

from maquette.core.errors import RightsError
from maquette.data import rights
from maquette.data.dataset import open_dataset
from maquette.trust.own import signed_by_me


def folder_of(folder, data, licence):
    (folder / "rocket.svg").write_bytes(data)
    (folder / "licence.toml").write_text(f'licence = "{licence}"')
    return open_dataset(folder).items


def test_the_no_that_she_signed_herself_is_meant_for_others(tmp_path, sealed, at):
    items = folder_of(tmp_path, sealed().data, "LicenseRef-own")
    with pytest.raises(RightsError, match="notAllowed"):
        rights.require_training(items, tmp_path)
    rights.require_training(items, tmp_path, mine=lambda paths: signed_by_me(paths, at=at))


def test_the_no_of_somebody_else_stays_a_no_whatever_the_listing_claims(tmp_path, sealed, bob, at):
    items = folder_of(tmp_path, sealed(signer=bob).data, "LicenseRef-own")
    with pytest.raises(RightsError, match="notAllowed"):
        rights.require_training(items, tmp_path, mine=lambda paths: signed_by_me(paths, at=at))


def test_her_own_work_after_somebody_elses_marked_one_stays_a_no(tmp_path, sealed, bob, at):
    from maquette.trust import seal

    theirs = sealed(signer=bob)
    parent = seal.Parent(theirs.data, "image/svg+xml", None, "rocket.svg")
    items = folder_of(tmp_path, sealed(action="edited", parents=[parent]).data, "LicenseRef-own")
    with pytest.raises(RightsError, match="notAllowed"):
        rights.require_training(items, tmp_path, mine=lambda paths: signed_by_me(paths, at=at))


def test_a_changed_file_is_not_her_own_any_more(tmp_path, sealed, at):
    data = sealed().data.replace(b"currentColor", b"currentcolor", 1)
    items = folder_of(tmp_path, data, "LicenseRef-own")
    with pytest.raises(RightsError):
        rights.require_training(items, tmp_path, mine=lambda paths: signed_by_me(paths, at=at))


def test_an_open_licence_does_not_lift_the_mark(tmp_path, sealed, at):
    items = folder_of(tmp_path, sealed().data, "CC0-1.0")
    with pytest.raises(RightsError, match="notAllowed"):
        rights.require_training(items, tmp_path, mine=lambda paths: signed_by_me(paths, at=at))
