"""Who takes back that she is registered is forgotten: no table keeps her name or number, but where it must stand."""

import json
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import clock, duties, tables
from outreach.alerts import raising
from outreach.arrivals import keeping as apart
from outreach.arrivals.models import HANDED_IN, Late
from outreach.arrivals.recorded import Record
from outreach.assessments import certificates, confirming
from outreach.households import consent, differing, merging, registering
from outreach.households.registering import HouseholdFacts, MemberFacts
from outreach.imports import importing
from outreach.jobs.models import Job
from outreach.latecomers import late
from outreach.lib import words
from outreach.reminders import noting, planning, rules
from outreach.reminders.models import DueDate
from outreach.sms.models import InboundSms, Sms
from outreach.sms.purposes import RESULT_READY, WELCOME
from outreach.stopping import stop
from tests.guards.samples import show_enough
from tests.imports.sheets.build import a_list, run, upload
from tests.sms.rows import message

NAME, PHONE = "Kiều Thị Quỳnh Như", "+84987123321"
STAYS = {
    "member": "the commune's own list of who lives where, corrected by hand",
    "household": "the same list names the household after its head",
    "opt_out": "a stop holds for the number, or it would be written to again",
    "certificate": "a paper in her hands, which whoever reads it must be able to check",
    "consent": "of the guardian who said yes for her: that there was a yes must be provable",
}
TONIGHT = {
    "sms": "a worker holds it at this moment, or nobody knows whether it went: the gateway will be asked for its words",
    "due_date": "known in a room above; nothing is sent about it any more",
    "late": "decided; what it said is looked up for half a year",
    "rejected_row": "given back to who loaded the list, to be mended; for half a year",
}


@pytest.fixture
def her(s, w):
    """One who has left her name and number wherever people leave them."""
    facts = HouseholdFacts(w.dong, NAME, phone=PHONE)
    (her,) = registering.household(s, facts, w.cuc).members
    _file_and_phone(s, w, her.household_id)
    twin = registering.member(s, her.household, MemberFacts(f"{NAME} ", 1990, phone=PHONE), w.lan)
    merging.unify(s, her, twin, w.cuc)
    registering.correct_member(s, her, MemberFacts(NAME, 1990, "head", PHONE))
    given = consent.Given(("registered", "sms", "phone"), "oral", guardian=f"mẹ của {NAME}")
    registering.ambassador(s, her, given, w.lan)
    differing.note(s, her, {"name": f"{NAME} Anh"}, w.minh)
    _certified(s, w, her)
    _told(s, w, her)
    s.commit()
    return her


def _file_and_phone(s, w, home):
    file = upload(s, w, a_list(("", NAME, 1990, "Ngõ 1", PHONE, "Thôn nào đó")))
    run(s, file, importing.start(s, file, w.tan_hung, None, [], w.cuc.id))
    typed = (("name", NAME), ("phone", PHONE), ("birth_year", "1990"))
    record = Record(str(uuid.uuid4()), f"/ho/{home}/nguoi/moi", typed, clock.now(), None)
    apart.keep(s, record, w.lan, w.dong, HANDED_IN)
    late.decide(s, s.scalars(select(Late)).one(), w.dung, written=False, word="đã có")


def _certified(s, w, her):
    show_enough(s, her, w.lan)
    certificates.issue(s, confirming.confirm(s, her, w.dung), w.dung, certificates.FULL)


def _told(s, w, her):
    noting.note(s, her, DueDate(kind="result", due_on=clock.today(), said=f"giấy của {NAME}"), w.lan)
    for purpose in (RESULT_READY, WELCOME):
        rules.switch(s, w.tan_hung, purpose, to=True, by=w.cuc)
        planning.plan_one(s, purpose, clock.today() + timedelta(days=1), PHONE)
    for state in ("working", "sent", "accepted", "failed", "cancelled", "unknown"):
        whose = {"recipient": f"member:{her.id}", "to": PHONE, "body": f"Xa Tan Hung: chao {NAME}."}
        message(s, w.tan_hung, state=state, due_at=clock.now(), not_after=clock.now() + timedelta(days=1), **whose)
    raising.raise_(s, "sms_number", w.tan_hung.id, f"member:{her.id}", code="30005", sms=1)
    stop.stop_number(s, PHONE, stop.PHONE, w.lan.id)
    s.add(InboundSms(gateway_id="SM1", phone=PHONE, meant="stop", at=clock.now()))


def keeping(s):
    """The tables that hold her name, with accents or without, or her number, in whatever way it is written."""
    s.flush()
    s.expire_all()
    return {
        table.name
        for table in tables.METADATA.sorted_tables
        for row in s.execute(select(table))
        for value in row
        if _tells(json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value))
    }


def _tells(text):
    return words.fold(NAME) in words.fold(text) or PHONE[3:] in "".join(filter(str.isdigit, text))


def test_who_takes_her_yes_back_is_forgotten_at_once_and_by_the_night_entirely(s, w, her):
    assert keeping(s) >= {*STAYS, *TONIGHT, "inbound_sms", "household_merge"}
    consent.withdraw(s, consent.current(s, her)["registered"], w.lan)
    assert keeping(s) == {*STAYS, *TONIGHT}
    left = s.scalars(select(Sms.state).where(Sms.body != "").order_by(Sms.state)).all()
    assert left == ["unknown", "working"]
    sent, failed = s.scalars(select(Sms).where(Sms.state.in_(left)))
    sent.state, failed.state, failed.error = "sent", "failed", "21612"  # the gateway has answered
    list(duties.let_go(s, Job(done=0), days=0))
    assert keeping(s) == set(STAYS)
