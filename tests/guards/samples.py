"""A furnished world and an address in it for every door, so that the guards can walk them all.

A new door below a known noun (/ho/<id>/…) is walked without a word from anybody. A new noun needs one line in `NOUNS`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from outreach import clock, web
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.alerts import raising
from outreach.alerts.models import Alert
from outreach.arrivals import keeping as apart
from outreach.arrivals.models import OUT_OF_REACH, Late
from outreach.arrivals.recorded import Record
from outreach.assessments import certificates, confirming, evidence
from outreach.assessments import queries as assessments
from outreach.bag import letting_in
from outreach.bag.models import Handset
from outreach.campaigns import agreeing
from outreach.campaigns.models import Campaign
from outreach.cards import codes
from outreach.checks.doubts import NIGHT
from outreach.checks.models import Doubt, Sample
from outreach.coverage.numbers import Counts
from outreach.feeds import hooks, keys
from outreach.feeds.models import Delivery, FeedKey
from outreach.helpdesk import keeping
from outreach.helpdesk.models import DESK, HelpPoint
from outreach.households import ambassadors, consent, merging, registering
from outreach.households.models import Consent, Household, HouseholdMerge, Member
from outreach.households.queries import READERS
from outreach.imports.models import ImportFile
from outreach.jobs import running
from outreach.jobs.models import DONE, Job
from outreach.kiosk import sharing
from outreach.learning import progress
from outreach.learning.models import Kiosk
from outreach.lessons import queries as lessons
from outreach.limits import closing, money
from outreach.open_data import publishing, tables
from outreach.plans import poverty, setting
from outreach.practice import portal
from outreach.practice import queries as practice
from outreach.practice import running as rehearsing
from outreach.procedures import loading as handbook
from outreach.reminders import meetings, noting
from outreach.reminders.models import ClassMeeting, DueDate
from outreach.reports import asking as reports
from outreach.reports.models import Report
from outreach.sms import outbox
from outreach.sms.models import ClosedDay, Sms
from outreach.visits import care, elsewhere, recording
from outreach.visits.models import SHOWN, Visit
from outreach.visits.recording import VisitDraft
from outreach.voices import narration
from outreach.voices.models import Narration
from tests import world
from tests.imports.sheets import build as sheets
from tests.sms import rows
from tests.sms.notices import notice
from tests.submissions import exports

LESSON = "dang-nhap-cong-dich-vu-cong"
REHEARSAL = "nhan-biet-lua-dao"
PROCEDURE = "dang-ky-khai-sinh"
STRANGER = "a stranger"
OF = "?khu-vuc=11977"  # of which place a table is
SECRET_KEY = "tests-only"  # of the tests' settings


@dataclass
class Furnished:
    """The cast, and one of everything that has a page of its own, all of thôn Đông and xã Tân Hưng."""

    w: world.World
    consent: Consent
    uploaded: ImportFile  # still to be looked at
    loaded: ImportFile  # with a row given back
    forms: ImportFile  # submissions of another programme, still to be looked at
    taken: ImportFile  # with a row given back
    jobs: dict[int, Job]  # by account: one sees one's own
    point: HelpPoint
    handset: Handset  # Lan's
    late: Late  # a record that the leader and the official decide about
    campaign: Campaign  # runs now, for all families and for farmers
    kiosk: Kiosk
    token: str  # of the kiosk
    voice: Narration  # heard by learners
    card: str
    certificate: str
    code: str  # of an invitation nobody has
    call: Visit  # Lan's, at bà Sen's
    merge: HouseholdMerge  # of bà Sen's household with a second entry of it
    doubt: Doubt  # about that visit
    sample: Sample  # that visit, drawn
    meeting: ClassMeeting  # of thôn Đông, to come
    due: DueDate  # Hạnh's passport
    alert: Alert  # of the commune
    silent: Alert  # of thôn Đông
    failed: Sms  # a message with receipts, to Hạnh
    closed: date  # a day on which no message goes
    key: FeedKey  # of the commune, for an operations centre
    told: Delivery  # to an address of the commune
    report: Report  # of the commune, made

    @property
    def people(self) -> dict[str, Account | None]:
        """One person of each role, and somebody who has none."""
        w = self.w
        cast = {one.role: one for one in (w.anh, w.binh, w.cuc, w.dung, w.lan, w.phuc)}
        return {**cast, STRANGER: None}

    @property
    def next_year(self) -> date:
        """A day a year ahead."""
        return clock.today() + timedelta(days=365)

    @property
    def last_month(self) -> date:
        """A day of the month that is over."""
        return clock.today().replace(day=1) - timedelta(days=1)


def was_a_volunteer(s: Session, w: world.World, who: Account) -> None:
    """Somebody who has a sheet of the time in the group of thôn Đông."""
    visit(s, who, w.tams_house, w.tam).at -= timedelta(minutes=5)
    audit.record(s, "account.role", "account", who.id, area_id=w.dong.id, role=["volunteer", who.role])


def furnish(s: Session) -> Furnished:
    """Build it; committed."""
    w = world.build(s)
    handbook.load(s)
    given = consent.Given(("registered", "sms"), "oral")
    agreed = consent.give(s, w.hanh, given, w.lan)[0]
    ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
    call = visit(s, w.lan, w.sens_house, w.hanh)
    doubt, sample = asked_about(s, call)
    was_a_volunteer(s, w, w.phuc)
    learn(s, w.hanh)
    show_enough(s, w.hanh, w.lan)
    planned(s, w)
    message(s, w, w.hanh)
    show_enough(s, w.tam, w.minh)
    paper = certificates.issue(s, confirming.confirm(s, w.tam, w.dung), w.dung, certificates.FULL)
    goat = ("9", "Trần Văn Dê", 1970, "Ngõ 1", "0912345670", "Đông")
    nobody = ("10", "", 1971, "Ngõ 2", "0168 234 5678", "Đông")
    came = sheets.load(s, w, sheets.a_list(goat, nobody))
    job = s.get_one(Job, came.file.job_id)
    job.state, job.result = DONE, came.result
    desk = keeping.Told(DESK, "Quầy hướng dẫn xã Tân Hưng", "Số 1, đường Mẫu", "1022", "7 giờ đến 17 giờ")
    kiosk, token = sharing.set_up(s, "Bưu điện xã Tân Hưng", w.cuc)
    everybody = (w.anh, w.binh, w.cuc, w.dung, w.lan, w.phuc)
    made = Furnished(
        w, agreed, uploaded=sheets.upload(s, w, sheets.a_list(goat)), loaded=came.file,
        forms=exports.upload(s, w, exports.an_export(exports.submission(1), exports.submission(2, outcome="?"))),
        taken=exports.take(s, w, exports.an_export(exports.submission(3), exports.submission(4, KEY="")))[1],
        jobs={one.id: running.plan(s, "import", f"sample:{one.id}", owner=one.id) for one in everybody},
        handset=a_handset(s, w.lan), late=a_late_record(s, w),
        point=keeping.create(s, desk, w.cuc), kiosk=kiosk, token=token, voice=read_aloud(s, w),
        campaign=a_campaign(s, w), meeting=a_class(s, w), due=a_day(s, w),
        card=codes.show(codes.issue(s, w.tam, w.lan).code), certificate=paper.code, code="ABCD-EFGH", call=call,
        merge=merging.merge(s, w.sens_house, world.household(s, w.dong, "Hoang Thi Sen"), w.cuc),
        doubt=doubt, sample=sample, alert=raising.raise_(s, "sms_number", w.tan_hung.id, code="21211"),
        silent=raising.raise_(s, "silent", w.dong.id, days=16),
        failed=a_failed_message(s, w),
        key=keys.make(s, "IOC", w.cuc)[0], told=a_test_message(s, w),
        closed=what_is_set(s, w), report=a_report(s, w),
    )  # fmt: skip
    publishing.publish(s, made.last_month.replace(day=1))
    s.commit()
    return made


def what_is_set(s: Session, w: world.World) -> date:
    """A price, a budget, and days on which no message goes: a public holiday of next year, and another of this one."""
    money.set_price(s, "+84", 800, clock.today(), w.anh)
    money.set_budget(s, w.tan_hung, 500_000, w.cuc)
    s.add(ClosedDay(day=date(clock.today().year + 1, 9, 2), name="Quốc khánh", by_id=None))
    closed = date(clock.today().year, 12, 31)
    closing.close(s, closed, "Nghỉ vì bão lụt", w.anh)
    return closed


def a_campaign(s: Session, w: world.World) -> Campaign:
    """A plan for a month around today; thôn Đông has a family of farmers, which Minh looks after."""
    registering.retype(w.tams_house, ["farmers"])
    s.flush()
    care.give(s, [w.tams_house.id], w.minh, w.dung, area_id=w.dong.id)
    days = clock.today() - timedelta(days=10), clock.today() + timedelta(days=20)
    return agreeing.make(s, w.tan_hung, agreeing.Plan("Quý IV/2026", *days, {"": 50, "farmers": 70}), w.cuc)


def planned(s: Session, w: world.World) -> None:
    """Every office has a plan; what is known of thôn Đông's poverty is summed up."""
    wish = setting.Wish(clock.today() + timedelta(days=300), 100, {})
    for official in (w.anh, w.binh, w.cuc):
        setting.set_plan(s, official.area, wish, Counts(), official)
    poverty.note(s, w.tan_hung, [poverty.Fact(w.dong.id, 1, 1, hardship=True)], clock.today(), "", w.cuc)


def a_report(s: Session, w: world.World) -> Report:
    """A report of the commune that a worker has made."""
    wish = reports.Wish("month", "pdf", clock.today().replace(day=1), "vi")
    made = reports.ask(s, w.tan_hung, wish, w.cuc)
    made.made_at, made.content = clock.now(), b"%PDF-1.7"
    return made


def a_test_message(s: Session, w: world.World) -> Delivery:
    """A message that waits for an address of the commune."""
    hook = hooks.make(s, "https://ioc.example.vn/outreach", w.cuc)
    return hooks.try_out(s, hook, w.tan_hung)


def a_class(s: Session, w: world.World) -> ClassMeeting:
    """A class that the leader of thôn Đông has planned for the day after tomorrow."""
    at = clock.now() + timedelta(days=2)
    return meetings.make(s, w.dung, village_id=w.dong.id, place="Đình làng Đông", at=at, lesson=LESSON)


def a_day(s: Session, w: world.World) -> DueDate:
    """Hạnh's passport expires in a month."""
    wanted = DueDate(kind="passport", due_on=clock.today() + timedelta(days=30), said="của cháu")
    return noting.note(s, w.hanh, wanted, w.lan)


def visit(s: Session, by: Account, house: Household, met: Member) -> Visit:
    """A visit with all that follows: a lesson taught, a promise to come again today."""
    draft = VisitDraft(recording.new_client_id(), SHOWN, met=(met.id,), taught=(LESSON,), next_on=clock.today())
    return recording.record(s, by, house, draft).visit


def asked_about(s: Session, call: Visit) -> tuple[Doubt, Sample]:
    """A visit that is asked about, and is drawn for a check."""
    where = call.household.village_id
    doubt = Doubt(visit_id=call.id, village_id=where, reason=NIGHT, facts={"time": "23:10"}, found_at=clock.now())
    sample = Sample(visit_id=call.id, village_id=where, month=clock.today().replace(day=1), drawn_at=clock.now())
    s.add_all([doubt, sample])
    s.flush()
    return doubt, sample


def learn(s: Session, member: Member) -> None:
    """The first steps of a lesson, and a rehearsal played to its end, alone."""
    who = progress.join(s, None, member, lessons.catalogue(), together=True)
    lesson = lessons.catalogue()[LESSON]
    for step in lesson.steps[:2]:
        progress.see(s, who, lesson, step.id)
    flow = practice.catalogue()[REHEARSAL]
    path = [*(screen.id for screen, _button in portal.ways(flow)[0]), flow.screens[-1].id]
    told = rehearsing.Report(str(uuid4()), path, hints=0, wrong=2, seconds=240, alone=True, at=clock.now())
    rehearsing.report(s, who, flow, told)


def a_handset(s: Session, owner: Account) -> Handset:
    """A phone that carries a bag."""
    mark = str(uuid4())
    letting_in.set_up(s, owner, mark, "Android, Chrome", SECRET_KEY)
    return s.scalars(select(Handset).where(Handset.mark == mark)).one()


def a_late_record(s: Session, w: world.World) -> Late:
    """A visit of Minh's that waits for a word."""
    fields = (("outcome", SHOWN), ("met", str(w.hanh.id)))
    record = Record(str(uuid4()), f"/ho/{w.sens_house.id}/tham", fields, clock.now())
    apart.keep(s, record, w.minh, w.dong, OUT_OF_REACH)
    return s.scalars(select(Late)).one()


def read_aloud(s: Session, w: world.World) -> Narration:
    """The first step of a lesson can be heard, the second waits for a second person."""
    lesson = lessons.catalogue()[LESSON]
    made = []
    for step in lesson.steps[:2]:
        mark = narration.words_mark(lesson, step, "vi")
        told = {"lesson": LESSON, "key": step.id, "language": "vi", "words": mark, "seconds": 4.2}
        made.append(Narration(**told, opus=b"OggS", mp3=b"ID3", made_at=clock.now(), made_by=w.lan))
    s.add_all(made)
    s.flush()
    narration.approve(s, w.cuc, made[0])
    return made[0]


def show_enough(s: Session, member: Member, by: Account) -> None:
    """All skills of the standard, seen: the member waits for confirmation."""
    skills = [one.id for one in assessments.default().skills]
    evidence.observe(s, member, skills, aided="alone", at=clock.now(), by_id=by.id)


def message(s: Session, w: world.World, member: Member) -> None:
    """A message that waits for tomorrow."""
    tomorrow = clock.now() + timedelta(days=1)
    times = {"due_at": tomorrow, "not_after": tomorrow + timedelta(days=2)}
    outbox.put(s, notice(w.tan_hung.id, f"member:{member.id}", **times))


def a_failed_message(s: Session, w: world.World) -> Sms:
    """One that did not arrive, after a receipt that gave hope."""
    made = rows.sent(
        s, w.tan_hung, recipient=f"member:{w.hanh.id}", state="failed", error="30003", due_at=clock.now(), price=825,
        why={"rule": "follow_up", "on": f"{clock.today()}"},
    )  # fmt: skip
    for status, code in (("sent", ""), ("undelivered", "30003")):
        rows.receipt(s, made, status, clock.now(), code)
    return made


Values = Callable[[Furnished, Account | None], list[object]]

# Where an address names something: what to name, for the one who asks. A door's own line (by endpoint) comes first.
NOUNS: dict[str, Values] = {
    "assessments.certificate": lambda f, who: [f.w.tam.id],
    "assessments.issue": lambda f, who: [f.w.tam.id],
    "coverage.moves": lambda f, who: [who.area.code] if who and who.role in READERS else [],  # nobody else: 404
    "coverage.sayers": lambda f, who: [who.area.code] if who and who.role in READERS else [],
    "coverage.visited": lambda f, who: [who.area.code] if who and who.role in READERS else [],
    **dict.fromkeys(
        ("breakdown.show", "breakdown.table", "breakdown.workbook"),
        lambda f, who: [who.area.code if who else "33"],
    ),
    "imports.edit": lambda f, who: [f.uploaded.id, f.loaded.id],
    "/b/<short>": lambda f, who: ["khai-sinh", LESSON],
    "/bang-ma/<code>": lambda f, who: [who.area.code if who else "11977"],
    "voices.delete": lambda f, who: [f.voice.id] if who in (None, f.w.lan) else [],  # one's own voice
    "/to/<int:account_id>": lambda f, who: [f.w.minh.id],
    "/to/nguoi/<int:account_id>": lambda f, who: [f.w.minh.id],
    "/to/thon/<code>": lambda f, who: [f.w.dong.code],
    "/giup/<ticket>": lambda f, who: [elsewhere.ticket(who, f.w.tam, SECRET_KEY)] if who else ["torn"],
    "/bao-cao/<code>": lambda f, who: [who.area.code if who else "11977"],
    "/bao-cao/ban/<int:id>": lambda f, who: [f.report.id],
    "/bai-hoc/<slug>": lambda f, who: [LESSON],
    "/bai-hoc/<slug>/<int:n>": lambda f, who: [1, 2],
    "/bai-hoc/<slug>/cau-hoi/<int:n>": lambda f, who: [2],
    "/bai-hoc/<slug>/nghe/<key>": lambda f, who: [f.voice.key],
    "/bai-hoc/<slug>/nghe/<key>.<any(opus,mp3):kind>": lambda f, who: ["mp3", "opus"],
    "/can-bo/<int:account_id>": lambda f, who: [f.w.cuc.id if who is f.w.binh else f.w.minh.id],
    "/chung-nhan/<code>": lambda f, who: [f.certificate],
    "/chung-nhan/<code>.jwt": lambda f, who: [f.certificate],
    "/chung-nhan/noi-cap/<code>": lambda f, who: [f.w.tan_hung.code],
    "/chung-nhan/noi-cap/<code>/thu-hoi/<int:number>": lambda f, who: [0],
    "/chung-nhan/thu-hoi/<int:number>": lambda f, who: [0],
    "/chung-nhan/<code>.pdf": lambda f, who: [f.certificate],
    "/diem-ho-tro/<code>": lambda f, who: [f.w.tan_hung.code],
    "/diem-ho-tro/<int:id>": lambda f, who: [f.point.id],
    "/do-phu/<code>": lambda f, who: [who.area.code if who else "VN"],
    "/do-phu/<code>.csv": lambda f, who: [who.area.code if who else "VN"],
    "/do-phu/<code>.pdf": lambda f, who: [who.area.code if who else "VN"],
    "/dong-y/<int:id>": lambda f, who: [f.consent.id],
    "/hen-nhac/<int:id>": lambda f, who: [f.due.id],
    "/lop-hoc/<int:id>": lambda f, who: [f.meeting.id],
    "/sms/bien-nhan/<gateway>": lambda f, who: [],  # for machines that sign; tests/sms/test_hooks.py
    "/sms/den/<gateway>": lambda f, who: [],
    "/canh-bao/<int:id>": lambda f, who: [f.silent.id] if who is f.w.dung else [f.alert.id, f.silent.id],
    "/chien-dich/<int:id>": lambda f, who: [f.campaign.id],
    "/gop/<int:id>": lambda f, who: [f.merge.id],
    "/ho/<int:id>": lambda f, who: [f.w.sens_house.id, f.w.tams_house.id],
    "/ho/nhap/<int:file_id>": lambda f, who: [f.loaded.id],
    "/ma-moi/<code>": lambda f, who: [f.code],
    "/loi-doc/<slug>": lambda f, who: [LESSON],
    "/loi-doc/<slug>/<language>": lambda f, who: ["vi", "en"],
    "/loi-doc/<slug>/<language>/<key>": lambda f, who: [step.id for step in lessons.catalogue()[LESSON].steps[:2]],
    "/loi-doc/ban-ghi/<int:id>": lambda f, who: [f.voice.id],
    "/ioc/khoa/<int:id>": lambda f, who: [f.key.id],
    "/ioc/dia-chi/<int:id>": lambda f, who: [f.told.webhook_id],
    "/ioc/lan-gui/<int:id>": lambda f, who: [f.told.id],
    "/ioc/v1/<any(coverage,days,alerts,dhis2):what>": lambda f, who: [],  # for machines with a key: tests/feeds
    "/luyen-tap/<slug>": lambda f, who: [REHEARSAL],
    "/mau-tin/<purpose>": lambda f, who: ["follow_up", "welcome"],
    "/mau-tin/<purpose>/<language>": lambda f, who: ["vi", "en"],
    "/mau-tin/<purpose>/<language>/<int:version>": lambda f, who: [1],
    "/luyen-tap/<slug>/<screen>": lambda f, who: [practice.catalogue()[REHEARSAL].start.id],
    "/den-muon/<int:id>": lambda f, who: [f.late.id],
    "/may/<int:id>": lambda f, who: [f.handset.id],
    "/may-chung/<int:id>": lambda f, who: [f.kiosk.id],
    "/may-chung/mo/<token>": lambda f, who: [f.token],
    "open_data.show": lambda f, who: [*tables.DATASETS],
    "/du-lieu-mo/<name>": lambda f, who: [tables.COMMUNES],
    "/du-lieu-mo/<name>.<any(csv,json,geojson):form>": lambda f, who: ["csv", "json", "geojson"],
    "/du-lieu-mo/<name>/<month>": lambda f, who: [f"{f.last_month:%Y-%m}"],
    "/du-lieu-mo/<name>/<month>/<int:number>": lambda f, who: [1],
    "/du-lieu-mo/<name>/<month>/<int:number>.<any(csv,json,geojson):form>": lambda f, who: ["csv", "json", "geojson"],
    "/nguoi/<int:id>": lambda f, who: [f.w.hanh.id, f.w.tam.id],
    "/ke-hoach/<code>": lambda f, who: [who.area.code if who else "VN"],
    "/kiem-tra/<int:id>": lambda f, who: [f.sample.id],
    "/nghi-van/<int:id>": lambda f, who: [f.doubt.id],
    "/so-tham/<int:account_id>": lambda f, who: [who.id if who is f.w.phuc else f.w.lan.id],
    "/so-tham/bang/<code>": lambda f, who: [who.area.code if who else "11977"],
    "/tham/<int:id>": lambda f, who: [f.call.id],
    "/the-hoc/<code>": lambda f, who: [f.card],
    "/the-hoc/to/<code>": lambda f, who: [f.w.dong.code],
    "/the-hoc/to/<code>.pdf": lambda f, who: [f.w.dong.code],
    "/van-hanh/<code>": lambda f, who: [who.area.code if who else "11977"],
    "/van-hanh/<code>/ban-tin/<day>": lambda f, who: [f"{clock.today() - timedelta(days=1)}"],
    "/thu-tuc/<id>": lambda f, who: [PROCEDURE],
    "submissions.edit": lambda f, who: [f.forms.id, f.taken.id],
    "/tin-nhan/<int:id>": lambda f, who: [f.failed.id],
    "/tin-nhan/chi-phi/<code>": lambda f, who: [f.w.tan_hung.code],
    "/tin-nhan/ngay-nghi/<day>": lambda f, who: [f"{f.closed:%Y-%m-%d}"],
    "/trao-doi/odk/<int:file_id>": lambda f, who: [f.taken.id],
    "/trao-doi/do-phu.<any(csv,xlsx):form>": lambda f, who: [f"csv{OF}", f"xlsx{OF}"],
    "/trao-doi/dhis2.<any(json,csv):form>": lambda f, who: [f"json{OF}", f"csv{OF}"],
    '/trao-doi/<any(ho,tham,"dai-su"):what>': lambda f, who: ["ho", "tham", "dai-su"],
    '/trao-doi/<any(ho,tham,"dai-su"):what>.<any(csv,xlsx):form>': lambda f, who: [f"csv{OF}", f"xlsx{OF}"],
    "/viec/<int:job_id>": lambda f, who: [f.jobs[who.id].id if who else 1],
}
# Pages that only a question opens; the rest of the address is as above.
ASKED = {
    "alerts.index": ["?list=closed", "?list=below"],
    "accounts.index": ["?q=minh", "?state=invited", "?q=khong-co-ai"],
    "accounts.new": ["?area=11977"],
    "areas.index": ["?q=tan+hung&back=/thu-tuc", "?q=khong-co-noi-nay"],
    "campaigns.show": ["?loai=farmers"],
    "care.order": ["?ngo=ngo+3"],
    "coverage.show": ["?sort=name&dir=desc", "?thang={f.last_month:%Y-%m}"],
    "helpdesk.index": ["?xa=11977"],
    "helpdesk.printed": ["?moi-thon=1&kho=A3"],
    "households.index": ["?q=sen", "?stage=learning", "?q=khong-co-ai"],
    "households.merge": ["?q=tam", "?other={f.w.tams_house.id}"],
    "learning.quiz": ["?chon=bam-link", "?chon=tu-go"],
    "operations.show": ["?man-hinh=tuong"],
    "plans.new": ["?target_on={f.next_year}&share=100"],
    "plans.show": ["?more=2", "?more=nhieu"],
    "procedures.index": ["?q=khai+sinh", "?q=khong-co-gi"],
    "reports.index": ["?thang={f.last_month:%Y-%m}"],
    "rules.index": ["?khu-vuc=11977"],
    "sms.index": ["?list=sent", "?list=failed", "?list=failed&reason=30003&purpose=follow_up", "?until=2026-10-01"],
    "telephone.index": ["?thon=11977.1"],
    "telephone.show": ["?thon=11977.1"],
    "visits.index": ["?nha=toi"],
    "visits.new": ["?outcome=nobody"],
}


def doors(app: Flask, method: str) -> Iterator[Rule]:
    """Every door that takes this method, but for static files."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint != "static" and method in (rule.methods or ()):
            yield rule


def addresses(rule: Rule, furnished: Furnished, who: Account | None) -> Iterator[str]:
    """Sample addresses of a door for somebody: each is there, and theirs to see if the door's sign lets them."""
    found = [""]
    beginning = ""
    for piece in re.findall(r"[^<]+|<[^>]+>", rule.rule):
        beginning += piece
        found = [address + str(value) for address in found for value in _values(piece, beginning, rule, furnished, who)]
    for address in found:
        yield address
        yield from (address + question.format(f=furnished) for question in ASKED.get(rule.endpoint, ()))


def _values(piece: str, beginning: str, rule: Rule, furnished: Furnished, who: Account | None) -> list[object]:
    if not piece.startswith("<"):
        return [piece]
    named = NOUNS.get(rule.endpoint) or NOUNS.get(beginning)
    assert named, (
        f"The door {rule.rule} ({rule.endpoint}) has no sample address: add {beginning!r} to NOUNS in "
        "tests/guards/samples.py, with something that every role of its sign may see."
    )
    return named(furnished, who)


def may_enter(app: Flask, rule: Rule, who: Account | None) -> bool:
    """Whether the sign on the door lets them in."""
    sign = getattr(app.view_functions[rule.endpoint], "sign", ())
    return sign == web.PUBLIC or (who is not None and who.role in sign)
