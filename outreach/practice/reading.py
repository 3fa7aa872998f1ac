"""Read a rehearsal from practice.toml; what makes it unusable is noted with its line."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

from outreach.lessons.shape import HOUSE_LANGUAGES
from outreach.lib.sheet import Sheet, Table
from outreach.practice.shape import (
    CHOSEN,
    TYPED,
    Button,
    Field,
    Flow,
    Given,
    Kind,
    Likeness,
    Look,
    Option,
    Said,
    Screen,
    Shows,
)

E = TypeVar("E", bound=StrEnum)
FILE: Final = "practice.toml"
ADDRESSES: Final = ("xong", "tat-ca", "ket-qua")  # what else has an address below a rehearsal
NOTHING: Final[Said] = {}


def read_flow(folder: Path) -> tuple[Flow, Sheet]:
    """Read the rehearsal of one lesson folder; the sheet has the faults and the lines."""
    sheet = Sheet(folder / FILE)
    top = sheet.root
    flow = Flow(
        slug=folder.name,
        file=sheet.path,
        skills=top.texts("skills"),
        minutes=top.need("minutes", int, 1),
        title=_said(top, "title"),
        goal=_said(top, "goal"),
        given=tuple(_given(table) for table in top.may_tables("given")),
        screens=tuple(_screen(table) for table in top.tables("screens")),
    )
    top.close()
    if not sheet.faults:
        _ids(flow, sheet)
        _samples(flow, sheet)
        _roads(flow, sheet)
    return flow, sheet


def _given(table: Table) -> Given:
    given = Given(table.id(), _text(table, "label"), _text(table, "value"))
    table.close()
    return given


def _screen(table: Table) -> Screen:
    last = bool(table.pairs("end"))
    screen = Screen(
        id=table.id(),
        likeness=_one_of(table, "likeness", Likeness, Likeness.PORTAL),
        heading=_text(table, "heading"),
        text=table.may("text", str, ""),
        rows=_rows(table),
        draw=table.may_texts("draw"),
        coach=NOTHING if last else _said(table, "coach"),
        hint=NOTHING if last else _said(table, "hint"),
        mark="" if last else table.may("mark", str, ""),
        fields=tuple(_field(one) for one in table.may_tables("fields")),
        buttons=tuple(_button(one) for one in table.may_tables("buttons")),
        end=_said(table, "end") if last else NOTHING,
    )
    if screen.id in ADDRESSES:
        table.fault(f"the id “{screen.id}” is taken: it names a page of every rehearsal", "id")
    if last and (screen.fields or screen.buttons):
        table.fault("a last screen (with “end”) has no fields and no buttons")
    if not last and not any(screen.ways_on()):
        table.fault("no button leads on from this screen, and it has no “end”")
    table.close()
    return screen


def _rows(table: Table) -> tuple[tuple[str, str], ...]:
    rows: list[object] = table.may("rows", list, [])
    pairs = [row for row in rows if isinstance(row, list) and [type(one) for one in row] == [str, str]]
    if len(pairs) != len(rows):
        table.fault('each of the “rows” should be a label and a value: ["Họ và tên", "Lê Thị Mẫu"]', "rows")
    return tuple((str(label), str(value)) for label, value in pairs)


def _field(table: Table) -> Field:
    kind = _one_of(table, "kind", Kind, Kind.TEXT)
    options = tuple(_option(one, kind) for one in table.tables("options")) if kind in CHOSEN else ()
    field = Field(
        id=table.id(),
        label=_text(table, "label"),
        kind=kind,
        given=table.need("given", str, "") if kind in TYPED else "",
        fault=NOTHING if kind in CHOSEN else _said(table, "fault"),
        options=options,
        shows=_one_of(table, "shows", Shows, Shows.PAPER, must=False) if kind is Kind.PHOTO else Shows.PAPER,
    )
    if options and (sum(option.right for option in options) != 1 or len(options) < 2):
        table.fault(f"the options of “{field.id}” should be two or more, with right = true for exactly one")
    table.close()
    return field


def _option(table: Table, kind: Kind) -> Option:
    right = table.may("right", bool, False)
    look = _one_of(table, "look", Look, Look.CLEAR) if kind is Kind.PHOTO else None
    option = Option(table.id(), _text(table, "text"), right, NOTHING if right else _said(table, "wrong"), look)
    table.close()
    return option


def _button(table: Table) -> Button:
    to = table.may("to", str, "")
    button = Button(table.id(), _text(table, "text"), to, NOTHING if to else _said(table, "wrong"))
    table.close()
    return button


def _text(table: Table, key: str) -> str:
    written = table.need(key, str, "-")
    if not written.strip():
        table.fault(f"“{key}” is empty", key)
    return written


def _said(table: Table, key: str) -> Said:
    said = table.pairs(key)
    for language in HOUSE_LANGUAGES:
        if not said.get(language, "").strip():
            table.fault(f"“{key}.{language}” is missing", key)
    return said


def _one_of(table: Table, key: str, kind: type[E], default: E, must: bool = True) -> E:
    written = (table.need if must else table.may)(key, str, default.value)
    if written in list(kind):
        return kind(written)
    table.fault(f"“{key}” should be one of {', '.join(kind)}", key)
    return default


def tables(sheet: Sheet, flow: Flow) -> Iterator[tuple[Screen, Table]]:
    """Give each screen with its table, for the line of a fault."""
    return zip(flow.screens, sheet.root.may_tables("screens"), strict=True)


def _ids(flow: Flow, sheet: Sheet) -> None:
    """Screens are told apart by their ids, and so are the fields and buttons of one screen, the options of a field."""
    _once(sheet.root.may_tables("given"))
    _once(sheet.root.may_tables("screens"))
    for _screen_read, table in tables(sheet, flow):
        fields = table.may_tables("fields")
        _once([*fields, *table.may_tables("buttons")])
        for field in fields:
            _once(field.may_tables("options"))


def _once(group: Collection[Table]) -> None:
    seen: set[str] = set()
    for table in group:
        id = table.may("id", str, "")
        if id in seen:
            table.fault(f"the id “{id}” is used twice", "id")
        seen.add(id)


def _samples(flow: Flow, sheet: Sheet) -> None:
    known = {one.id for one in flow.given}
    for screen, table in tables(sheet, flow):
        for field, at in zip(screen.fields, table.may_tables("fields"), strict=True):
            if field.kind in TYPED and field.given not in known:
                at.fault(f"“{field.given}” is not on the sample card ([[given]])", "given")


def _roads(flow: Flow, sheet: Sheet) -> None:
    """Every way must come to an end: no button leads nowhere, and none leads round."""
    known = {screen.id for screen in flow.screens}
    for screen, table in tables(sheet, flow):
        for button, at in zip(screen.buttons, table.may_tables("buttons"), strict=True):
            if button.to and button.to not in known:
                at.fault(f"“{button.to}” is not a screen", "to")
            elif button.to and screen.id in _onward(flow, button.to):
                at.fault(f"the way on to “{button.to}” comes back here: a rehearsal must not go in circles", "to")


def _onward(flow: Flow, first: str) -> set[str]:
    """Every screen that can be come to from this one, itself included."""
    found: set[str] = set()
    waiting = [first]
    while waiting:
        here = waiting.pop()
        screen = flow.screen(here)
        if here not in found and screen:
            waiting += [button.to for button in screen.ways_on()]
        found.add(here)
    return found


def reached(flow: Flow) -> set[str]:
    """Give the ids of the screens that can be come to from the start."""
    return _onward(flow, flow.start.id)
