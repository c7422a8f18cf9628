"""What a creator may rely on about her keys."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from maquette.core.errors import CredentialError, UsageError
from maquette.core.settings import Places
from maquette.trust import keys


@pytest.fixture
def here(tmp_path: Path) -> Places:
    return Places(tmp_path / "home", tmp_path / "config")


def test_keys_are_made_at_first_use_in_a_name_that_tells_nothing(here):
    first = keys.signer(here)
    assert first.name == keys.NEUTRAL_NAME
    assert keys.signer(here) == first
    assert "PRIVATE" not in repr(first)


def test_the_certificates_are_what_c2pa_readers_demand(here):
    from cryptography import x509

    mine = keys.create(here, "Ada")
    leaf, root = x509.load_pem_x509_certificates(mine.chain)
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days > 365 * 10
    usages = [usage.dotted_string for usage in leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value]
    assert usages == ["1.3.6.1.5.5.7.3.4", keys.CLAIM_SIGNING]
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert leaf.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    leaf.verify_directly_issued_by(root)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_only_the_owner_may_read_the_keys(here):
    keys.signer(here)
    files = [file for file in here.keys.rglob("*") if file.is_file()]
    assert files and all(file.stat().st_mode & 0o777 == 0o600 for file in files)
    assert here.keys.stat().st_mode & 0o777 == 0o700


def test_two_programs_that_start_at_once_end_with_one_pair(here):
    script = (
        "import sys; from pathlib import Path; from maquette.core.settings import Places\n"
        "from maquette.trust import keys\n"
        f"print(keys.signer(Places(Path({str(here.home)!r}), Path({str(here.config)!r}))).fingerprint)"
    )
    running = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = {process.communicate(timeout=60)[0] for process in running}
    assert said == {keys.signer(here).fingerprint + "\n"}
    assert sorted(file.name for file in here.keys.iterdir()) == ["personal"]


def test_a_new_name_keeps_the_root(here):
    first = keys.signer(here)
    named = keys.create(here, "  Ада   Лавлейс ")
    assert (named.name, named.fingerprint) == ("Ада Лавлейс", first.fingerprint)
    assert named.chain != first.chain
    assert keys.show(here)["name"] == "Ада Лавлейс"


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "a\x00b"])
def test_a_name_that_cannot_stand_in_a_certificate_is_refused(here, name):
    with pytest.raises(UsageError, match="1 to 64"):
        keys.create(here, name)


@pytest.mark.parametrize("name", ["ж" * 64, "Zoë O'Neill, Jr.", "🦔"])
def test_names_of_every_alphabet_sign(here, name):
    assert keys.create(here, name).name == name


def test_the_exported_root_holds_no_key_and_overwrites_nothing(here, tmp_path):
    out = keys.export_root(here, tmp_path / "root.pem")
    assert b"PRIVATE" not in out.read_bytes()
    with pytest.raises(UsageError, match="exists already"):
        keys.export_root(here, out)


@pytest.mark.parametrize("content", [b"", b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_is_no_root_is_not_trusted(here, tmp_path, content):
    (tmp_path / "root.pem").write_bytes(content)
    with pytest.raises(CredentialError, match="root"):
        keys.trust(here, tmp_path / "root.pem")


def test_a_leaf_alone_is_not_trusted_as_a_root(here, tmp_path):
    mine = keys.signer(here)
    (tmp_path / "leaf.pem").write_bytes(mine.chain.replace(mine.root, b""))
    with pytest.raises(CredentialError, match="may not vouch"):
        keys.trust(here, tmp_path / "leaf.pem")


def test_a_backup_brings_the_same_keys_back(here, tmp_path):
    mine = keys.create(here, "Ada")
    saved = keys.backup(here, tmp_path / "keys.json", "a long enough phrase")
    assert b"PRIVATE" not in saved.read_bytes() and b"Ada" not in saved.read_bytes()
    elsewhere = Places(tmp_path / "h2", tmp_path / "c2")
    assert keys.restore(elsewhere, saved, "a long enough phrase") == mine


def test_restoring_over_other_keys_loses_nothing(here, tmp_path):
    saved = keys.backup(here, tmp_path / "keys.json", "a long enough phrase")
    elsewhere = Places(tmp_path / "h2", tmp_path / "c2")
    old = keys.create(elsewhere, "Old me")
    keys.restore(elsewhere, saved, "a long enough phrase")
    assert keys.signer(elsewhere).fingerprint == keys.signer(here).fingerprint
    assert old.root in keys.anchors(elsewhere)
    (kept,) = [folder for folder in elsewhere.keys.iterdir() if folder.name.startswith("personal-before-")]
    assert (kept / "leaf.pem").is_file()


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"format": "maquette-keys-1", "kdf": {}}'])
def test_what_is_no_backup_is_refused(here, tmp_path, content):
    (tmp_path / "keys.json").write_bytes(content)
    with pytest.raises(CredentialError, match="no backup"):
        keys.restore(here, tmp_path / "keys.json", "a long enough phrase")


def test_a_wrong_or_short_passphrase_is_refused(here, tmp_path):
    with pytest.raises(UsageError, match="too short"):
        keys.backup(here, tmp_path / "keys.json", "short")
    saved = keys.backup(here, tmp_path / "keys.json", "a long enough phrase")
    with pytest.raises(CredentialError, match="does not open"):
        keys.restore(here, saved, "another long phrase")


def test_damaged_keys_are_named_and_left_alone(here):
    keys.signer(here)
    leaf = here.keys / "personal" / "leaf.pem"
    leaf.write_bytes(b"rubbish")
    with pytest.raises(CredentialError, match="damaged"):
        keys.signer(here)
    assert leaf.read_bytes() == b"rubbish"


def test_a_place_that_cannot_be_written_is_an_error_in_three_parts(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CredentialError) as caught:
        keys.signer(Places(tmp_path / "file", tmp_path / "file"))
    assert caught.value.where and caught.value.mend
