"""The certificate as an Open Badges 3.0 credential: signed (EdDSA), so that it can be checked without asking us.

It names the achievement, the commune and the day; the recipient is a random URN. Nothing in it says who the person is.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from openbadgeslib.ob3 import Achievement, Issuer, OB3Signer, OpenBadgeCredential
from openbadgeslib.ob3.status_list import build_status_list_credential, sign_status_list_credential, status_entry

ALGORITHM = "EdDSA"
PURPOSE = b"outreach: open badges"
LIST = 131_072  # places on a list of the withdrawn: the least that hides one among many (W3C Bitstring Status List)
FRESH = timedelta(days=1)  # an older copy of the list is worth nothing


def signed(
    secret: str, *, address: str, recipient: str, issuer: tuple[str, str], title: str, meaning: str, how: str,
    at: datetime, revoked_at: str, place: int,
) -> str:  # fmt: skip
    """The credential as a VC-JWT. `issuer` is (address, name), `recipient` a UUID, `at` the moment of issue.

    `revoked_at` is the address of the list of the withdrawn that tells of it, and `place` (below LIST) its place there.
    The same arguments give the same credential.
    """
    credential = OpenBadgeCredential(
        id=address,
        recipient_id=f"urn:uuid:{recipient}",
        issuer=Issuer(id=issuer[0], name=issuer[1]),
        achievement=Achievement(id=issuer[0], name=title, description=meaning, criteria_narrative=how),
        issuance_date=at,
        credential_status=[status_entry(revoked_at, "revocation", place)],
    )
    token: str = OB3Signer(_private(secret), ALGORITHM).sign(credential)
    return token


def revocations(secret: str, *, address: str, issuer: str, gone: Iterable[int], at: datetime) -> str:
    """A list of the withdrawn (their places), signed as well, so that nobody between can take one off it."""
    told = build_status_list_credential(
        issuer, address, "revocation", gone, LIST, issued=at, valid_until=at + FRESH
    )  # fmt: skip
    token: str = sign_status_list_credential(told, _private(secret), ALGORITHM)
    return token


def public_key(secret: str) -> str:
    """The key that checks our credentials, as PEM."""
    return _key(secret).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _private(secret: str) -> bytes:
    return _key(secret).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _key(secret: str) -> Ed25519PrivateKey:
    """Drawn from the house's secret, so that there is no second thing to keep safe; a new secret is a new key."""
    return Ed25519PrivateKey.from_private_bytes(HKDF(SHA256(), 32, None, PURPOSE).derive(secret.encode()))
