"""Reports as workbooks: numbers as numbers, shares as shares, each sheet with the moment its figures are of."""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask_babel import gettext as _

from outreach.areas.models import PROVINCE, Area
from outreach.coverage import names as coverage
from outreach.coverage.numbers import Row
from outreach.households.models import CLOSED, LADDER
from outreach.i18n import show_date
from outreach.lib import excel
from outreach.reports import names, reading, telling
from outreach.reports.ranking import Ranked
from outreach.reports.reading import Contents
from outreach.reports.words import SKILLS

Cell = str | int | float | None  # a float is a share
Lines = Iterable[Sequence[Cell]]
WIDE = 44  # of a column of words
NARROW = 14


def monthly(told: Contents) -> bytes:
    """An area's month: its numbers, what changed, its places, what all that means."""

    def fill(add: "Add") -> None:
        add(_("Numbers"), _numbers_heads(told), _numbers(told))
        add(_("What changed"), [_("What changed")], [[telling.sentence(fact, told.area)] for fact in told.facts])
        if told.ranked:
            add(_("Places"), _place_heads(told.area.kind), map(_place, told.ranked))
        add(_("Month by month"), [_("Month"), _("Proficient"), _("In the month")],
            [[f"{m.first:%m/%Y}", m.proficient, m.moved] for m in told.page.months])  # fmt: skip
        add(_("Meanings"), [_("Number"), _("Meaning")], _meanings())

    return _book(f"{names.MONTHLY_OF[told.area.kind]}: {_about(told)}", fill)


def comparison(told: Contents, communes: Sequence[Row[Area]] = ()) -> bytes:
    """The places directly below, by share; for the country its communes as well, each with its province."""

    def fill(add: "Add") -> None:
        add(_("Places"), _place_heads(told.area.kind), map(_place, told.ranked))
        if communes:
            heads = _place_heads(PROVINCE)
            add(_("Communes"), [*heads[:2], _("Province"), *heads[2:]], map(_commune, reading.compare(communes)))
        add(_("Meanings"), [_("Number"), _("Meaning")], _meanings())

    return _book(f"{_('Comparison of places')}: {_about(told)}", fill)


def _about(told: Contents) -> str:
    return f"{told.area.full_name}, {told.page.month:%m/%Y}. {names.as_of(told)}"


def _numbers_heads(told: Contents) -> list[str]:
    beside = _("From %(first)s to %(last)s", first=show_date(told.beside.first), last=show_date(told.beside.last))
    return [_("Number"), _("At the end"), _("In the month"), beside]


def _numbers(told: Contents) -> Lines:
    total, change, before = told.page.total, told.story.change, told.story.before
    for name, title in (*names.numbers(), *names.stages((*LADDER[:-1], *CLOSED))):
        yield [title, total.of(name), change.of(name), before.of(name) if before else None]
    if told.story.planned is not None:
        yield [_("Planned to be proficient by then"), told.story.planned, None, None]
    yield [_("Share"), total.share, None, None]
    shown = names.skills()
    for way, told_way in (("alone", _("Can do it alone")), ("helped", _("Only with help"))):
        for skill in SKILLS:
            name = f"{way}_{skill}"
            title = f"{shown[skill]}: {told_way}"
            yield [title, total.of(name), change.of(name), before.of(name) if before else None]
    title = _("Adults who say they are confirmed on VNeID")
    yield [title, total.vneid, change.vneid, before.vneid if before else None]
    yield from _visits(told)


def _visits(told: Contents) -> Lines:
    now, before = told.story.visits, told.story.visits_before
    titles = {
        "visits": _("Visits"), "alone": _("Visits: did it alone"), "helped": _("Visits: did it with help"),
        "shown": _("Visits: were shown how"), "nobody": _("Visits: not met, or refused"),
    }  # fmt: skip
    for name, title in titles.items():
        yield [title, None, getattr(now, name), getattr(before, name) if before else None]


def _place_heads(kind: str) -> list[str]:
    return [
        _("Code"), str(coverage.BELOW[kind]), _("Rank, from"), _("Rank, to"), _("In scope"), _("Reached"),
        _("Ambassador"), _("Proficient"), _("Share"), _("Interval, from"), _("Interval, to"), _("In the month"),
    ]  # fmt: skip


def _place(one: Ranked[Row[Area]]) -> list[Cell]:
    row, span = one.place, one.interval
    counts = row.counts
    return [
        row.place.code, coverage.place(row.place), one.best or None, one.worst or None, counts.in_scope,
        counts.reached, counts.with_ambassador, counts.proficient, one.share, span.low if span else None,
        span.high if span else None, row.moved,
    ]  # fmt: skip


def _commune(one: Ranked[Row[Area]]) -> list[Cell]:
    cells, above = _place(one), one.place.place.parent
    return [*cells[:2], above.title if above else None, *cells[2:]]


def _meanings() -> Lines:
    return [[str(term), str(meaning)] for term, meaning in names.MEANINGS]


Add = Callable[[str, Sequence[str], Lines], None]


def _book(title: str, fill: Callable[[Add], None]) -> bytes:
    held = io.BytesIO()
    book = excel.new(held, in_memory=True)
    book.set_properties({"title": title})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    kinds = {
        int: book.add_format({"num_format": "#,##0", "valign": "top"}),
        float: book.add_format({"num_format": "0.0%", "valign": "top"}),
        str: book.add_format({"text_wrap": True, "valign": "top"}),
    }

    def add(name: str, heads: Sequence[str], lines: Lines) -> None:
        sheet = book.add_worksheet(name)
        sheet.write_string(0, 0, title, book.add_format({"bold": True}))
        for at, head in enumerate(heads):
            sheet.write_string(2, at, head, bold)
        for at, line in enumerate(lines, start=3):
            _write(sheet, at, line, kinds)
        sheet.set_column(0, len(heads) - 1, NARROW)
        sheet.set_column(*_wordy(heads))
        sheet.freeze_panes(3, 0)

    fill(add)
    book.close()
    return held.getvalue()


def _wordy(heads: Sequence[str]) -> tuple[int, int, int]:
    """(first, last, width) of the columns that hold words: of places the second, of sentences and meanings all."""
    if len(heads) > 4:
        return 1, 1, 2 * NARROW
    return 0, len(heads) - 1 if len(heads) < 3 else 0, WIDE * (3 - min(2, len(heads)))


def _write(sheet: Any, at: int, line: Sequence[Cell], kinds: dict[type, Any]) -> None:
    for column, cell in enumerate(line):
        if isinstance(cell, int | float):
            sheet.write_number(at, column, cell, kinds[type(cell)])
        elif cell:
            sheet.write_string(at, column, cell, kinds[str])
