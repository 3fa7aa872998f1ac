"""One piece of a list written: households put on the list, filled in or left as they are, rows given back.

A cell that is empty in the list erases nothing that a volunteer wrote down, and no stage is touched.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.households import registering, stages
from outreach.households.models import Household, Member
from outreach.imports.blocks import Block, Person
from outreach.imports.columns import CODE, HEAD, VILLAGE
from outreach.imports.matching import Identity, Listed
from outreach.imports.models import RejectedRow
from outreach.imports.rows import Line, Reading, Reason
from outreach.lib import words
from outreach.sms import outbox


@dataclass(frozen=True)
class Order:
    """Whose list it is and how it is taken: `villages` maps `places.key` to an area's id."""

    file_id: int
    commune_id: int
    by_id: int
    name: str
    reading: Reading
    villages: dict[str, int]
    village_id: int | None
    village_name: str


Judged = tuple[Block, Identity | None]  # a household of the list; None: its rows are given back


def write(s: Session, order: Order, piece: Sequence[Judged]) -> Counter[str]:
    """Write a piece of the list; counts of households created, updated, unchanged, and of rows given back."""
    listed = Listed(s, [one for _, one in piece if one])
    counts: Counter[str] = Counter()
    new: list[Household] = []
    for block, one in piece:
        if one is not None:
            counts[_take(s, order, listed, block, one, new)] += 1
    s.add_all(new)
    s.flush()
    if new:
        stages.add(s, new, order.by_id, order.name)
    counts.pop("", None)  # given back after all
    counts += _give_back(s, order, [block for block, _ in piece])
    audit.record(
        s, "household.import", "import_file", order.file_id,
        area_id=order.commune_id, actor_id=order.by_id, counts=dict(counts),
    )  # fmt: skip
    return counts


def _take(s: Session, order: Order, listed: Listed, block: Block, one: Identity, new: list[Household]) -> str:
    """Match and write one household; the name of the count it belongs to ("" when it is given back)."""
    holder = listed.by_code(one)
    if holder is not None and listed.clashes(one, holder):
        for line in block.lines:
            line.fault = (Reason.CODE_OF_ANOTHER, CODE)
        return ""
    found = holder or listed.by_name(one)
    if found is None:
        made = _made(block, one, block.people(order.reading.persons))
        new.append(made)
        listed.add(made)
        return "created"
    if found.merged_into_id is not None:
        return "unchanged"  # somebody found that it stood on the list twice; that stays so
    changed = _correct(s, found, block) if holder else _fill(found, block, one)
    changed = _whereabouts(found, block, over=holder is not None) or changed
    changed = _people(s, found, block.people(order.reading.persons)) or changed
    return "updated" if changed else "unchanged"


def _made(block: Block, one: Identity, people: list[Person]) -> Household:
    made = Household(
        village_id=one.village_id, code=block.code, head_name=block.head, folded=one.folded,
        sort_key=words.given_name_key(block.head), address=block.address, address_folded=one.address,
        phone=one.phone, created_at=clock.now(),
    )  # fmt: skip
    made.members = [_member(person) for person in people]
    _whereabouts(made, block, over=True)
    return made


def _member(person: Person) -> Member:
    return Member(
        name=person.name, folded=words.fold(person.name), relation=person.relation, birth_year=person.birth_year,
        phone=person.phone, created_at=clock.now(),
    )  # fmt: skip


def _fill(found: Household, block: Block, one: Identity) -> bool:
    """Found by its name: fill in what is not known yet."""
    before = (found.code, found.address, found.phone)
    found.code = found.code or block.code
    found.phone = found.phone or one.phone
    if not found.address:
        found.address, found.address_folded = block.address, one.address
    return before != (found.code, found.address, found.phone)


def _correct(s: Session, found: Household, block: Block) -> bool:
    """Found by its code: what the list says of name, address and telephone counts."""
    before = (found.head_name, found.address, found.phone)
    head = next(iter(person for person in block.people(True) if person.relation == "head"), None)
    if block.named_head and block.named_head != found.head_name:
        _rename(found, block.named_head)
    if block.address:
        found.address, found.address_folded = block.address, words.fold(block.address)
    phone = head.phone if head else None
    if phone and phone != found.phone:
        _redial(s, found, phone)
    return before != (found.head_name, found.address, found.phone)


def _whereabouts(found: Household, block: Block, *, over: bool) -> bool:
    """Where the house is, its place on the way, the kinds of family; `over`: the list's word counts, else it fills in.

    Kinds are added, never taken away: a list often names one kind only.
    """
    there = {one.type for one in found.types}
    before = (found.lat, found.lon, found.walk_no)
    if block.place and (over or found.lat is None or found.lon is None):
        found.lat, found.lon = block.place
    if block.walk_no and (over or found.walk_no is None):
        found.walk_no = block.walk_no
    if not block.kinds <= there:
        registering.retype(found, there | block.kinds)
    return before != (found.lat, found.lon, found.walk_no) or not block.kinds <= there


def _rename(found: Household, name: str) -> None:
    """A head spelt otherwise is the same person; another name is another head, and the old one a member."""
    folded = words.fold(name)
    for member in found.members:
        if member.relation == "head" and member.folded == folded:
            member.name = name
        elif member.relation == "head":
            member.relation = "other"
    found.head_name, found.folded, found.sort_key = name, folded, words.given_name_key(name)


def _redial(s: Session, found: Household, phone: str) -> None:
    """A new number for the household, and for its head if the old one was the head's."""
    for member in found.members:
        if member.relation == "head" and member.phone and member.phone == found.phone:
            member.phone = phone
            if member.id is not None:
                outbox.cancel(s, f"member:{member.id}", outbox.NO_LONGER_DUE)
    found.phone = phone


def _people(s: Session, found: Household, people: list[Person]) -> bool:
    """Fill in members and add those not known yet; nobody is taken away."""
    changed = False
    known = {member.folded: member for member in found.members}
    for person in people:
        member = known.get(words.fold(person.name))
        if member is None:
            found.members.append(_member(person))
            changed = True
            continue
        before = (member.birth_year, member.phone, member.relation)
        member.birth_year = member.birth_year or person.birth_year
        member.phone = member.phone or person.phone
        if member.relation == "other" or (person.relation == "head" and member.folded == found.folded):
            member.relation = person.relation
        changed = changed or before != (member.birth_year, member.phone, member.relation)
    return changed


def _give_back(s: Session, order: Order, blocks: Sequence[Block]) -> Counter[str]:
    """Keep the rows with a reason or a remark, to be mended and loaded again."""
    lines = [(block, line) for block in blocks for line in block.lines]
    rows = [_row(order, block, line, *why) for block, line in lines if (why := line.fault or line.remark)]
    if rows:
        s.execute(insert(RejectedRow), rows)
    rejected = sum(1 for _, line in lines if line.fault)
    return Counter(rejected=rejected, remarks=len(rows) - rejected)


def _row(order: Order, block: Block, line: Line, reason: Reason, column: str) -> dict[str, object]:
    return {
        "import_file_id": order.file_id, "row": line.number, "reason": reason.value, "column": column,
        "cells": _cells(order, block, line),
    }  # fmt: skip


def _cells(order: Order, block: Block, line: Line) -> list[str]:
    """The row as it came, its household and village written into it: once mended, it stands alone."""
    width = len(order.reading.headings)
    cells = (line.cells + [""] * width)[:width]
    said = {CODE: block.code or "", VILLAGE: line.village}
    if order.reading.persons and not line.fault:
        said[HEAD] = block.head
    for name, value in said.items():
        if name in order.reading.columns and value:
            cells[order.reading.columns[name]] = value
    return cells if VILLAGE in order.reading.columns else [*cells, line.village or order.village_name]
