"""A creator's own keys: a personal root, and under it the leaf that signs her works.

Made at first use, kept in the config folder, never sent anywhere. The certificate profile is the one that C2PA
readers demand of a leaf (C2PA 2.4, section 14.5.1): ES256, e-mail protection and C2PA claim signing, no CA. As there
is no time stamp offline, a file counts as invalid on the day its leaf runs out: so a leaf lives twenty years.

    keys/personal/root.pem  root.key  leaf.pem  prompt.salt      leaf.pem holds key, leaf and root in one file
    keys/trusted/FINGERPRINT.pem                                 roots of other people whom this creator trusts
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import hmac
import json
import os
import secrets
import shutil
import ssl
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import CredentialError, UsageError
from ..core.settings import Places

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, CertificateBuilder

NEUTRAL_NAME = "a Maquette user"
ROOT_YEARS, LEAF_YEARS = 40, 20
LONGEST_NAME = 64  # characters: the upper bound of a common name in X.520
CLAIM_SIGNING = "1.3.6.1.4.1.62558.2.1"  # extended key usage "C2PA claim signing"
BACKUP_FORMAT = "maquette-keys-1"
SCRYPT = {"n": 1 << 15, "r": 8, "p": 1}  # 32 MB and about 0.1 s a guess
FILES = ("root.pem", "root.key", "leaf.pem", "prompt.salt")


@dataclass(frozen=True)
class Signer:
    """Who signs: a name, the leaf with its root (PEM) and the leaf's key, which no repr ever shows."""

    name: str
    chain: bytes = field(repr=False)
    key: bytes = field(repr=False)
    root: bytes = field(repr=False)
    salt: bytes = field(repr=False, default=b"")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the root certificate, 64 hex digits: what two people compare by telephone."""
        return fingerprint(self.root)

    def seal_words(self, words: str, nonce: str) -> str:
        """A hash that only the holder of these keys can recompute from the words (HMAC-SHA-256, 64 hex digits)."""
        return hmac.new(self.salt, f"{nonce}:{words}".encode(), hashlib.sha256).hexdigest()


def signer(places: Places, name: str | None = None) -> Signer:
    """The creator's signer; at first use a root and a leaf are made, in `name` or in a neutral one.

    Two processes that start at once end with the same keys. Raises CredentialError if the folder cannot be used.
    """
    folder = places.keys / "personal"
    if not (folder / "leaf.pem").exists():
        _make_first(folder, _checked_name(name or NEUTRAL_NAME))
    return _read(folder)


def create(places: Places, name: str) -> Signer:
    """`keys create --name`: sign in this name from now on. The root stays, so earlier works stay trusted."""
    name = _checked_name(name)
    folder = places.keys / "personal"
    if not (folder / "leaf.pem").exists():
        _make_first(folder, name)
    if _read(folder).name != name:
        _write_private(folder / "leaf.pem", _new_leaf(name, (folder / "root.pem").read_bytes(), _root_key(folder)))
    return _read(folder)


def show(places: Places) -> dict[str, Any]:
    """What may be shown of the keys: name, fingerprint of the root, last day, whom this creator trusts."""
    folder = places.keys / "personal"
    trusted = [{"name": common_name(pem), "fingerprint": fingerprint(pem)} for pem in _trusted_roots(places)]
    if not (folder / "leaf.pem").exists():
        return {"name": None, "trusted": trusted}
    mine = _read(folder)
    ends = _certificate(mine.chain).not_valid_after_utc.date().isoformat()
    root = common_name(mine.root)
    return {"name": mine.name, "root": root, "fingerprint": mine.fingerprint, "until": ends, "trusted": trusted}


def export_root(places: Places, out: Path) -> Path:
    """Write the root's certificate (no key in it) for others to trust; an existing file is never overwritten."""
    return _write_new(out, signer(places).root)


def trust(places: Places, pem: Path) -> dict[str, str]:
    """Trust the root of another creator from now on. Returns its name and fingerprint, to be compared with hers."""
    root = read_root(pem)
    known = places.keys / "trusted" / f"{fingerprint(root)}.pem"
    _ready(known.parent)
    _write_private(known, root)
    return {"name": common_name(root), "fingerprint": fingerprint(root)}


def anchors(places: Places) -> tuple[bytes, ...]:
    """The roots that count as trusted: one's own, if there is one, and those of `keys trust` (PEM)."""
    try:
        own = [(places.keys / "personal" / "root.pem").read_bytes()]
    except OSError:
        own = []
    return (*own, *_trusted_roots(places))


def read_root(pem: Path) -> bytes:
    """The certificate authority in a PEM file; CredentialError if there is none."""
    try:
        data = pem.read_bytes()[: 1 << 16]
    except OSError as error:
        raise CredentialError("the certificate cannot be read", where=f"{pem}: {error.strerror}") from error
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import Encoding

        for certificate in x509.load_pem_x509_certificates(data):
            if certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
                return certificate.public_bytes(Encoding.PEM)
    except Exception as error:  # the parser raises many kinds, all of them mean: not a certificate
        raise CredentialError(
            "this is no root certificate",
            where=str(pem),
            mend="ask for the file that `maquette keys export-root` wrote",
        ) from error
    raise CredentialError(
        "the certificate here may not vouch for others", where=str(pem), mend="ask its owner for the root certificate"
    )


def backup(places: Places, out: Path, passphrase: str) -> Path:
    """Write the keys, encrypted with a passphrase (scrypt, AES-256-GCM), to a new file."""
    if len(passphrase) < 8:
        raise UsageError("the passphrase is too short", mend="take eight characters or more; a sentence is best")
    signer(places)
    folder = places.keys / "personal"
    plain = json.dumps({name: (folder / name).read_bytes().decode("latin-1") for name in FILES}).encode()
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = AESGCM(_stretch(passphrase, salt, SCRYPT)).encrypt(nonce, plain, BACKUP_FORMAT.encode())
    record = {"format": BACKUP_FORMAT, "kdf": SCRYPT, "salt": salt.hex(), "nonce": nonce.hex(), "keys": sealed.hex()}
    return _write_new(out, json.dumps(record, indent=1).encode() + b"\n")


def restore(places: Places, file: Path, passphrase: str) -> Signer:
    """Put the keys of a backup in place. Other keys already here are kept beside, and their root stays trusted."""
    files = _open_backup(file, passphrase)
    folder = places.keys / "personal"
    fresh = _fresh_folder(folder.parent)
    try:
        for name in FILES:
            _write_private(fresh / name, files[name])
        restored = _read(fresh)
        if folder.exists():
            old = (folder / "root.pem").read_bytes()
            if fingerprint(old) != restored.fingerprint:
                _ready(places.keys / "trusted")
                _write_private(places.keys / "trusted" / f"{fingerprint(old)}.pem", old)
            os.replace(folder, folder.with_name(f"personal-before-{secrets.token_hex(4)}"))
        os.replace(fresh, folder)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return _read(folder)


def fingerprint(pem: bytes) -> str:
    """SHA-256 of the first certificate in a PEM text, 64 hex digits."""
    return hashlib.sha256(_der(pem)).hexdigest()


def common_name(pem: bytes) -> str:
    """The name in the first certificate of a PEM text."""
    from cryptography.x509.oid import NameOID

    names = _certificate(pem).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


# -- making -------------------------------------------------------------------------------------------------------


def _make_first(folder: Path, name: str) -> None:
    """Make all files in a folder beside, then give it its name: whoever comes second keeps the first one's keys."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding

    fresh = _fresh_folder(folder.parent)
    try:
        key = ec.generate_private_key(ec.SECP256R1())
        # The root's name says nothing about its owner: it is handed to others.
        title = f"Maquette personal root {secrets.token_hex(4)}"
        subject = _subject(title)
        builder = _dated(subject, subject, key.public_key(), ROOT_YEARS)
        root = _as_root(builder, key).public_bytes(Encoding.PEM)
        _write_private(fresh / "root.pem", root)
        _write_private(fresh / "root.key", _private_pem(key))
        _write_private(fresh / "prompt.salt", secrets.token_hex(32).encode())
        _write_private(fresh / "leaf.pem", _new_leaf(name, root, key))
        with contextlib.suppress(OSError):  # it exists: another process was faster, and its keys hold
            os.rename(fresh, folder)
        if not (folder / "leaf.pem").exists():
            raise CredentialError("the keys could not be put in place", where=str(folder), mend="remove that folder")
    except OSError as error:
        raise _cannot_write(folder, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _new_leaf(name: str, root_pem: bytes, root_key: Any) -> bytes:
    """A fresh key and leaf in `name`, then the root: one PEM text, so that one rename puts all of it in place."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding

    key = ec.generate_private_key(ec.SECP256R1())
    root = _certificate(root_pem)
    leaf = _as_leaf(_dated(_subject(name), root.subject, key.public_key(), LEAF_YEARS), key, root_key)
    return _private_pem(key) + leaf.public_bytes(Encoding.PEM) + root_pem


def _subject(name: str) -> Any:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    oids = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    with warnings.catch_warnings():
        # The library counts bytes where X.520 counts characters: hard on names in Cyrillic. Ours are checked before.
        warnings.simplefilter("ignore")
        return x509.Name([x509.NameAttribute(oid, name, _validate=False) for oid in oids])


def _dated(subject: Any, issuer: Any, public_key: Any, years: int) -> CertificateBuilder:
    from cryptography import x509

    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))  # clocks differ
        .not_valid_after(now + datetime.timedelta(days=round(365.25 * years)))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _usage(*, signs: bool) -> Any:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs,
        crl_sign=not signs,
        encipher_only=False,
        decipher_only=False,
    )


def _as_root(builder: CertificateBuilder, key: Any) -> Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return builder.add_extension(_usage(signs=False), critical=True).sign(key, hashes.SHA256())


def _as_leaf(builder: CertificateBuilder, key: Any, root_key: Any) -> Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

    purposes = [ExtendedKeyUsageOID.EMAIL_PROTECTION, ObjectIdentifier(CLAIM_SIGNING)]
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(issuer, critical=False)
        .sign(root_key, hashes.SHA256())
    )


# -- reading and writing --------------------------------------------------------------------------------------------


def _read(folder: Path) -> Signer:
    """The signer in `folder`, without the cryptography package: sealing should start at once."""
    try:
        pem = (folder / "leaf.pem").read_bytes()
        root = (folder / "root.pem").read_bytes()
        salt = (folder / "prompt.salt").read_bytes()
        key, chain = _split(pem)
        return Signer(_name_in(_der(chain)), chain, key, root, salt)
    except OSError as error:
        raise CredentialError(
            "the keys cannot be read", where=f"{folder}: {error.strerror}", mend="give yourself the right to read them"
        ) from error
    except (ValueError, IndexError) as error:
        raise CredentialError(
            "the keys are damaged", where=str(folder), mend="`maquette keys restore BACKUP`, or move the folder away"
        ) from error


def _split(pem: bytes) -> tuple[bytes, bytes]:
    mark = b"-----BEGIN CERTIFICATE-----"
    at = pem.index(mark)
    return pem[:at], pem[at:]


def _der(pem: bytes) -> bytes:
    start, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    text = pem.decode("ascii")
    at = text.index(start)
    return ssl.PEM_cert_to_DER_cert(text[at : text.index(end, at) + len(end)])


def _name_in(der: bytes) -> str:
    """The subject's common name: the last one in the certificate, as the issuer's stands before it."""
    oid = b"\x06\x03\x55\x04\x03"  # object identifier 2.5.4.3
    at = der.rindex(oid) + len(oid)
    length, at = der[at + 1], at + 2
    if length & 0x80:  # the long form: that many bytes of length follow
        size = length & 0x7F
        length, at = int.from_bytes(der[at : at + size], "big"), at + size
    return der[at : at + length].decode("utf-8")


def _certificate(pem: bytes) -> Certificate:
    from cryptography import x509

    return x509.load_der_x509_certificate(_der(pem))


def _root_key(folder: Path) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key((folder / "root.key").read_bytes(), None)


def _private_pem(key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem


def _trusted_roots(places: Places) -> list[bytes]:
    try:
        return [file.read_bytes() for file in sorted((places.keys / "trusted").glob("*.pem"))]
    except OSError:
        return []


def _open_backup(file: Path, passphrase: str) -> dict[str, bytes]:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        record = json.loads(file.read_bytes()[: 1 << 20])
        if record["format"] != BACKUP_FORMAT:
            raise ValueError(record["format"])
        salt, nonce, sealed = (bytes.fromhex(record[part]) for part in ("salt", "nonce", "keys"))
        plain = AESGCM(_stretch(passphrase, salt, record["kdf"])).decrypt(nonce, sealed, BACKUP_FORMAT.encode())
        return {name: text.encode("latin-1") for name, text in json.loads(plain).items()}
    except OSError as error:
        raise CredentialError("the backup cannot be read", where=f"{file}: {error.strerror}") from error
    except InvalidTag as error:
        raise CredentialError("the passphrase does not open this backup", where=str(file)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CredentialError(
            "this is no backup of keys", where=str(file), mend="give the file that `maquette keys backup` wrote"
        ) from error


def _stretch(passphrase: str, salt: bytes, cost: Mapping[str, int]) -> bytes:
    n, r, p = int(cost["n"]), int(cost["r"]), int(cost["p"])
    if n > 1 << 18 or r > 32 or p > 16:
        raise ValueError("a cost that no backup of ours has")  # a hostile file shall not eat the memory
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=n, r=r, p=p, maxmem=1 << 29, dklen=32)


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(f"a signer's name has 1 to {LONGEST_NAME} printable characters", where=repr(name[:80]))
    return name


def _ready(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _cannot_write(folder, error) from error


def _fresh_folder(parent: Path) -> Path:
    _ready(parent)
    fresh = parent / f".new-{secrets.token_hex(8)}"
    try:
        fresh.mkdir(mode=0o700)
    except OSError as error:
        raise _cannot_write(parent, error) from error
    return fresh


def _write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read (mode 0600 where the system has modes), whole or not at all."""
    part = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise _cannot_write(path, error) from error


def _write_new(path: Path, data: bytes) -> Path:
    if path.exists():
        raise UsageError("this file exists already", where=str(path), mend="choose another name")
    _write_private(path, data)
    return path


def _cannot_write(path: Path, error: OSError) -> CredentialError:
    return CredentialError(
        "the keys cannot be written",
        where=f"{path}: {error.strerror or error}",
        mend="set MAQUETTE_HOME to a folder of yours that can be written",
    )
