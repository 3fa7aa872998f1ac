"""Taking over submissions as visits: the work of the job "visits", in pieces that each stand by themselves.

A piece is one author's next few visits, in one transaction that also notes how far the export was read: a broken-off
run goes on where it stopped, and what is sent again is the same visit (`client_id`). Visits go through
`recording.record_many` like those of a phone. No skill is taken over: what somebody can do is seen here or not at all.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from outreach.accounts import audit
from outreach.accounts.models import FIELD, OFFICIAL, Account
from outreach.areas import queries as areas
from outreach.areas.models import VILLAGE as A_VILLAGE
from outreach.areas.models import Area
from outreach.households.models import Household
from outreach.imports import copying, importing, places
from outreach.imports.models import ImportFile, RejectedRow
from outreach.jobs.models import Job
from outreach.jobs.running import Progress
from outreach.lib import phones, words
from outreach.submissions import meaning
from outreach.submissions.meaning import CODE, HEAD, NUMBER, VILLAGE, VISITOR, Line, Reading, Reason, Unfit
from outreach.visits import recording
from outreach.visits.recording import Recorded, VisitDraft

KIND, TAKEN = "visits", "visit.import"
PIECE = 50  # rows
COUNTED = ("created", "there", "rejected")


@dataclass(frozen=True)
class Order:
    """Whose export it is and how it is taken. `authors`: what a row may call somebody (folded, or a telephone) → id."""

    commune: Area
    reading: Reading
    villages: Mapping[str, int]  # places.key or code → area id
    authors: Mapping[str, int]
    by_id: int  # in whose name visits stand of which the export says nobody


class Judged(NamedTuple):
    """A submission with its author and its household; without a household it is given back."""

    line: Line
    author_id: int
    household: Household | None


def people(s: Session, commune: Area) -> Sequence[Account]:
    """Who may have made a visit: the commune's official and the groups of its villages, also those who have left."""
    of_commune = select(Account).join(Area, Area.id == Account.area_id).where(areas.within(commune))
    return s.scalars(of_commune.where(Account.role.in_((*FIELD, OFFICIAL))).order_by(Account.sort_key)).all()


def reading(file: ImportFile) -> Reading:
    """How the file is to be read."""
    heads = copying.headings(file.content, file.sheet, file.header_row) or file.options.get("headings", [])
    return Reading(heads, file.columns, file.options.get("outcomes", {}), file.commune_id)


def order(s: Session, file: ImportFile) -> Order:
    """Everything that is asked once for the whole export."""
    commune = s.get_one(Area, file.commune_id)
    villages = areas.villages(s, commune)
    index = places.index(villages) | {village.code: village.id for village in villages}
    authors = _authors(people(s, commune))
    return Order(commune, reading(file), index, authors, file.options.get("by", file.uploaded_by_id))


def _authors(accounts: Sequence[Account]) -> dict[str, int]:
    """A telephone is one person; a name is, where only one has it."""
    names = Counter(account.folded for account in accounts)
    by_name = {account.folded: account.id for account in accounts if names[account.folded] == 1}
    return by_name | {account.phone: account.id for account in accounts}


def body(file: ImportFile, read: Reading) -> Iterator[Line]:
    """The submissions, row by row."""
    return meaning.lines(copying.body(file.content, file.sheet, file.header_row), read)


def judge(s: Session, wanted: Order, found: Iterator[Line]) -> Iterator[Judged]:
    """Who was where: the author and the household of each submission, or its fault. One question for some at a time."""
    while some := list(islice(found, PIECE)):
        homes = _meant(s, wanted, some)
        yield from (_judge(wanted, homes, line) for line in some)


def _meant(s: Session, wanted: Order, some: Sequence[Line]) -> Sequence[Household]:
    """Every household of the commune that one of these submissions may mean."""
    said = [line.values for line in some if line.fault is None]
    any_of = or_(
        Household.id.in_({_number(one[NUMBER]) for one in said if NUMBER in one}),
        Household.code.in_({one[CODE] for one in said if CODE in one}),
        Household.folded.in_(
            {words.fold(one[HEAD]) for one in said if HEAD in one and not one.keys() & {NUMBER, CODE}}
        ),
    )
    query = select(Household).join(Area, Area.id == Household.village_id).where(areas.within(wanted.commune))
    return s.scalars(query.where(Area.kind == A_VILLAGE, any_of).order_by(Household.id)).all()


def _judge(wanted: Order, homes: Sequence[Household], line: Line) -> Judged:
    try:
        if line.fault is None:
            return Judged(line, _author(wanted, line), _household(wanted, homes, line))
    except Unfit as unfit:
        line.fault = unfit.why
    return Judged(line, wanted.by_id, None)


def _author(wanted: Order, line: Line) -> int:
    said = line.values.get(VISITOR, "")
    if not said:
        return wanted.by_id
    try:
        key = phones.parse(said).e164
    except phones.BadPhone:
        key = words.fold(said)
    if key not in wanted.authors:
        raise Unfit(Reason.UNKNOWN_VISITOR, VISITOR)
    return wanted.authors[key]


def _household(wanted: Order, homes: Sequence[Household], line: Line) -> Household:
    """By our number, else by the commune's code, else by the head's very name and the village; never by likeness."""
    said = line.values
    name = next(name for name in (NUMBER, CODE, HEAD) if name in said)
    if name == NUMBER:
        found = [home for home in homes if home.id == _number(said[NUMBER])]
    else:
        found = [home for home in homes if home.merged_into_id is None and _called(home, name, said)]
    village = _village(wanted, said[VILLAGE]) if VILLAGE in said else None
    there = [home for home in found if village in (None, home.village_id)]
    if name == NUMBER and found and not there:
        raise Unfit(Reason.OTHER_VILLAGE, VILLAGE)
    return _only(there, name, said)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _called(home: Household, name: str, said: Mapping[str, str]) -> bool:
    return home.code == said[CODE] if name == CODE else _same(home.head_name, said[HEAD])


def _only(found: list[Household], name: str, said: Mapping[str, str]) -> Household:
    if not found:
        raise Unfit(Reason.UNKNOWN_HOUSEHOLD, name)
    if len(found) > 1:
        raise Unfit(Reason.SEVERAL_HOUSEHOLDS, name)
    if HEAD in said and words.fold(said[HEAD]) != found[0].folded:
        raise Unfit(Reason.OTHER_NAME, HEAD)  # a number mistyped must not put a visit at the neighbour's
    return found[0]


def _village(wanted: Order, text: str) -> int:
    return wanted.villages.get(text) or wanted.villages.get(places.key(text), 0)


def _same(name: str, typed: str) -> bool:
    return words.nfc(name).casefold() == words.nfc(typed).casefold()


def start(s: Session, file: ImportFile, by_id: int) -> Job:
    """Hand the export to the worker. Again: the same job goes on."""
    if file.job_id is not None:
        return importing.again(s, file.job_id)
    return importing.plan(s, file, KIND, by_id, {"file": file.id}, "submissions.start")


def run(s: Session, job: Job) -> Iterator[Progress]:
    """Take over the export of `job.input["file"]` from where it stopped; see `running.Work`."""
    file = s.get(ImportFile, job.input["file"])
    if file is None or not file.content:
        return  # it was taken over to its end
    wanted, file_id, by_id = order(s, file), file.id, job.owner or file.uploaded_by_id
    total = sum(1 for _ in body(file, wanted.reading))
    counts = Counter({name: int(job.result.get(name, 0)) for name in COUNTED})
    for piece in _pieces(s, wanted, islice(body(file, wanted.reading), job.done, None)):
        counts.update(_write(s, file_id, by_id, piece))
        yield Progress(piece[-1].line.upto, total, dict(counts))
    file = s.get_one(ImportFile, file_id)
    importing.finish(s, file, wanted.reading.headings, by_id, counts, "submissions.finish")
    yield Progress(total, total, dict(counts))


def _pieces(s: Session, wanted: Order, found: Iterator[Line]) -> Iterator[list[Judged]]:
    """One author's rows that follow each other, some at a time: whoever holds households asks for them all at once."""
    piece: list[Judged] = []
    for one in judge(s, wanted, found):
        if piece and (len(piece) == PIECE or one.author_id != piece[0].author_id):
            yield piece
            piece = []
        piece.append(one)
    if piece:
        yield piece


def _write(s: Session, file_id: int, by_id: int, piece: Sequence[Judged]) -> Counter[str]:
    """Each visit stands in its author's name; the log says who took it over, for visits are paid for."""
    author = s.get_one(Account, piece[0].author_id)
    taken = [(one.line, one.household.id) for one in piece if one.household is not None]
    homes = {home.id: home for home in s.scalars(select(Household).where(Household.id.in_({id for _, id in taken})))}
    sent = [(homes[id], _draft(line), None) for line, id in taken]
    counts: Counter[str] = Counter()
    deeds = []
    for (line, home_id), fate in zip(taken, recording.record_many(s, author, sent) if sent else (), strict=True):
        if isinstance(fate, Recorded):
            counts["created" if fate.new else "there"] += 1
            if fate.new:
                area_id = homes[home_id].village_id
                deeds.append(audit.deed(TAKEN, "visit", fate.id, area_id=area_id, actor_id=by_id, file=file_id))
        else:
            line.fault = (Reason.OTHER_CONTENT, "")
    audit.record_all(s, deeds)
    refused = [_row(file_id, one.line) for one in piece if one.line.fault]
    if refused:
        s.execute(insert(RejectedRow), refused)
    counts["rejected"] = len(refused)
    return counts


def _draft(line: Line) -> VisitDraft:
    return VisitDraft(line.client_id, line.outcome, note=line.values.get(meaning.NOTE, ""), at=line.at)


def _row(file_id: int, line: Line) -> dict[str, object]:
    reason, column = line.fault or (Reason.OTHER_CONTENT, "")
    return {
        "import_file_id": file_id, "row": line.number, "reason": reason.value, "column": column, "cells": line.cells,
    }  # fmt: skip
