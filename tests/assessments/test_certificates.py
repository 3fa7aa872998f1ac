"""A certificate says what was confirmed, under the name the person agreed to, and says when it no longer holds."""

import json
from base64 import urlsafe_b64decode
from io import BytesIO
from threading import Barrier, Thread
from urllib.parse import urlsplit

import pytest
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier
from openbadgeslib.ob3.status import decode_encoded_list
from pypdf import PdfReader
from sqlalchemy.orm import Session

from outreach import clock, db, pdf, reform
from outreach.accounts.models import Account
from outreach.assessments import badge, certificates, confirming, queries
from outreach.assessments.models import Certificate, Confirmation
from outreach.households import ambassadors, consent
from outreach.reform import Merge, NewArea
from tests import world
from tests.databases import sqlite_only
from tests.guards.samples import show_enough

ISSUER = "http://localhost/chung-nhan/noi-cap"


@pytest.fixture
def confirmed(s, w):
    """Hạnh, taught by Lan, confirmed by Dũng."""
    show_enough(s, w.hanh, w.lan)
    made = confirming.confirm(s, w.hanh, w.dung)
    s.commit()
    return made


def shown(s, w, member):
    """The member has shown all there is to show, taught by somebody of another village."""
    show_enough(s, member, w.minh)
    return member


def make(s, confirmed, by, name=certificates.FULL):
    made = certificates.issue(s, confirmed, by, name)
    s.commit()
    return made


def newest(s):
    s.expire_all()
    return s.query(Certificate).order_by(Certificate.id.desc()).first()


@pytest.mark.parametrize(("called", "name"), [("full", "Nguyễn Thu Hạnh"), ("given", "Hạnh"), ("none", "")])
def test_it_bears_the_name_the_person_agreed_to_and_no_other(s, w, visitor, confirmed, called, name):
    visitor.as_(w.dung).post(f"/nguoi/{w.hanh.id}/chung-nhan", {"called": called, "agreed": "y"})
    made = newest(s)
    assert made.name == name
    page = visitor.get(f"/chung-nhan/{made.code}")
    assert "This certificate holds." in page.words
    assert ("Nguyễn" in page.words) == (called == "full")
    assert ("Hạnh" in page.words) == (called != "none")


def test_nothing_is_made_before_the_person_was_asked(s, w, visitor, confirmed):
    page = visitor.as_(w.dung).post(f"/nguoi/{w.hanh.id}/chung-nhan", {"called": "full"}, status=422)
    assert "Please ask the person first" in page.words
    assert newest(s) is None


def test_somebody_who_is_not_confirmed_gets_none(w, visitor):
    visitor.as_(w.dung).get(f"/nguoi/{w.hanh.id}/chung-nhan", status=404)


def test_the_paper_has_the_name_the_skills_and_the_way_to_check_it(s, w, visitor, confirmed):
    made = make(s, confirmed, w.dung)
    answer = visitor.get(f"/chung-nhan/{made.code}.pdf").answer
    text = " ".join(PdfReader(BytesIO(answer.data)).pages[0].extract_text().split())
    assert "Nguyễn Thu Hạnh" in text
    assert certificates.shown(made.code) in text
    assert "Use online public services" in text
    assert len(PdfReader(BytesIO(answer.data)).pages) == 1


@sqlite_only
@pytest.mark.parametrize("name", ["Nguyễn Hoàng Phương Quỳnh " * 5, "NGUYỄN HOÀNG PHƯƠNG MƯỜNG " * 2, "W" * 120])
def test_the_longest_name_stays_whole_on_one_sheet(s, w, visitor, confirmed, name):
    made = make(s, confirmed, w.dung)
    made.name = name[:120].strip()
    s.commit()
    paper = PdfReader(BytesIO(visitor.get(f"/chung-nhan/{made.code}.pdf?tieng=vi").answer.data))
    assert len(paper.pages) == 1
    assert made.name.replace(" ", "") in "".join(paper.pages[0].extract_text().split())


def test_the_credential_can_be_checked_without_us_and_names_nobody(app, s, w, visitor, confirmed):
    made = make(s, confirmed, w.dung)
    token = visitor.get(f"/chung-nhan/{made.code}.jwt").text
    key = badge.public_key(app.config["SECRET_KEY"]).encode()
    credential = OB3Verifier(key).verify(token)
    assert credential.recipient_id == f"urn:uuid:{made.credential}"
    assert (credential.issuer.id, credential.issuer.name) == (f"{ISSUER}/11977", "Xã Tân Hưng")
    assert "Hạnh" not in json.dumps(credential.raw, ensure_ascii=False, default=str)
    head, body, signature = token.split(".")
    with pytest.raises(Exception, match=r"(?i)signature|verif"):
        OB3Verifier(key).verify(".".join((head, body[:-6] + "AAAAAA", signature)))


@pytest.mark.parametrize("how", ["a new one", "the confirmation taken back"])
def test_what_no_longer_holds_says_so_everywhere(s, w, visitor, confirmed, how):
    made = make(s, confirmed, w.dung)
    if how == "a new one":
        make(s, confirmed, w.dung)
    else:
        confirming.withdraw(s, queries.confirmation(s, w.hanh), w.dung, "a mistake")
        s.commit()
    assert "This certificate no longer holds." in visitor.get(f"/chung-nhan/{made.code}").words
    visitor.get(f"/chung-nhan/{made.code}.pdf", status=404)
    visitor.get(f"/chung-nhan/{made.code}.jwt", status=404)


@pytest.mark.parametrize("taken_back", [False, True])
def test_a_reader_of_badges_learns_from_our_list_which_hold(app, s, w, visitor, confirmed, taken_back):
    """The list is signed as well, and names nobody."""
    made = make(s, confirmed, w.dung)
    token = visitor.get(f"/chung-nhan/{made.code}.jwt").text
    other = make(s, confirming.confirm(s, shown(s, w, w.tam), w.dung), w.dung)
    confirming.withdraw(s, (confirmed if taken_back else other.confirmation), w.dung, "a mistake")
    s.commit()

    def download(address):
        return visitor.get(urlsplit(address).path).answer.data

    reader = OB3Verifier(badge.public_key(app.config["SECRET_KEY"]).encode())
    if taken_back:
        with pytest.raises(OB3VerificationError, match="revocation"):
            reader.verify(token, check_status=True, download=download)
    else:
        assert reader.verify(token, check_status=True, download=download).id.endswith(f"{made.code}.jwt")


@pytest.mark.parametrize("taken_back", [False, True])
def test_a_credential_handed_out_when_all_communes_were_one_issuer_can_still_be_checked(
    app, s, w, visitor, confirmed, taken_back
):
    made = make(s, confirmed, w.dung)
    shared, lists = "http://localhost/chung-nhan", "http://localhost/chung-nhan/thu-hoi/0.jwt"
    secret = app.config["SECRET_KEY"]
    old = badge.signed(
        secret, address=f"{shared}/{made.code}.jwt", recipient=made.credential, issuer=(shared, "Xã Tân Hưng"),
        achievement=(shared, "x"), meaning="x", how="x", at=made.issued_at, revoked_at=lists, place=made.id,
    )  # fmt: skip
    if taken_back:
        confirming.withdraw(s, confirmed, w.dung, "a mistake")
        s.commit()

    def check():
        reader = OB3Verifier(badge.public_key(secret).encode())
        return reader.verify(
            old, check_status=True, download=lambda address: visitor.get(urlsplit(address).path).answer.data
        )

    if taken_back:
        with pytest.raises(OB3VerificationError, match="revocation"):
            check()
    else:
        assert check().issuer.id == shared


def test_each_commune_is_an_issuer_of_its_own_with_a_profile_at_its_address(s, w, visitor, confirmed):
    make(s, confirmed, w.dung)
    for code, name in (("11977", "Xã Tân Hưng"), ("12361", "Xã Tiên Lữ")):
        profile = json.loads(visitor.get(f"/chung-nhan/noi-cap/{code}").text)
        assert (profile["id"], profile["name"], profile["type"]) == (f"{ISSUER}/{code}", name, ["Profile"])
    for code in ("33", "11977.1", "khong-co"):
        visitor.get(f"/chung-nhan/noi-cap/{code}", status=404)
        visitor.get(f"/chung-nhan/noi-cap/{code}/thu-hoi/0.jwt", status=404)


def test_a_communes_list_tells_nothing_of_anothers_certificates(s, w, visitor, confirmed):
    made = make(s, confirmed, w.dung)
    confirming.withdraw(s, confirmed, w.dung, "a mistake")
    s.commit()
    gone = {}
    for code in ("11977", "12361"):
        token = visitor.get(f"/chung-nhan/noi-cap/{code}/thu-hoi/0.jwt").text
        said = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
        assert said["issuer"] == f"{ISSUER}/{code}"
        bits = decode_encoded_list(said["credentialSubject"]["encodedList"])
        gone[code] = [n for n in range(made.id + 9) if bits[n // 8] & 0x80 >> n % 8]
    assert gone == {"11977": [made.id], "12361": []}


def test_the_list_of_certificates_that_cannot_be_is_not_found(visitor):
    visitor.get("/chung-nhan/thu-hoi/16383.jwt")  # the last that a column can count
    visitor.get("/chung-nhan/thu-hoi/16384.jwt", status=404)


def test_it_is_an_ambassadors_only_if_the_person_is_one(s, w, visitor, confirmed):
    made = make(s, confirmed, w.dung)
    address = f"/chung-nhan/{made.code}"
    assert "Digital ambassador" not in visitor.get(address).words
    consent.give(s, w.hanh, consent.Given(("registered",), "oral"), w.lan)
    ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
    s.commit()
    assert "Digital ambassador" in visitor.get(address).words


def test_it_says_no_more_than_was_shown(app, s, w, visitor):
    """Where a commune counts two skills, the paper and the badge name these two."""
    confirming.set_standard(s, w.tan_hung, ["safety", "shopping"], 2, w.cuc)
    made = make(s, confirming.confirm(s, shown(s, w, w.hanh), w.dung), w.dung)
    page = visitor.get(f"/chung-nhan/{made.code}").words
    token = visitor.get(f"/chung-nhan/{made.code}.jwt").text
    told = OB3Verifier(badge.public_key(app.config["SECRET_KEY"]).encode()).verify(token).achievement.description
    for said in (page, told):
        assert "Shop online" in said
        assert "Pay online" not in said


def test_it_keeps_the_commune_of_its_day_whatever_the_commune_became(s, w, visitor, confirmed):
    made = make(s, confirmed, w.dung)
    today = clock.today()
    reform.carry_out(s, Merge(["11977", "12361"], NewArea("99001", "xã", "Tân Lữ"), today))
    s.commit()
    page = visitor.get(f"/chung-nhan/{made.code}").words
    assert "Xã Tân Hưng" in page
    assert "Tân Lữ" not in page


def test_two_made_at_once_are_made_one_after_the_other(real_db):
    """The first ends, so that no name stays on a paper against the newer wish."""
    with Session(real_db) as s:
        w = world.build(s)
        id = confirming.confirm(s, shown(s, w, w.hanh), w.dung).id
        by = w.dung.id
        s.commit()
    ready, faults = Barrier(2), []

    def issue(name):
        try:
            ready.wait()
            with Session(real_db) as s:
                confirmation, account = s.get_one(Confirmation, id), s.get_one(Account, by)
                certificates.issue(s, confirmation, account, name)
                s.commit()
        except Exception as fault:
            faults.append(fault)

    makers = [Thread(target=issue, args=[name]) for name in (certificates.FULL, certificates.NONE)]
    for one in makers:
        one.start()
    for one in makers:
        one.join()
    assert faults == []
    with Session(real_db) as s:
        assert [one.withdrawn_at is None for one in s.query(Certificate).order_by(Certificate.id)] == [False, True]


def test_a_code_may_be_typed_as_people_type(s, w, visitor, confirmed):
    made = make(s, confirmed, w.dung)
    typed = certificates.shown(made.code).lower()
    misread = typed.replace("0", "o").replace("1", "l")
    for code in (typed, misread, f"  {typed.replace('-', ' – ')} "):
        page = visitor.get("/chung-nhan", query_string={"ma": code}, status=303)
        assert "This certificate holds." in visitor.follow(page).words


def test_a_wrong_code_says_so_and_guessing_is_slowed(visitor):
    assert "There is no certificate with this code." in visitor.get("/chung-nhan/0000000000", status=404).words
    for _again in range(40):
        status = visitor.client.get("/chung-nhan/0000000000").status_code
    assert status == 429


def test_nobody_waits_for_the_database_while_one_is_drawn(s, w, visitor, confirmed, monkeypatch):
    made, held_up = make(s, confirmed, w.dung), []
    monkeypatch.setattr(pdf, "render", lambda _page: held_up.append(db.session().in_transaction()) or b"%PDF-")
    visitor.client.get(f"/chung-nhan/{made.code}.pdf")
    assert held_up == [False]
