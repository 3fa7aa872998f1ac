"""The certificate as an Open Badges 3.0 credential: signed (EdDSA), so that it can be checked without asking us.

It names the achievement, the commune, which is its issuer, and the day; the recipient is a random URN. Nothing in it
says who the person is. The library is loaded when the first badge is asked for: it takes 4 MB, and few ever ask.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

ALGORITHM = "EdDSA"
PURPOSE = b"outreach: open badges"
LIST = 131_072  # places on a list of the withdrawn: the least that hides one among many (W3C Bitstring Status List)
FRESH = timedelta(days=1)  # an older copy of the list is worth nothing


def signed(
    secret: str, *, address: str, recipient: str, issuer: tuple[str, str], achievement: tuple[str, str], meaning: str,
    how: str, at: datetime, revoked_at: str, place: int,
) -> str:  # fmt: skip
    """The credential as a VC-JWT. The same arguments give the same credential.

    `issuer` and `achievement` are (address, name), `recipient` is a UUID, `at` the moment of issue, `revoked_at`
    the address of the list of the withdrawn that tells of it, `place` (below LIST) its place there.
    """
    from openbadgeslib.ob3 import Achievement, Issuer, OB3Signer, OpenBadgeCredential  # noqa: PLC0415
    from openbadgeslib.ob3.status_list import status_entry  # noqa: PLC0415

    credential = OpenBadgeCredential(
        id=address,
        recipient_id=f"urn:uuid:{recipient}",
        issuer=Issuer(id=issuer[0], name=issuer[1]),
        achievement=Achievement(id=achievement[0], name=achievement[1], description=meaning, criteria_narrative=how),
        issuance_date=at,
        credential_status=[status_entry(revoked_at, "revocation", place)],
    )
    token: str = OB3Signer(_private(secret), ALGORITHM).sign(credential)
    return token


def profile(address: str, name: str, more: str) -> Mapping[str, Any]:
    """Who issues, as readers of Open Badges find it at the issuer's address. `more`: the page that tells about it."""
    from openbadgeslib.ob3.credential import OB3_CONTEXT, Issuer  # noqa: PLC0415

    return {"@context": OB3_CONTEXT[:2], **Issuer(id=address, name=name, url=more).to_dict()}


def revocations(secret: str, *, address: str, issuer: str, gone: Iterable[int], at: datetime) -> str:
    """A list of the withdrawn (their places), signed as well, so that nobody between can take one off it.

    `issuer` is an address; readers want the same as in the credential.
    """
    from openbadgeslib.ob3.status_list import build_status_list_credential, sign_status_list_credential  # noqa: PLC0415

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
