"""What has happened in the cast's villages before a browser test begins, told by the rooms' own verbs."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import Account
from outreach.alerts import raising
from outreach.assessments import confirming
from outreach.campaigns import agreeing
from outreach.cards import codes
from outreach.coverage.numbers import Counts
from outreach.households import ambassadors, closing, consent, differing, merging, registering
from outreach.lessons import queries as lessons
from outreach.lib.months import before, first_of
from outreach.open_data import publishing
from outreach.plans import path, setting
from outreach.procedures import loading as handbook
from outreach.reminders import meetings, noting
from outreach.reminders.models import DueDate
from outreach.sms import outbox
from outreach.sms.models import SmsPrice
from outreach.visits import care, recording
from outreach.visits.recording import VisitDraft, new_client_id
from outreach.voices import narration
from outreach.voices.models import Narration
from tests import world

LESSON = "dang-nhap-cong-dich-vu-cong"
READ = "quet-ma-qr"
SKILLS = ("online_services", "shopping", "payment", "safety", "local_platform")


def cast(s: Session, language: str) -> world.World:
    """The cast, who all read this language, and the handbook."""
    w = world.build(s)
    for account in s.scalars(select(Account)):
        account.language = language
    handbook.load(s)
    s.commit()
    return w


def tell(s: Session, w: world.World) -> None:
    """Hạnh is ambassador, has a card, has shown everything and waits; Tám is promised a visit; Páo's is proficient."""
    both, note = (w.sen.id, w.hanh.id), "Bà Sen hay quên kính."
    _visit(s, w.lan, w.sens_house, "shown", 20, met=both, taught=(LESSON,), note=note)
    _visit(s, w.lan, w.tams_house, "nobody", 8, next_on=clock.today())
    _appoint(s, w.hanh, w.lan)
    _alone(s, w.lan, w.hanh, 2)
    codes.issue(s, w.hanh, w.lan)
    pao = world.member(s, w.paos_house, "Lý Thị Mẩy", 1999, "child", "+84912345699")
    _appoint(s, pao, w.nga)
    _alone(s, w.nga, pao, 3)
    confirming.confirm(s, pao, w.cuc)
    closing.close(s, world.household(s, w.dong, "Đinh Văn Khoa"), "moved_away", "đi làm xa", w.dung)
    world.household(s, w.dong, "Vũ Thị Thơm", phone="+84912345677", address="Ngõ 9, gần nhà văn hóa thôn Đông")
    merging.merge(s, w.paos_house, world.household(s, w.doai, "Ly Van Pao", address="Ngõ 1"), w.cuc)
    differing.note(s, w.hanh, {"relation": "child", "language": "tyz"}, w.minh)
    _message(s, w)
    _remind(s, w)
    _read_aloud(s, w.lan)
    publishing.publish(s, before(first_of(clock.today())))
    _plan(s, w)
    s.flush()
    for one in vars(w).values():
        s.refresh(one)  # a merge lets go of all that was read


def _plan(s: Session, w: world.World) -> None:
    """Lan looks after Bà Sen's house, a family of farmers; the commune's campaign runs, and so does its plan."""
    target = date(clock.today().year + 1, 12, 31)
    marks = path.proposed(0.0, clock.today(), target, 80)
    setting.set_plan(s, w.tan_hung, setting.Wish(target, 80, marks), Counts(), w.cuc)
    registering.retype(w.sens_house, ["farmers"])
    s.flush()
    care.give(s, [w.sens_house.id], w.lan, w.dung, area_id=w.dong.id)
    days = clock.today() - timedelta(days=10), clock.today() + timedelta(days=20)
    agreeing.make(s, w.tan_hung, agreeing.Plan("Quý IV/2026", *days, {"": 50, "farmers": 70}), w.cuc)


def _visit(s: Session, by: Account, house: world.Household, outcome: str, days: int, **said: object) -> None:
    at = clock.now() - timedelta(days=days)
    recording.record(s, by, house, VisitDraft(new_client_id(), outcome, at=at, **said))  # type: ignore[arg-type]


def _alone(s: Session, by: Account, member: world.Member, days: int) -> None:
    said = {"met": (member.id,), "observed_of": member.id, "observed": SKILLS}
    _visit(s, by, member.household, "alone", days, **said)


def _read_aloud(s: Session, by: Account) -> None:
    """The first step of a lesson waits for a second person; nobody fetches the sound."""
    lesson = lessons.catalogue()[READ]
    step = lesson.steps[0]
    mark = narration.words_mark(lesson, step, "vi")
    made = {"opus": b"OggS", "mp3": b"ID3", "seconds": 9.0, "made_at": clock.now(), "made_by": by}
    s.add(Narration(lesson=READ, key=step.id, language="vi", words=mark, **made))


def _appoint(s: Session, member: world.Member, by: Account) -> None:
    consent.give(s, member, consent.Given(("registered", "sms", "phone"), "oral"), by)
    ambassadors.appoint(s, member.household, member, by)


def _remind(s: Session, w: world.World) -> None:
    """Hạnh's passport ends soon, a class is planned for everybody, and a number turned out to be wrong."""
    passport = DueDate(kind="passport", due_on=clock.today() + timedelta(days=16), said="của con gái")
    noting.note(s, w.hanh, passport, w.lan)
    at = clock.now().replace(hour=3, minute=0) + timedelta(days=5)
    meetings.make(s, w.cuc, village_id=None, place="Nhà văn hóa thôn Đông", at=at)
    raising.raise_(s, "sms_number", w.tan_hung.id, "1", code="30005", sms=1)


def _message(s: Session, w: world.World) -> None:
    now = clock.now()
    notice = outbox.Notice(
        recipient=f"member:{w.hanh.id}", to=w.hanh.phone or "", area_id=w.tan_hung.id, purpose="follow_up",
        due_on=clock.today() + timedelta(days=3), due_at=now + timedelta(days=2), not_after=now + timedelta(days=4),
        values={"commune": "Xã Tân Hưng", "village": "thôn Đông", "day": "25/11", "phone": "0912 000 005"},
    )  # fmt: skip
    outbox.put(s, notice)
    s.add(SmsPrice(prefix="+84", since=date(2026, 1, 1), dong=800, by_id=w.anh.id))
