"""The house rules a readable rehearsal must still keep: short, safe, every screen of use, something to fall for."""

from collections.abc import Collection, Iterator
from typing import Final

from outreach.drawing.picture import drawing_faults
from outreach.lib.faults import Fault
from outreach.lib.letters import wrong_letters
from outreach.lib.sheet import Sheet, Table
from outreach.practice.reading import reached, tables
from outreach.practice.shape import Flow, Screen

COACH_WORDS: Final = 30
SCREENS: Final = range(5, 17)
LEAST_TRAPS: Final = 3
SAMPLES: Final = ("999 000 111 222",)  # nobody's ID number: no province has the code 999


def rule_faults(flow: Flow, sheet: Sheet, skills: Collection[str]) -> Iterator[Fault]:
    """Give every broken rule of one rehearsal, in no set order."""
    yield from _numbers(flow, sheet)
    for skill in flow.skills:
        if skill not in skills:
            yield sheet.at(f"“{skill}” is not a skill of standard.toml", key="skills")
    met = reached(flow)
    for screen, table in tables(sheet, flow):
        if screen.id not in met:
            yield table.at(f"no button leads to the screen “{screen.id}”", "id")
        yield from _screen(screen, table)
    yield from _letters(flow)


def _numbers(flow: Flow, sheet: Sheet) -> Iterator[Fault]:
    if len(flow.screens) not in SCREENS:
        wanted = f"{SCREENS.start} to {SCREENS.stop - 1}"
        yield sheet.at(f"[[screens]] should stand here {wanted} times, not {len(flow.screens)}", "screens")
    if flow.minutes < 1:
        yield sheet.at("“minutes” should be 1 or more", key="minutes")
    if (traps := sum(_traps(screen) for screen in flow.screens)) < LEAST_TRAPS:
        yield sheet.at(f"a rehearsal needs {LEAST_TRAPS} wrong turns to learn from, here are {traps}", "screens")


def _traps(screen: Screen) -> int:
    buttons = [button.wrong for button in screen.buttons]
    options = [option.wrong for field in screen.fields for option in field.options]
    return sum(1 for wrong in buttons + options if wrong)


def _screen(screen: Screen, table: Table) -> Iterator[Fault]:
    ids = {field.id for field in screen.fields} | {button.id for button in screen.buttons}
    if screen.mark and screen.mark not in ids:
        yield table.at(f"“{screen.mark}” is no field or button of this screen", "mark")
    for language, words in screen.coach.items():
        if (many := len(words.split())) > COACH_WORDS:
            yield table.at(f"“coach.{language}” has {many} words; {COACH_WORDS} is the most", "coach")
    for said in drawing_faults(screen.draw) if screen.draw else ():
        yield table.at(said, "draw")


def _letters(flow: Flow) -> Iterator[Fault]:
    text = flow.file.read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        for sample in SAMPLES:
            line = line.replace(sample, "").replace(sample.replace(" ", ""), "")
        yield from wrong_letters(flow.file, number, line)
