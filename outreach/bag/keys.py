"""Keys of handsets: the data key, kept encrypted under a key drawn from SECRET_KEY; the secret, kept as a digest."""

import hashlib
import hmac
import os
from base64 import b64decode, b64encode, urlsafe_b64encode
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import load_der_private_key

NONCE: Final = 12  # bytes, as NIST SP 800-38D advises for AES-GCM
CURVE: Final = ec.SECP256R1()
PURPOSE: Final = b"outreach: data keys of handsets"


class Unopened(Exception):
    """What was sealed cannot be opened: another key, or changed on the way."""


def new_data_key() -> bytes:
    """Thirty-two random bytes: AES-256."""
    return os.urandom(32)


def new_secret() -> str:
    """What a handset shows to be known: 32 random bytes in base64."""
    return urlsafe_b64encode(os.urandom(32)).decode()


def digest(secret: str) -> str:
    """What is kept of a handset's secret; it is random enough that a plain digest tells nothing."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def is_secret(secret: str, kept: str) -> bool:
    """Whether this is the secret of the kept digest; takes as long for a near miss as for a wild guess."""
    return hmac.compare_digest(digest(secret), kept)


def lock_away(key: bytes, mark: str, secret_key: str) -> str:
    """A data key as the database keeps it; it opens only for the handset of this mark."""
    nonce = os.urandom(NONCE)
    return b64encode(nonce + AESGCM(_house_key(secret_key)).encrypt(nonce, key, mark.encode())).decode()


def take_out(kept: str, mark: str, secret_key: str) -> bytes:
    """The data key again. Raises Unopened, as after SECRET_KEY was changed."""
    raw = b64decode(kept)
    try:
        return AESGCM(_house_key(secret_key)).decrypt(raw[:NONCE], raw[NONCE:], mark.encode())
    except InvalidTag:
        raise Unopened from None


def unseal(key: bytes, iv: str, data: str) -> bytes:
    """What a phone sealed by its data key (base64 of nonce, and of text with tag). Raises Unopened."""
    try:
        return AESGCM(key).decrypt(b64decode(iv, validate=True), b64decode(data, validate=True), None)
    except (InvalidTag, ValueError):
        raise Unopened from None


def shared(half: bytes, once: str) -> bytes:
    """The key of one record that a phone sealed to its own public key: of the half key (PKCS 8) that belongs to it, and
    of the point (base64) that the phone made for this record and threw away. Raises Unopened. See sealed.js.
    """
    try:
        point = b64decode(once, validate=True)
        private, public = load_der_private_key(half, None), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError:
        raise Unopened from None
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise Unopened
    return HKDF(SHA256(), length=32, salt=point, info=b"tui").derive(private.exchange(ec.ECDH(), public))


def _house_key(secret_key: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret_key.encode())
