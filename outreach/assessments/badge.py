"""The certificate as an Open Badges 3.0 credential: signed (EdDSA), so that it can be checked without asking us.

It names the achievement, the commune and the day; the recipient is a random URN. Nothing in it says who the person is.
"""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from openbadgeslib.ob3 import Achievement, Issuer, OB3Signer, OpenBadgeCredential

ALGORITHM = "EdDSA"
PURPOSE = b"outreach: open badges"


def signed(
    secret: str, *, address: str, recipient: str, issuer: tuple[str, str], title: str, meaning: str, how: str,
    at: datetime, revoked_at: str,
) -> str:  # fmt: skip
    """The credential as a VC-JWT. `issuer` is (address, name), `revoked_at` the address of the list of those withdrawn.

    `recipient` is a UUID; `at` the moment of issue. The same arguments give the same credential.
    """
    credential = OpenBadgeCredential(
        id=address,
        recipient_id=f"urn:uuid:{recipient}",
        issuer=Issuer(id=issuer[0], name=issuer[1]),
        achievement=Achievement(id=issuer[0], name=title, description=meaning, criteria_narrative=how),
        issuance_date=at,
        credential_status=[{"id": revoked_at, "type": "1EdTechRevocationList"}],
    )
    private = _key(secret).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    token: str = OB3Signer(private, ALGORITHM).sign(credential)
    return token


def public_key(secret: str) -> str:
    """The key that checks our credentials, as PEM."""
    return _key(secret).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _key(secret: str) -> Ed25519PrivateKey:
    """Drawn from the house's secret, so that there is no second thing to keep safe; a new secret is a new key."""
    return Ed25519PrivateKey.from_private_bytes(HKDF(SHA256(), 32, None, PURPOSE).derive(secret.encode()))
