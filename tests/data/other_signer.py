"""A throw-away C2PA signer for tests: files with real manifests, as another program would write them."""

from __future__ import annotations

import datetime
import io
import json
from functools import cache
from typing import Any

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"


@cache
def chain() -> tuple[bytes, bytes]:
    """Certificates (PEM, leaf first) and the leaf's key (PEM)."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n), x509.NameAttribute(NameOID.ORGANIZATION_NAME, n)])
        for n in ("Root", "Ada")
    ]
    now = datetime.datetime.now(datetime.UTC)
    certificates = []
    for index, key in enumerate(keys):
        leaf = index == 1
        builder = (
            x509.CertificateBuilder()
            .subject_name(names[index])
            .issuer_name(names[0])
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=not leaf, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[0].public_key()), critical=False)
            .add_extension(
                x509.KeyUsage(leaf, False, False, False, False, not leaf, not leaf, False, False), critical=True
            )
        )
        if leaf:
            builder = builder.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
            )
        certificates.append(builder.sign(keys[0], hashes.SHA256()))
    pem = b"".join(c.public_bytes(serialization.Encoding.PEM) for c in reversed(certificates))
    private = keys[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem, private


def signed(data: bytes, mime: str, assertions: list[dict[str, Any]], *, embed: bool = True) -> tuple[bytes, bytes]:
    """The signed file and its manifest store (the content of a sidecar)."""
    certificates, key = chain()
    actions = {"label": "c2pa.actions", "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": SOURCE}]}}
    manifest = {"claim_generator_info": [{"name": "Other", "version": "1"}], "assertions": [actions, *assertions]}
    context = c2pa.Context.from_dict({"builder": {"thumbnail": {"enabled": False}}, "verify": {"ocsp_fetch": False}})
    builder = c2pa.Builder(json.dumps(manifest), context=context)
    if not embed:
        builder.set_no_embed()
    signer = c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(alg=b"es256", sign_cert=certificates, private_key=key, ta_url=None)
    )
    out = io.BytesIO()
    store = builder.sign(signer, mime, io.BytesIO(data), out)
    return out.getvalue(), bytes(store)
