"""What lies sealed on a phone whose owner may not sign in any more: taken as it lies, and kept apart."""

import json
import os
from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sqlalchemy import select

from outreach import clock
from outreach.accounts import registering
from outreach.accounts.models import AuditEntry
from outreach.arrivals.models import OUT_OF_REACH, SUSPENDED, Late
from outreach.bag.models import Handset
from outreach.visits.models import Visit
from tests.bag.phone import Phone, visit
from tests.visitor import Visitor

pytestmark = pytest.mark.each_kind
DOOR = "/tui/kin"


class Cupboard:
    """What a phone keeps after signing out: a half key that the house can open, records sealed to the other half."""

    def __init__(self, phone: Phone) -> None:
        self.phone, pair = phone, ec.generate_private_key(ec.SECP256R1())
        self.whole = pair.public_key()
        half = pair.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self.half = locked(b64decode(phone.keys["key"]), half)

    def seal(self, text: bytes) -> dict[str, str]:
        """As sealed.js does it."""
        once = ec.generate_private_key(ec.SECP256R1())
        salt = once.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        shared = once.exchange(ec.ECDH(), self.whole)
        return {"salt": words(salt)} | locked(HKDF(SHA256(), 32, salt, b"tui").derive(shared), text)

    def boxes(self) -> list[dict[str, str]]:
        return [self.seal(json.dumps(one).encode()) for one in self.phone.waiting]

    def bring(self, boxes=(), status=200, **changes):
        """Nobody is signed in."""
        phone = self.phone
        phone.visitor = Visitor(phone.visitor.app)
        said = {"mark": phone.mark, "half": self.half, "waiting": len(phone.waiting), "now": clock.now().isoformat()}
        return phone.post(DOOR, said | {"boxes": boxes} | changes, status)


def words(raw):
    return b64encode(raw).decode()


def locked(key, content):
    iv = os.urandom(12)
    return {"iv": words(iv), "box": words(AESGCM(key).encrypt(iv, content, None))}


def handset(s):
    s.expire_all()
    return s.scalars(select(Handset)).one()


@pytest.fixture
def lan(phone, w):
    """Lan's phone with two visits that nobody has sent."""
    lan = phone()
    lan.fill()
    for house in (w.sens_house, w.tams_house):
        lan.note(*visit(house.id, [], "nobody"))
    return Cupboard(lan)


def test_what_lay_sealed_when_somebody_was_suspended_is_kept_apart_and_written_once(lan, visitor, s, w):
    registering.suspend(s, w.cuc, w.lan)
    s.commit()
    boxes = lan.boxes()
    for _time in range(2):
        assert [one["fate"] for one in lan.bring(boxes)["fates"]] == ["kept", "kept"]
    lates = s.scalars(select(Late).order_by(Late.id)).all()
    assert [(late.author, late.area, late.why) for late in lates] == [(w.lan, w.dong, SUSPENDED)] * 2
    assert [late.client_id for late in lates] == [one["client_id"] for one in lan.phone.waiting]
    assert handset(s).waiting == 0
    assert handset(s).sent_at is not None
    deeds = s.scalars(select(AuditEntry).where(AuditEntry.act == "handset.unseal")).all()
    assert [(deed.area_id, deed.actor_id) for deed in deeds] == [(w.dong.id, None)] * 2
    visitor.as_(w.dung).post(f"/den-muon/{lates[0].id}")
    assert [one.by for one in s.scalars(select(Visit))] == [w.lan]


def test_of_who_may_sign_in_nothing_is_taken_but_it_is_known_how_much_there_is(lan, visitor, s, w):
    assert lan.bring(lan.boxes(), 401)["error"] == "sign_in"
    assert s.scalars(select(Late)).all() == []
    assert handset(s).waiting == 2
    assert "Waiting on the phone2" in visitor.as_(w.dung).get(f"/may?nguoi={w.lan.id}").words


def test_who_works_at_a_desk_now_had_written_it_where_she_may_not_write_any_more(lan, s, w):
    registering.change(s, w.cuc, w.lan, name=w.lan.name, phone=w.lan.phone, role="agent", area=w.tan_hung)
    s.commit()
    assert [one["fate"] for one in lan.bring(lan.boxes())["fates"]] == ["kept", "kept"]
    assert {late.why for late in s.scalars(select(Late))} == {OUT_OF_REACH}


def test_what_cannot_be_opened_or_holds_an_id_number_stays_on_the_phone_and_the_others_come(lan, s, w):
    registering.suspend(s, w.cuc, w.lan)
    s.commit()
    lan.phone.note(*visit(w.sens_house.id, [], "nobody", note="CCCD 001199012345"))
    good, _other, number = lan.boxes()
    spoiled = [good | {"box": number["box"]}, good | {"salt": "AAAA"}, lan.seal(b"[1]"), "", None]
    fates = lan.bring([*spoiled, number, good])["fates"]
    assert [one["fate"] for one in fates] == ["refused"] * 6 + ["kept"]
    assert len(s.scalars(select(Late)).all()) == 1
    assert handset(s).waiting == 2


def test_only_the_phone_itself_is_believed(lan, phone, s, w):
    registering.suspend(s, w.cuc, w.lan)
    s.commit()
    other = Cupboard(phone(w.minh))
    for wrong in ({"half": other.half}, {"half": {}}, {"half": None}, {"mark": "x"}, {"mark": other.phone.mark}):
        assert lan.bring(lan.boxes(), 404, **wrong)["error"] == "unknown"
    assert lan.bring(None, 422)["error"] == "shape"
    assert lan.bring([None] * 51, 422)["error"] == "shape"
    assert s.scalars(select(Late)).all() == []


def test_the_leader_reads_how_what_waits_on_the_phone_of_somebody_suspended_can_still_come(lan, visitor, s, w):
    lan.bring((), 401)
    dung = visitor.as_(w.dung)
    assert "without anybody signing in" not in dung.get("/may").words
    registering.suspend(s, w.cuc, w.lan)
    s.commit()
    assert "without anybody signing in" in dung.get("/may").words
