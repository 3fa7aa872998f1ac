"""Filling one village of the demo: rows for every household's story, written in bulk."""

import uuid
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import DeclarativeBase

from outreach import clock
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.assessments.models import Confirmation, Evidence, Teaching
from outreach.assessments.standard import OBSERVED
from outreach.demo.story import DAYS, Call, Story, tell
from outreach.demo.theatre import Theatre
from outreach.households import consent, stages
from outreach.households.models import CLOSED, SKILLS, Ambassador, Consent, Household, Member, StageChange
from outreach.learning.models import Learner, Progress
from outreach.lib import words
from outreach.visits.models import ALONE, HELPED, MET, FollowUp, Taught, Visit, VisitMet

Row = dict[str, Any]
NEW_WORDS = timedelta(days=60)  # since when the demo's volunteers read today's words of consent aloud
LESSONS = ("dang-nhap-cong-dich-vu-cong", "dang-ky-khai-sinh-lien-thong")
NOTES = (
    "",
    "",
    "",
    "Nhà bận, hẹn buổi tối.",
    "Đã tập tra cứu hồ sơ.",
    "Cần thêm dung lượng 4G.",
    "Con gái giúp cả nhà học.",
)


class Rows:
    """Rows gathered by table, with ids given out for the tables that others point at."""

    def __init__(self) -> None:
        self.by_table: dict[type[DeclarativeBase], list[Row]] = defaultdict(list)

    def add(self, table: type[DeclarativeBase], **row: Any) -> Row:
        """Note a row; rows of a table all name the same columns."""
        self.by_table[table].append(row)
        return row


def fill(theatre: Theatre, village: Area, count: int, pace: float) -> None:
    """Put `count` households with their stories into a village whose group does as well as `pace`."""
    yesterday = theatre.today - timedelta(days=1)  # so that nothing happens later than now
    stories = [tell(theatre.dice, yesterday, pace) for _ in range(count)]
    rows = [_household(theatre, village, number, story) for number, story in enumerate(stories, 1)]
    ids = _insert(theatre, Household, rows)
    people = [
        person
        for row, id_, story in zip(rows, ids, stories, strict=True)
        for person in _family(theatre, row, id_, story)
    ]
    members: dict[int, list[tuple[int, Row]]] = defaultdict(list)
    for member_id, person in zip(_insert(theatre, Member, people), people, strict=True):
        members[person["household_id"]].append((member_id, person))
    later = Rows()
    for id_, story in zip(ids, stories, strict=True):
        _happen(theatre, later, village, id_, members[id_], story)
    stages.replay(theatre.s, later.by_table.pop(StageChange, []))
    _visits(theatre, later)
    for table, entries in later.by_table.items():
        theatre.s.execute(insert(table), entries)


def _insert(theatre: Theatre, table: Any, rows: list[Row]) -> list[int]:
    return list(theatre.s.scalars(insert(table).returning(table.id, sort_by_parameter_order=True), rows))


def _moment(day: date, hour: int = 18, minute: int = 30) -> datetime:
    return clock.day_start(day) + timedelta(hours=hour, minutes=minute)


def _household(theatre: Theatre, village: Area, number: int, story: Story) -> Row:
    head = theatre.name(woman=theatre.dice.random() < 0.35)
    lane = f"Ngõ {1 + number // 14}, số {1 + 2 * (number % 14)}"
    met, last = story.met_on, story.calls[-1].on if story.calls else None
    return {
        "village_id": village.id, "code": str(number), "head_name": head, "folded": words.fold(head),
        "sort_key": words.given_name_key(head), "address": lane, "address_folded": words.fold(lane),
        "phone": theatre.phone() if theatre.dice.random() < 0.7 else None, "stage": story.stage,
        "visited_at": _moment(met) if met else None, "last_visit_at": _moment(last) if last else None,
        "closed_as": story.stage if story.stage in CLOSED else None,
        "created_at": _moment(theatre.today - timedelta(days=DAYS + 3), 9),
    }  # fmt: skip


def _family(theatre: Theatre, household: Row, household_id: int, story: Story) -> list[Row]:
    """The head; a spouse and young people in many houses. The last one listed is the one who learns."""
    family, year = household["head_name"].split()[0], theatre.today.year
    people = [("head", household["head_name"], theatre.dice.randrange(year - 78, year - 32), household["phone"])]
    if theatre.dice.random() < 0.7:
        people.append(("spouse", theatre.name(woman=True), theatre.dice.randrange(year - 76, year - 30), None))
    if theatre.dice.random() < 0.65:
        child = theatre.name(woman=theatre.dice.random() < 0.5, family=family)
        people.append(("child", child, theatre.dice.randrange(year - 38, year - 16), theatre.phone()))
    return [
        {
            "household_id": household_id, "name": name, "folded": words.fold(name), "birth_year": born,
            "relation": relation, "phone": phone, "created_at": household["created_at"],
            "learning_since": story.learning_on if last else None,
            "proficient_since": story.proficient_on if last else None,
        }
        for n, (relation, name, born, phone) in enumerate(people)
        for last in [n + 1 == len(people)]
    ]  # fmt: skip


def _happen(
    theatre: Theatre, rows: Rows, village: Area, household_id: int, members: list[tuple[int, Row]], story: Story
) -> None:
    leader, *volunteers = theatre.groups[village.id]
    who = theatre.dice.choice(volunteers)
    before = None
    listed = theatre.today - timedelta(days=DAYS + 3)
    for on, stage in [(listed, "not_reached"), *story.path()]:
        by = None if before is None else who.id
        rows.add(StageChange, household_id=household_id, village_id=village.id, old=before, new=stage, at=_moment(on),
                 on=on, by_id=by, reason="")  # fmt: skip
        before = stage
    learner_id, person = members[-1]
    for call in story.calls:
        _call(theatre, rows, household_id, learner_id, who, call)
    if story.ambassador_on:
        _ambassador(rows, household_id, learner_id, person, who, story.ambassador_on)
    if story.learning_on:
        _lesson(theatre, rows, learner_id, story)
    if story.met_on:
        rows.add(Teaching, member_id=learner_id, account_id=who.id, since=_moment(story.met_on))
    if story.ready_on:
        _seen_alone(rows, learner_id, who, story.ready_on)
    if story.proficient_on:
        _confirmed(rows, learner_id, leader, story.proficient_on)


def _call(theatre: Theatre, rows: Rows, household_id: int, member_id: int, who: Account, call: Call) -> None:
    at = _moment(call.on, theatre.dice.choice((8, 9, 15, 16, 17)), theatre.dice.randrange(0, 60, 5))
    rows.add(Visit, client_id=str(uuid.UUID(int=theatre.dice.getrandbits(128), version=4)), digest="demo",
             household_id=household_id, by_id=who.id, at=at, received_at=at, outcome=call.outcome,
             note=theatre.dice.choice(NOTES), next_on=call.next_on, met=member_id)  # fmt: skip


def _ambassador(rows: Rows, household_id: int, member_id: int, person: Row, who: Account, on: date) -> None:
    rows.add(Ambassador, household_id=household_id, member_id=member_id, since=on, registered_by_id=who.id)
    purposes = ("registered", "phone", "sms") if person["phone"] else ("registered",)
    guardian = "Bố hoặc mẹ" if on.year - person["birth_year"] < 16 else ""
    said = consent.WORDING if clock.today() - on <= NEW_WORDS else consent.UNSAID  # some are still to be asked again
    for purpose in purposes:
        rows.add(Consent, member_id=member_id, purpose=purpose, wording=said, given_how="oral", guardian=guardian,
                 given_at=_moment(on), taken_by_id=who.id)  # fmt: skip


def _lesson(theatre: Theatre, rows: Rows, member_id: int, story: Story) -> None:
    began = _moment(story.learning_on or theatre.today, 20)
    finished = began + timedelta(minutes=14) if len(story.calls) > 1 or theatre.dice.random() < 0.5 else None
    token = f"{theatre.dice.getrandbits(160):x}"
    rows.add(Learner, token=token, member_id=member_id, created_at=began, joined_at=began, finished=finished)


def _seen_alone(rows: Rows, member_id: int, who: Account, on: date) -> None:
    for skill in SKILLS:
        row = {"skill": skill, "kind": OBSERVED, "aided": ALONE, "at": _moment(on), "by_id": who.id, "ref": "demo"}
        rows.add(Evidence, member_id=member_id, **row)


def _confirmed(rows: Rows, member_id: int, leader: Account, on: date) -> None:
    standard = {"needed": len(SKILLS), "skills": list(SKILLS)}
    shown = {skill: [OBSERVED] for skill in SKILLS}
    rows.add(Confirmation, member_id=member_id, at=_moment(on, 20), by_id=leader.id, standard=standard, shown=shown)


def _visits(theatre: Theatre, rows: Rows) -> None:
    """Visits and learners first, then what points at them."""
    visits = rows.by_table.pop(Visit, [])
    met = [visit.pop("met") for visit in visits]
    for visit_id, visit, member_id in zip(_insert(theatre, Visit, visits) if visits else [], visits, met, strict=True):
        if visit["outcome"] in MET:
            rows.add(VisitMet, visit_id=visit_id, member_id=member_id)
            rows.add(Taught, visit_id=visit_id, lesson=LESSONS[visit["outcome"] in (ALONE, HELPED)])
        if visit["next_on"]:
            rows.add(FollowUp, household_id=visit["household_id"], visit_id=visit_id, due_on=visit["next_on"])
    learners = rows.by_table.pop(Learner, [])
    finished = [learner.pop("finished") for learner in learners]
    for learner_id, learner, end in zip(
        _insert(theatre, Learner, learners) if learners else [], learners, finished, strict=True
    ):
        began = learner["created_at"]
        rows.add(Progress, learner_id=learner_id, lesson=LESSONS[0], started_at=began, last_at=end or began,
                 steps_seen="", quiz_passed_at=end, finished_at=end)  # fmt: skip
