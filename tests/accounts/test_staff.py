"""The people who work here: who sees whom, who may take on, change, suspend and hand codes to whom."""

import re

import pytest
from sqlalchemy import select

from outreach.accounts import queries, registering
from outreach.accounts.models import ADMIN, AGENT, LEADER, OFFICIAL, PROVINCE, ROLES, VOLUNTEER, Account, AuditEntry
from outreach.accounts.registering import NotAllowed, PhoneTaken
from outreach.lib import words
from tests import world

CAST = ("anh", "binh", "cuc", "quy", "dung", "lan", "minh", "nga", "phuc")
PLACES = ("country", "hung_yen", "tuyen_quang", "tan_hung", "tien_lu", "dong", "doai", "ha")

SEES = {
    "anh": set(CAST),
    "binh": set(CAST) - {"anh"},
    "cuc": {"cuc", "dung", "lan", "minh", "nga", "phuc"},
    "dung": {"dung", "lan", "minh"},
}
MANAGES = {
    "anh": set(CAST) - {"anh"},
    "binh": {"cuc", "quy"},
    "cuc": {"dung", "lan", "minh", "nga", "phuc"},
    "quy": set(),
    "dung": {"lan", "minh"},
    "lan": set(),
    "nga": set(),
    "phuc": set(),
}
GIVES = {  # who may let somebody stand where, as what
    "binh": {(OFFICIAL, "tan_hung"), (OFFICIAL, "tien_lu")},
    "cuc": {(LEADER, "dong"), (LEADER, "doai"), (VOLUNTEER, "dong"), (VOLUNTEER, "doai"), (AGENT, "tan_hung")},
    "dung": {(VOLUNTEER, "dong")},
    "lan": set(),
    "phuc": set(),
}
NEW = {"name": "Lò Thị Mây", "phone": "0912 000 111"}


def person(s, phone="+84912000111"):
    return s.scalars(select(Account).where(Account.phone == phone)).one()


@pytest.mark.parametrize("actor", SEES)
def test_each_sees_the_staff_of_her_own_area_only(s, w, actor):
    seen = {one.id for one in s.scalars(queries.visible_to(getattr(w, actor)))}
    assert seen == {getattr(w, name).id for name in SEES[actor]}


@pytest.mark.parametrize("actor", MANAGES)
def test_each_manages_those_below_and_never_herself(w, actor):
    managed = {name for name in CAST if registering.may_manage(getattr(w, actor), getattr(w, name))}
    assert managed == MANAGES[actor]


@pytest.mark.parametrize("actor", GIVES)
def test_each_gives_only_lower_roles_in_places_of_the_right_kind_within_reach(w, actor):
    given = {(r, p) for r in ROLES for p in PLACES if registering.may_give(getattr(w, actor), r, getattr(w, p))}
    assert given == GIVES[actor]


def test_an_admin_gives_every_role_in_its_kind_of_place(w):
    given = {(r, p) for r in ROLES for p in PLACES if registering.may_give(w.anh, r, getattr(w, p))}
    assert {r for r, _ in given} == set(ROLES)
    assert (PROVINCE, "tuyen_quang") in given
    assert (ADMIN, "hung_yen") not in given
    assert (VOLUNTEER, "tan_hung") not in given


@pytest.mark.parametrize("actor", ["binh", "cuc", "dung", "lan"])
def test_taking_on_out_of_reach_is_refused_whatever_the_page_said(s, w, actor):
    with pytest.raises(NotAllowed):
        registering.register(s, getattr(w, actor), name="X", phone="+84912000222", role=LEADER, area=w.ha)


def test_an_official_takes_on_a_leader_in_a_village(s, w, visitor):
    cuc = visitor.as_(w.cuc)
    answer = cuc.post("/can-bo/moi", NEW | {"role": LEADER, "area": w.doai.code})
    made = person(s)
    assert (made.name, made.role, made.area, made.password_hash) == ("Lò Thị Mây", LEADER, w.doai, None)
    assert "Invited, no password yet" in cuc.follow(answer).words


def test_an_official_takes_on_an_agent_for_the_commune(s, w, visitor):
    visitor.as_(w.cuc).post("/can-bo/moi", NEW | {"role": AGENT, "area": w.tan_hung.code})
    assert person(s).area == w.tan_hung


def test_a_leader_takes_on_a_volunteer_without_choosing_anything(s, w, visitor):
    dung = visitor.as_(w.dung)
    page = dung.get("/can-bo/moi")
    assert "checked" in page.text
    dung.post("/can-bo/moi", NEW | {"role": VOLUNTEER, "area": w.dong.code})
    assert person(s).area == w.dong


@pytest.mark.parametrize(
    ("role", "place", "reason"),
    [
        (LEADER, "tan_hung", "Leaders and volunteers belong to a village"),
        (AGENT, "dong", "belongs to the whole commune"),
        (OFFICIAL, "tan_hung", "Not a valid choice"),
        (LEADER, "ha", "Not a valid choice"),
    ],
)
def test_a_wrong_pair_of_role_and_place_is_shown_again_with_the_reason(s, w, visitor, role, place, reason):
    answer = visitor.as_(w.cuc).post("/can-bo/moi", NEW | {"role": role, "area": getattr(w, place).code}, status=422)
    assert reason in answer.words
    assert "Lò Thị Mây" in answer.text
    assert s.scalars(select(Account).where(Account.phone == "+84912000111")).all() == []


def test_a_number_has_one_holder(s, w, visitor):
    taken = NEW | {"phone": "0912000006", "role": VOLUNTEER, "area": w.dong.code}
    assert "already belongs to an account" in visitor.as_(w.cuc).post("/can-bo/moi", taken, status=422).words
    with pytest.raises(PhoneTaken):
        registering.register(s, w.cuc, name="X", phone="+84912000006", role=VOLUNTEER, area=w.dong)


def test_a_province_chooses_the_commune_first_and_then_takes_on_its_official(s, w, visitor):
    binh = visitor.as_(w.binh)
    assert "where will this person work" in binh.get("/can-bo/moi").words
    found = binh.get(f"/khu-vuc/tim?q=tien+lu&kinds=commune&inside={w.hung_yen.code}&back=/can-bo/moi")
    back = next(link for link in found.links() if link.startswith("/can-bo/moi?area="))
    page = binh.get(back)
    action = re.search(r'action="(/can-bo/moi[^"]*)"', page.text)[1]
    binh.post(action, NEW | {"role": OFFICIAL, "area": w.tien_lu.code})
    assert (person(s).role, person(s).area) == (OFFICIAL, w.tien_lu)


@pytest.mark.parametrize("place", ["tuyen_quang", "country", "dong"])
def test_a_province_cannot_pick_a_place_that_is_not_hers_to_give(w, visitor, place):
    visitor.as_(w.binh).get(f"/can-bo/moi?area={getattr(w, place).code}", status=404)


def test_an_admin_takes_on_a_province_official(s, w, visitor):
    anh = visitor.as_(w.anh)
    anh.post("/can-bo/moi?area=08", NEW | {"role": PROVINCE, "area": "08"})
    assert (person(s).role, person(s).area) == (PROVINCE, w.tuyen_quang)
    assert "Administrator" in anh.get("/can-bo/moi?area=VN").words


@pytest.mark.parametrize("actor", ["lan", "phuc"])
@pytest.mark.parametrize("path", ["/can-bo", "/can-bo/moi", "/can-bo/1", "/can-bo/1/ma", "/nhat-ky"])
def test_volunteers_and_agents_have_no_staff_pages(w, visitor, actor, path):
    visitor.as_(getattr(w, actor)).get(path, status=403)


@pytest.mark.parametrize("path", ["/can-bo", "/can-bo/moi", "/can-bo/1", "/can-bo/1/ma", "/nhat-ky", "/tai-khoan"])
def test_a_stranger_is_asked_to_sign_in(w, visitor, path):
    assert visitor.get(path, status=303).location.startswith("/dang-nhap")


DEEDS = ("", "/ma", "/tam-dung", "/tam-dung/thoi")


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_can_be_done_to_somebody_of_another_commune(w, visitor, deed):
    quy = visitor.as_(w.quy)
    quy.get(f"/can-bo/{w.lan.id}", status=404)
    quy.post(f"/can-bo/{w.lan.id}{deed}", NEW, status=404)


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_can_be_done_to_a_superior_out_of_sight_or_to_oneself(w, visitor, deed):
    visitor.as_(w.dung).post(f"/can-bo/{w.cuc.id}{deed}", NEW, status=404)
    visitor.as_(w.cuc).post(f"/can-bo/{w.cuc.id}{deed}", NEW, status=403)


@pytest.mark.parametrize("deed", DEEDS)
def test_a_province_looks_at_volunteers_but_leaves_them_to_the_commune(w, visitor, deed):
    binh = visitor.as_(w.binh)
    assert "Suspend" not in binh.get(f"/can-bo/{w.lan.id}").words
    binh.post(f"/can-bo/{w.lan.id}{deed}", NEW, status=403)


@pytest.mark.parametrize("path", ["/can-bo/moi", *(f"/can-bo/1{deed}" for deed in DEEDS)])
def test_a_volunteer_can_do_nothing_to_anybody(w, visitor, path):
    visitor.as_(w.lan).post(path, NEW, status=403)


def test_the_code_is_made_shown_once_and_works(s, w, visitor):
    w.lan.password_hash = None
    s.commit()
    dung = visitor.as_(w.dung)
    page = dung.follow(dung.post(f"/can-bo/{w.lan.id}/ma"))
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", page.words)[0]
    assert "data:image/svg+xml" in page.text
    assert "912 000 006" not in page.words  # who finds the paper must not learn the number too
    assert dung.get(f"/can-bo/{w.lan.id}/ma", status=303).location == f"/can-bo/{w.lan.id}"
    assert code not in dung.get(f"/can-bo/{w.lan.id}").words
    visitor.post("/ma-moi", {"phone": "0912000006", "code": code, "new_password": "bon mua hoa no"})
    s.expire_all()
    assert queries.state(w.lan) == queries.ACTIVE


def test_a_suspended_person_gets_no_code(s, w, visitor):
    dung = visitor.as_(w.dung)
    dung.post(f"/can-bo/{w.lan.id}/tam-dung")
    dung.post(f"/can-bo/{w.lan.id}/ma", status=403)


def test_suspending_puts_her_out_at_once_and_opening_again_needs_a_new_sign_in(s, w, visitor):
    lan, cuc = visitor.as_(w.lan), visitor.as_(w.cuc)
    cuc.post(f"/can-bo/{w.lan.id}/tam-dung")
    lan.get("/tai-khoan", status=303)
    cuc.post(f"/can-bo/{w.lan.id}/tam-dung/thoi")
    lan.get("/tai-khoan", status=303)
    lan.post("/dang-nhap", {"phone": "0912000006", "password": world.PASSWORD})


def test_an_official_makes_a_volunteer_leader_of_another_village(s, w, visitor):
    lan, cuc = visitor.as_(w.lan), visitor.as_(w.cuc)
    typed = {"name": w.lan.name, "phone": "0912000006", "role": LEADER, "area": w.doai.code}
    cuc.post(f"/can-bo/{w.lan.id}", typed)
    s.expire_all()
    assert (w.lan.role, w.lan.area) == (LEADER, w.doai)
    lan.get("/tai-khoan", status=303)
    entries = s.scalars(select(AuditEntry)).all()
    assert {(e.act, e.area_id, tuple(e.details["role"])) for e in entries} == {
        ("account.role", w.dong.id, (VOLUNTEER, LEADER)), ("account.role", w.doai.id, (VOLUNTEER, LEADER)),
    }  # fmt: skip


def test_a_corrected_name_keeps_its_place_in_the_alphabet_and_the_session(s, w, visitor):
    lan = visitor.as_(w.lan)
    typed = {"name": "Trần Thị Ân", "phone": "0912000066", "role": VOLUNTEER, "area": w.dong.code}
    visitor.as_(w.dung).post(f"/can-bo/{w.lan.id}", typed)
    s.expire_all()
    assert (w.lan.phone, w.lan.sort_key) == ("+84912000066", words.given_name_key("Trần Thị Ân"))
    assert "Trần Thị Ân" in lan.get("/tai-khoan").words
    assert s.scalars(select(AuditEntry.details)).all() == [{"fields": ["name", "phone"]}]


def test_a_number_taken_by_another_is_shown_on_the_persons_page(w, visitor):
    typed = {"name": w.lan.name, "phone": "0912000007", "role": VOLUNTEER, "area": w.dong.code}
    assert "another account" in visitor.as_(w.dung).post(f"/can-bo/{w.lan.id}", typed, status=422).words


def test_saving_without_a_change_leaves_no_trace(s, w, visitor):
    typed = {"name": w.lan.name, "phone": "0912000006", "role": VOLUNTEER, "area": w.dong.code}
    visitor.as_(w.dung).post(f"/can-bo/{w.lan.id}", typed)
    assert s.scalars(select(AuditEntry)).all() == []


def test_a_province_moves_an_official_to_another_commune(s, w, visitor):
    binh = visitor.as_(w.binh)
    page = binh.get(f"/can-bo/{w.cuc.id}?area={w.tien_lu.code}")
    action = re.search(rf'action="(/can-bo/{w.cuc.id}\?area=[^"]*)"', page.text)[1]
    typed = {"name": w.cuc.name, "phone": "0912000003", "role": OFFICIAL, "area": w.tien_lu.code}
    binh.post(action, typed)
    s.expire_all()
    assert w.cuc.area == w.tien_lu


def test_the_list_goes_place_by_place_and_by_given_name(s, w, visitor):
    said = visitor.as_(w.cuc).get("/can-bo").words
    names = [w.cuc.name, w.phuc.name, w.nga.name, w.dung.name, w.lan.name, w.minh.name]  # xã, thôn Đoài, thôn Đông
    assert sorted(names, key=said.index) == names
    assert said.index("Thôn Đoài") < said.index("Thôn Đông")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=lan", {"lan"}),
        ("q=Trần+Thị", {"lan"}),
        ("q=0912+000+007", {"minh"}),
        ("state=invited", {"nga"}),
        ("state=suspended", {"minh"}),
        ("state=active&q=phuc", {"phuc"}),
        ("q=quy", set()),
    ],
)
def test_staff_are_found_by_name_phone_and_state(s, w, visitor, query, found):
    w.nga.password_hash = None
    registering.suspend(s, w.cuc, w.minh)
    s.commit()
    links = visitor.as_(w.cuc).get(f"/can-bo?{query}").links()
    assert {name for name in CAST if f"/can-bo/{getattr(w, name).id}" in links} == found


def test_a_long_list_has_pages(s, w, visitor):
    for n in range(60):
        world.account(s, f"Người Thứ {n}", f"+849130000{n:02}", VOLUNTEER, w.doai)
    s.commit()
    cuc = visitor.as_(w.cuc)
    assert "Page 1 of 2" in cuc.get("/can-bo").words
    assert "Page 2 of 2" in cuc.get("/can-bo?page=2").words
    assert cuc.get("/can-bo?page=99").status == 200


def test_searching_while_typing_brings_only_the_list(w, visitor):
    fragment = visitor.as_(w.cuc).htmx("/can-bo?q=lan")
    assert "<html" not in fragment.text
    assert w.lan.name in fragment.words
