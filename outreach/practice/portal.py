"""The rehearsal portal itself: load every flow, list what is wrong with them, and play a screen. No Flask, no database.

The file format is told in lessons/README.md. static/practice.js plays by the same rules; a browser test holds the two
together.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from outreach.lessons.manifest import read_house
from outreach.lessons.shape import ContentFault
from outreach.lib import words
from outreach.lib.faults import Fault
from outreach.lib.sheet import Sheet
from outreach.practice.reading import FILE, read_flow
from outreach.practice.rules import rule_faults
from outreach.practice.shape import TYPED, Button, Field, Flow, Kind, Said, Screen

Values = Mapping[str, str]  # field id → what was typed, or the id of what was chosen; any text for a tick
DIGITS: Final = re.compile(r"[0-9]+(?:[ .\-\u2013]{1,2}[0-9]+)*")
REAL: Final = (6, 9)  # digits: a one-time code or passcode; and from nine on old and new ID numbers, accounts, cards


def load_all(root: Path) -> dict[str, Flow]:
    """Read the rehearsal of every lesson that has one, by the lesson's slug; ContentFault where one is unusable."""
    flows, found = load_sound(root)
    for fault in found:
        raise ContentFault(fault)
    return flows


def load_sound(root: Path) -> tuple[dict[str, Flow], list[Fault]]:
    """Read every rehearsal that can be used, by its lesson's slug, and tell what is wrong with the others."""
    readings = _read(root)
    wrong = sorted(fault for _flow, sheet in readings for fault in sheet.faults)
    return {flow.slug: flow for flow, sheet in readings if not sheet.faults}, wrong


def faults(root: Path) -> list[Fault]:
    """List everything wrong with the rehearsals, by file and line; empty when all is well."""
    house, _elsewhere = read_house(root)
    found: list[Fault] = []
    for flow, sheet in _read(root):
        found += sheet.faults or rule_faults(flow, sheet, house.skills)
    return sorted(found)


def _read(root: Path) -> list[tuple[Flow, Sheet]]:
    return [read_flow(path.parent) for path in sorted(root.glob(f"[!._]*/{FILE}"))]


class Reason(StrEnum):
    """Why a field does not fit."""

    WRONG = "wrong"  # not what the sample card says, not the right one, not ticked
    EMPTY = "empty"  # nothing was chosen
    REAL = "real"  # it looks like somebody's own number or code


@dataclass(frozen=True)
class Slip:
    """One field that does not fit; `said` are the rehearsal's own words, empty where the reason says it all."""

    reason: Reason
    said: Said


@dataclass(frozen=True)
class Onward:
    """The screen was got through; `to` is the next one."""

    to: str


@dataclass(frozen=True)
class Stay:
    """Not yet: `slips` by field id, `trap` says why the button was a wrong turn. At least one of them is there."""

    slips: Mapping[str, Slip]
    trap: Said


Outcome = Onward | Stay


def advance(flow: Flow, screen_id: str, button_id: str, values: Values) -> Outcome:
    """Press a button with the fields filled in like this. LookupError where there is no such screen or button.

    What looks like a real number is refused first, whatever the button: nobody's own data belongs here.
    """
    screen = flow.screen(screen_id)
    button = screen.button(button_id) if screen else None
    if screen is None or button is None:
        raise LookupError(f"{flow.slug}: {screen_id}, {button_id}")
    slips = {field.id: slip for field in screen.fields if (slip := _slip(flow, field, values.get(field.id, "")))}
    if button.to and not slips:
        return Onward(button.to)
    if button.to:
        return Stay(slips, {})
    return Stay({id: slip for id, slip in slips.items() if slip.reason is Reason.REAL}, button.wrong)


def ways(flow: Flow) -> list[tuple[tuple[Screen, Button], ...]]:
    """Walk every right way from the start to an end: for each, the screens with the button pressed there."""
    found: list[tuple[tuple[Screen, Button], ...]] = []
    waiting: list[tuple[tuple[tuple[Screen, Button], ...], str]] = [((), flow.start.id)]
    while waiting:
        done, here = waiting.pop()
        screen = flow.screen(here)
        if screen is None or screen.last:
            found.append(done)
        else:
            waiting += [((*done, (screen, button)), button.to) for button in screen.ways_on()]
    return found


def is_way(flow: Flow, path: Sequence[str]) -> bool:
    """Tell whether these screen ids, in this order, are a right way from the start to an end."""
    screens = [flow.screen(id) for id in path]
    if not path or path[0] != flow.start.id or screens[-1] is None or not screens[-1].last:
        return False
    steps = zip(screens, path[1:], strict=False)
    return all(screen and any(button.to == to for button in screen.ways_on()) for screen, to in steps)


def right_values(flow: Flow, screen: Screen) -> dict[str, str]:
    """Give what a screen wants in each of its fields."""
    found = {}
    for field in screen.fields:
        chosen = next((option.id for option in field.options if option.right), "")
        found[field.id] = chosen or flow.sample(field) or "on"
    return found


def plain(kind: Kind, typed: str) -> str:
    """Give what is compared of a typed text: no blanks, no case, no accents; of a secret, every sign counts."""
    if kind is Kind.TEXT:
        return words.fold(typed).replace(" ", "")
    apart = unicodedata.normalize("NFKD", typed).casefold()
    return "".join(sign for sign in apart if not (sign.isspace() or unicodedata.combining(sign)))


def looks_real(flow: Flow, typed: str) -> bool:
    """Tell whether a text holds a number like a person's own (ID, code, account) that is no part of a sample."""
    samples = handed_out(flow)
    strange = (digits for digits in _digits(typed) if not any(digits in sample for sample in samples))
    return any(len(digits) == REAL[0] or len(digits) >= REAL[1] for digits in strange)


def handed_out(flow: Flow) -> set[str]:
    """Give the numbers of the sample card, together and in their groups: these may be typed."""
    return {digits for one in flow.given for digits in _digits(one.value)}


def all_digits(sample: str) -> bool:
    """Tell whether a phone should offer its number keys for this."""
    return bool(re.fullmatch("[0-9 ]+", sample))


def _digits(text: str) -> set[str]:
    """The numbers in a text, those in groups put together, and each group of those."""
    runs = [run.group() for run in DIGITS.finditer(unicodedata.normalize("NFKC", text))]
    return {re.sub(r"\D", "", run) for run in runs} | {group for run in runs for group in re.findall("[0-9]+", run)}


def _slip(flow: Flow, field: Field, value: str) -> Slip | None:
    if field.kind in TYPED:
        sample = flow.sample(field)
        if plain(field.kind, value) == plain(field.kind, sample):
            return None
        return Slip(Reason.REAL, {}) if looks_real(flow, value) else Slip(Reason.WRONG, field.fault)
    if field.kind is Kind.TICK:
        return None if value else Slip(Reason.WRONG, field.fault)
    chosen = next((option for option in field.options if option.id == value), None)
    if chosen is None:
        return Slip(Reason.EMPTY, {})
    return None if chosen.right else Slip(Reason.WRONG, chosen.wrong)
