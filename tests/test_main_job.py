"""The main job from end to end by the HTTP client, without JavaScript, in both languages: from the household list to
the percentage that moves, and the reminder that goes out.

Cúc loads the list, Lan visits and registers Hạnh as ambassador, Hạnh learns on her phone, Lan sees her do it alone, ông
Dũng confirms, Cúc sees village, commune, province and country move; the day before the next visit a reminder goes.
"""

import csv
import io
import re
from datetime import date, timedelta

import pytest
import time_machine
from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import db
from outreach.app import create_app
from outreach.coverage import folding
from outreach.households.models import Household, Member
from outreach.jobs.models import Job
from outreach.lessons import content
from outreach.settings import ROOT
from outreach.sms import sending
from outreach.sms.gateway import choose
from outreach.sms.models import Sms
from outreach.worker import Worker
from tests import world
from tests.conftest import settings
from tests.visitor import Visitor
from tests.watching import WatchedSession

LESSON = "dang-nhap-cong-dich-vu-cong"
SKILLS = ["online_services", "shopping", "payment", "safety", "local_platform"]


def household_list() -> bytes:
    """A list as communes have it: a title above, headings in Vietnamese, a number without its 0."""
    book = Workbook()
    sheet = book.active
    sheet.append(["UBND XÃ TÂN HƯNG"])
    sheet.append(["DANH SÁCH HỘ GIA ĐÌNH NĂM 2026"])
    sheet.append([])
    sheet.append(["STT", "Họ và tên chủ hộ", "Năm sinh", "Thôn", "Địa chỉ", "SĐT"])
    sheet.append([1, "Vũ Thị Thơm", 1969, "Thôn Đông", "Ngõ 9", 912345677])
    sheet.append([2, "Cao Văn Lâm", 1958, "Thôn Đoài", "Ngõ 2", None])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_main_job_plays_from_the_list_to_the_moved_percentage(real_db, language):
    """Everything is real: real commits, a real worker; only the clock is held so that "tomorrow" comes."""
    with Session(real_db, expire_on_commit=False) as s:
        w = world.build(s)
        people = {name: getattr(w, name) for name in ("cuc", "lan", "dung")}
        for account in people.values():
            account.language = language
        s.commit()
    app = create_app(settings(real_db.url.render_as_string(hide_password=False)), real_db)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.extensions["make_session"] = lambda: WatchedSession(real_db, expire_on_commit=False)
    with time_machine.travel("2026-11-21 09:00 +0700", tick=False):
        cuc, lan, dung = (Visitor(app).as_(people[name]) for name in ("cuc", "lan", "dung"))
        _load_the_list(cuc, real_db)
        house_id = _visit_and_register(lan, real_db)
        member_id = _learn(app, lan, real_db, house_id)
        _a_minute_goes_by(real_db)
        before = [_proficient(cuc, code) for code in ("11977.1", "11977", "33", "VN")]
        _seen_alone(lan, real_db, house_id, member_id)
        refused = lan.get(f"/nguoi/{member_id}/xac-nhan")
        assert f'action="/nguoi/{member_id}/xac-nhan"' not in refused.text  # the teacher does not confirm
        ready = dung.get("/xac-nhan")
        assert f"/nguoi/{member_id}/xac-nhan" in ready.links()
        dung.send(dung.get(f"/nguoi/{member_id}/xac-nhan"), f"/nguoi/{member_id}/xac-nhan")
        _a_minute_goes_by(real_db)
        after = [_proficient(cuc, code) for code in ("11977.1", "11977", "33", "VN")]
    assert before == [0, 0, 0, 0]
    assert after == [1, 1, 1, 1]
    _reminded(real_db)


def _a_minute_goes_by(engine):
    """The worker has summed up for the province and the country."""
    with db.transaction(engine) as s:
        folding.fold(s)


def _load_the_list(cuc, engine):
    upload = cuc.get("/ho/nhap")
    sent = upload.form("/ho/nhap") | {"file": (io.BytesIO(household_list()), "Danh sách hộ.xlsx")}
    preview = cuc.follow(cuc.post("/ho/nhap", sent, content_type="multipart/form-data"))
    action = next(m for m in re.findall(r'action="(/ho/nhap/\d+)"', preview.text))
    progress = cuc.follow(cuc.send(preview, action, start="1"))
    assert progress.status == 200
    worker = Worker(engine, choose(settings("sqlite://")))
    while worker.do_next():
        pass
    with Session(engine) as s:
        assert {job.state for job in s.scalars(select(Job).where(Job.kind == "import"))} == {"done"}
        thom = s.scalars(select(Household).where(Household.head_name == "Vũ Thị Thơm")).one()
        assert (thom.village.name, thom.phone, thom.address) == ("Đông", "+84912345677", "Ngõ 9")


def _visit_and_register(lan, engine):
    today = lan.get("/hom-nay")
    assert "Vũ Thị Thơm" in today.words
    with Session(engine) as s:
        house = s.scalars(select(Household).where(Household.head_name == "Vũ Thị Thơm")).one()
        house_id, head_id = house.id, house.members[0].id
    form = lan.get(f"/ho/{house_id}/tham")
    lan.send(form, f"/ho/{house_id}/tham", outcome="shown", met=str(head_id), taught=LESSON,
             again=str(date(2026, 11, 21) + timedelta(days=7)))  # fmt: skip
    form = lan.get(f"/ho/{house_id}/dai-su")
    lan.send(form, f"/ho/{house_id}/dai-su", who="new", name="Vũ Ngọc Mai", birth_year="1999", relation="child",
             phone="0987 111 222", purposes=["registered", "sms", "phone"], how="oral")  # fmt: skip
    return house_id


def _learn(app, lan, engine, house_id):
    with Session(engine) as s:
        member_id = s.scalars(select(Member.id).where(Member.name == "Vũ Ngọc Mai")).one()
    issue = f"/nguoi/{member_id}/the-hoc"
    card = lan.follow(lan.send(lan.get(issue), issue))
    code = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", card.words)[0]
    phone = Visitor(app)
    lesson = content.load_all(ROOT / "lessons")[LESSON]
    phone.get(f"/bai-hoc/{LESSON}")
    for number in range(1, len(lesson.steps) + 1):
        step = phone.get(f"/bai-hoc/{LESSON}/{number}")
        assert len(step.text.encode()) < 30_000
        phone.send(step, f"/bai-hoc/{LESSON}/{number}")
    joining = phone.follow(phone.send(phone.get("/the-hoc"), "/the-hoc", code=code.lower().replace("-", " ")))
    phone.send(joining, f"/the-hoc/{code}")
    for number, question in enumerate(lesson.quiz, 1):
        address = f"/bai-hoc/{LESSON}/cau-hoi/{number}" if number > 1 else f"/bai-hoc/{LESSON}/cau-hoi"
        asked = phone.get(address)
        action = next(m for m in re.findall(r'id="answer" method="post" action="([^"]+)"', asked.text))
        answered = phone.client.post(action, data=asked.form(action) | {"choice": question.answer})
        assert answered.status_code in (200, 303)
    assert phone.get(f"/bai-hoc/{LESSON}/xong").status == 200
    with Session(engine) as s:
        assert s.get_one(Household, house_id).stage == "learning"
    return member_id


def _seen_alone(lan, engine, house_id, member_id):
    form = lan.get(f"/ho/{house_id}/tham")
    lan.send(form, f"/ho/{house_id}/tham", outcome="alone", met=str(member_id), observed=SKILLS,
             again=str(date(2026, 11, 21) + timedelta(days=14)))  # fmt: skip


def _proficient(official, code):
    text = official.get(f"/do-phu/{code}.csv").text
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    return sum(int(row["proficient"]) for row in rows if row["proficient"].isdecimal())


def _reminded(engine):
    """The day before the promised visit, by day, in the plain form, without a link."""
    gateway = choose(settings("sqlite://"))
    with time_machine.travel("2026-12-04 07:30 +0700", tick=False):
        worker = Worker(engine, gateway)
        worker.send()
        with Session(engine) as s:
            assert [sms.state for sms in s.scalars(select(Sms))] == ["queued"]  # not before eight
    with time_machine.travel("2026-12-04 09:00 +0700", tick=False):
        sending.send_due(engine, gateway)
        with Session(engine) as s:
            sms = s.scalars(select(Sms)).one()
    assert (sms.state, sms.to, sms.encoding) == ("sent", "+84987111222", "GSM-7")
    assert "http" not in sms.body
