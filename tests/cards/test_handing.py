"""Cards for a whole village: for ambassadors who agreed, made by a deed of staff, printed on a sheet to cut."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from outreach import clock, db, pdf
from outreach.accounts.models import AuditEntry
from outreach.cards import codes, handing
from outreach.cards.models import LearnerCard
from outreach.households import ambassadors, consent
from tests import world
from tests.counting import statements

DONG = "/the-hoc/to/11977.1"


def agree(s, member, by):
    """The member agrees to be registered."""
    consent.give(s, member, consent.Given(("registered",), "oral"), by)


@pytest.fixture
def tien(s, w):
    """Ambassadors Hạnh and Tiến, who agreed; Tám is one who has not."""
    house = world.household(s, w.dong, "Lê Văn Tiến")
    made = world.member(s, house, "Lê Văn Tiến", 1990)
    for member in (w.hanh, made):
        agree(s, member, w.lan)
        ambassadors.appoint(s, member.household, member, w.lan)
    s.commit()
    return made


def held(s, *members):
    s.expire_all()
    return [codes.current(s, one) for one in members]


def on_paper(answer):
    assert answer.mimetype == "application/pdf"
    return [" ".join(one.extract_text().split()) for one in PdfReader(BytesIO(answer.data)).pages]


def test_looking_makes_no_card_and_says_for_whom_cards_will_be_made(s, w, visitor, tien):
    codes.issue(s, w.hanh, w.lan)
    s.commit()
    page = visitor.as_(w.lan).get(DONG)
    without, having = page.words.split("1 person has a card")
    assert "1 person has no card yet" in without
    assert "Lê Văn Tiến" in without
    assert "Nguyễn Thu Hạnh" in having
    assert "Tám" not in page.words
    assert held(s, tien) == [None]


def test_making_them_leaves_those_in_use_alone_and_shows_the_new_ones_to_print(s, w, visitor, tien):
    old = codes.issue(s, w.hanh, w.lan)
    s.commit()
    lan = visitor.as_(w.lan)
    page = lan.post(DONG)
    assert page.location == f"{DONG}?nguoi={tien.id}"
    hanhs, tiens = held(s, w.hanh, tien)
    assert hanhs.id == old.id
    assert tiens.issued_by_id == w.lan.id
    assert "Hạnh" not in lan.follow(page).words
    (one_page,) = on_paper(lan.client.get(f"{DONG}.pdf?nguoi={tien.id}"))
    assert codes.show(tiens.code) in one_page
    assert "Hạnh" not in one_page


def test_each_card_has_given_name_village_code_the_way_in_and_whom_to_ask(s, w, visitor, tien):
    lan = visitor.as_(w.lan)
    lan.post(DONG)
    (words,) = on_paper(lan.client.get(f"{DONG}.pdf"))
    for card in held(s, w.hanh, tien):
        assert codes.show(card.code) in words
    for said in ("Hạnh", "Tiến", "thôn Đông", "localhost/the-hoc", "Press “Yes, I am Hạnh”", "To ask: 0912 000 005"):
        assert said in words
    assert "Nguyễn" not in words


def test_every_card_and_every_sheet_is_in_the_audit_log(s, w, visitor, tien):
    lan = visitor.as_(w.lan)
    lan.post(DONG)
    lan.client.get(f"{DONG}.pdf")
    entries = s.scalars(select(AuditEntry).where(AuditEntry.act.startswith("card."))).all()
    assert {(one.act, one.subject_id) for one in entries} == {
        ("card.issue", w.hanh.id), ("card.issue", tien.id), ("card.export", w.dong.id),
    }  # fmt: skip
    assert {(one.actor_id, one.area_id) for one in entries} == {(w.lan.id, w.dong.id)}


def test_nobody_waits_for_the_database_while_cards_are_drawn(s, w, visitor, tien, monkeypatch):
    lan, held_up = visitor.as_(w.lan), []
    lan.post(DONG)
    monkeypatch.setattr(pdf, "render", lambda _page: held_up.append(db.session().in_transaction()) or b"%PDF-")
    lan.client.get(f"{DONG}.pdf")
    assert held_up == [False]


def test_chosen_members_get_cards_too_if_they_agreed_and_still_live_there(s, w, visitor, tien):
    agree(s, w.sen, w.lan)
    agree(s, w.tam, w.lan)
    w.tam.left_on = clock.today()
    s.commit()
    asked = f"{DONG}?nguoi={w.sen.id},{w.tam.id},{w.hanh.id}&nguoi=x,99999999999,{'9' * 5000}"
    visitor.as_(w.dung).post(asked)
    assert [bool(one) for one in held(s, w.sen, w.tam, w.hanh, tien)] == [True, False, True, False]


def test_a_sheet_without_cards_leads_to_the_page_that_makes_them(s, w, visitor, tien):
    assert visitor.as_(w.lan).get(f"{DONG}.pdf", status=303).location == DONG
    assert s.scalars(select(LearnerCard)).all() == []


def test_two_who_make_cards_at_once_make_one_each(s, w, tien):
    found = handing.holders(s, w.lan, w.dong)
    assert len(handing.make(s, w.lan, found)) == 2
    assert handing.make(s, w.minh, found) == []


def test_the_page_and_the_sheet_ask_the_same_of_the_database_for_many_as_for_few(s, w, visitor, tien, connection):
    lan = visitor.as_(w.lan)
    lan.post(DONG)
    asked = []
    for more in (0, 5):
        for n in range(more):
            house = world.household(s, w.dong, f"Vũ {n}")
            member = world.member(s, house, f"Vũ {n}", 1990)
            agree(s, member, w.lan)
            ambassadors.appoint(s, house, member, w.lan)
        s.commit()
        lan.post(DONG)
        for address in (DONG, f"{DONG}.pdf"):
            with statements(connection) as said:
                lan.client.get(address)
            asked.append(len(said))
    assert asked[:2] == asked[2:]


def test_a_large_village_is_printed_in_parts(s, w, visitor, tien, monkeypatch):
    monkeypatch.setattr("outreach.cards.handing_views.PART", 1)
    cuc = visitor.as_(w.cuc)
    cuc.post(DONG)
    assert "Print part 2 of 2" in cuc.get(DONG).words
    assert "Tiến" in on_paper(cuc.client.get(f"{DONG}.pdf?phan=2"))[0]


def test_two_of_the_same_given_name_are_told_apart():
    assert handing.called(["Lò Thị Hạnh", "Nguyễn Thu Hạnh", "Vàng A Páo"]) == ["L.T. Hạnh", "N.T. Hạnh", "Páo"]


def test_a_machine_that_makes_no_pdf_says_so_and_names_the_cure(s, w, visitor, tien, monkeypatch):
    visitor.as_(w.lan).post(DONG)
    monkeypatch.setattr(pdf, "available", lambda: False)
    assert pdf.CURE in visitor.as_(w.lan).get(f"{DONG}.pdf", status=503).words


@pytest.mark.parametrize(("who", "status"), [("anh", 403), ("binh", 403), ("quy", 404), ("nga", 404)])
def test_nobody_else_sees_or_makes_the_cards_of_a_village(s, w, visitor, tien, who, status):
    other = visitor.as_(getattr(w, who))
    other.get(DONG, status=status)
    other.get(f"{DONG}.pdf", status=status)
    other.post(DONG, status=status)
    assert held(s, w.hanh, tien) == [None, None]


def test_a_stranger_is_led_to_sign_in_and_a_commune_has_no_sheet(w, visitor):
    assert visitor.get(DONG, status=303).location.startswith("/dang-nhap")
    visitor.as_(w.cuc).get("/the-hoc/to/11977", status=404)


def test_the_ambassadors_of_a_village_lead_to_their_cards(w, visitor):
    assert DONG in visitor.as_(w.lan).get("/dai-su").links()
    assert DONG not in visitor.as_(w.cuc).get("/dai-su").links()
    assert DONG in visitor.as_(w.cuc).get(f"/dai-su?village={w.dong.id}").links()
