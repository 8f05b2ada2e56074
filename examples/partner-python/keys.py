# SPDX-License-Identifier: Apache-2.0
"""Own keys as files, and key registers (spec/keys.md)."""

import datetime
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from notes import (
    COSIGNATURE,
    NOTE,
    Link,
    PublicKey,
    Refused,
    Signer,
    b64,
    bound,
    open_note,
    public_key,
    unb64,
)

PURPOSES = ["ledger", "cosign", "hello", "agreement"]


def _type(purpose: str) -> int:
    return COSIGNATURE if purpose == "cosign" else NOTE


@dataclass(frozen=True)
class Registered:
    """One key of the partner's register, and where it ends (K-7)."""

    key: PublicKey
    status: str
    end: tuple[int, bytes] | None

    def counts_for(self, size: int, root: bytes) -> bool:
        """K-11 to K-15."""
        return self.end is None or size < self.end[0] or (size, root) == self.end


@dataclass(frozen=True)
class Register:
    keys: dict[str, list[Registered]]
    certificates: set[str]  # SHA-256 of the active ones


def make_keys(folder: Path, link: Link, days: int) -> None:
    """Fresh keys and a certificate in `folder`, and in `folder`/hand-over what the partner gets."""
    folder.mkdir(parents=True)
    hand_over = folder / "hand-over"
    hand_over.mkdir()
    signers = {}
    for purpose in [*PURPOSES, "identity"]:
        secret = Ed25519PrivateKey.generate()
        _write_secret(folder / f"{purpose}.pem", secret)
        signers[purpose] = Signer(link.key_name(purpose), _type(purpose), secret)
    identity = signers["identity"]
    certificate = _make_certificate(folder, link.side, days)
    lines = ["isthmus key register v1", f"from {link.side}", f"to {link.partner}"]
    lines += [f"mode {link.mode}", f"epoch {link.epoch}", "serial 1"]
    for purpose in PURPOSES:
        possession = bound(purpose, link.side, link, _possession(identity.public, purpose, 1))
        proof = signers[purpose].secret.sign(possession)
        lines.append(f"key {purpose} 1 active {b64(signers[purpose].public.raw)} {b64(proof)}")
    lines.append(f"certificate 1 active {certificate}")
    register = identity.note("".join(f"{line}\n" for line in lines))
    (hand_over / "identity.pub").write_text(identity.public.text() + "\n")
    (hand_over / "register.note").write_text(register)
    (folder / "link.json").write_text(json.dumps(link.__dict__))


def _make_certificate(folder: Path, name: str, days: int) -> str:
    secret = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.utcnow()
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.ExtendedKeyUsage(uses), critical=True)
        .sign(secret, hashes.SHA256())
    )
    _write_secret(folder / "link.pem", secret)
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "link-certificate.pem").write_bytes(pem)
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()


def _write_secret(file: Path, secret) -> None:
    pem = secret.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(pem)


def own_signer(folder: Path, link: Link, purpose: str) -> Signer:
    pem = (folder / f"{purpose}.pem").read_bytes()
    secret = serialization.load_pem_private_key(pem, None)
    return Signer(link.key_name(purpose), _type(purpose), secret)


def _possession(identity: PublicKey, purpose: str, number: int) -> str:
    return f"isthmus possession v1\n{identity.text()}\n{purpose} {number}\n"


def open_register(folder: Path, link: Link) -> Register:
    """The register of `link.side` in `folder`, by the identity beside it (K-1 to K-7)."""
    identity = public_key((folder / "identity.pub").read_text().strip())
    if identity.name != link.key_name("identity"):
        raise Refused(f"{identity.name} is the identity of another link")
    text, _ = open_note((folder / "register.note").read_text(), [identity])
    lines = text.split("\n")
    head = ["isthmus key register v1", f"from {link.side}", f"to {link.partner}"]
    head += [f"mode {link.mode}", f"epoch {link.epoch}"]
    if lines[:5] != head or not lines[5].startswith("serial ") or lines.pop() != "":
        raise Refused("not a register of this link")
    keys: dict[str, list[Registered]] = {purpose: [] for purpose in PURPOSES}
    certificates: dict[str, str] = {}
    raws = {identity.raw}
    for line in lines[6:]:
        kind, *words = line.split(" ")
        if kind == "certificate" and len(words) == 3 and words[0] == str(len(certificates) + 1):
            certificates[words[2]] = words[1]
            continue
        if kind != "key" or len(words) not in (5, 7) or words[0] not in keys:
            raise Refused(f"not a line of a register: {line}")
        purpose, number, status = words[:3]
        key = PublicKey(link.key_name(purpose), _type(purpose), unb64(words[-2], 32))
        if number != str(len(keys[purpose]) + 1) or key.raw in raws:
            raise Refused(f"{purpose} {number}: out of order, or a key used twice")
        raws.add(key.raw)
        possession = bound(purpose, link.side, link, _possession(identity, purpose, int(number)))
        key.verify(unb64(words[-1], 64), possession)
        end = (int(words[3]), unb64(words[4], 32)) if len(words) == 7 else None
        keys[purpose].append(Registered(key, status, end))
    active = {sha for sha, status in certificates.items() if status == "active"}
    if not active or not all(keys.values()):
        raise Refused("a purpose without a key, or no certificate")
    return Register(keys, active)
