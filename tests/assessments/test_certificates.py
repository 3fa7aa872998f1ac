"""A certificate says what was confirmed, under the name the person agreed to, and says when it no longer holds."""

import json
from io import BytesIO

import pytest
from openbadgeslib.ob3 import OB3Verifier
from pypdf import PdfReader

from outreach.assessments import badge, certificates, confirming, queries
from outreach.assessments.models import Certificate
from tests.guards.samples import show_enough


@pytest.fixture
def confirmed(s, w):
    """Hạnh, taught by Lan, confirmed by Dũng."""
    show_enough(s, w.hanh, w.lan)
    made = confirming.confirm(s, w.hanh, w.dung)
    s.commit()
    return made


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


def test_the_credential_can_be_checked_without_us_and_names_nobody(app, s, w, visitor, confirmed):
    made = make(s, confirmed, w.dung)
    token = visitor.get(f"/chung-nhan/{made.code}.jwt").text
    key = badge.public_key(app.config["SECRET_KEY"]).encode()
    credential = OB3Verifier(key).verify(token)
    assert credential.recipient_id == f"urn:uuid:{made.credential}"
    assert credential.issuer.name == "Xã Tân Hưng"
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
    gone = visitor.get("/chung-nhan/thu-hoi.json").answer.json["revokedCredential"]
    assert [one["id"].rsplit("/")[-1] for one in gone] == [f"{made.code}.jwt"]


def test_a_code_may_be_typed_as_people_type(s, w, visitor, confirmed):
    made = make(s, confirmed, w.dung)
    typed = certificates.shown(made.code).lower()
    assert visitor.get(f"/chung-nhan?ma={typed}", status=303).location == f"/chung-nhan/{made.code}"


def test_a_wrong_code_says_so_and_guessing_is_slowed(visitor):
    assert "There is no certificate with this code." in visitor.get("/chung-nhan/0000000000", status=404).words
    for _again in range(40):
        status = visitor.client.get("/chung-nhan/0000000000").status_code
    assert status == 429
