"""What changed since last month, in sentences: each shows only numbers of its fact (see `words`)."""

from collections.abc import Callable, Mapping

from flask_babel import gettext, ngettext

from outreach.areas.models import Area
from outreach.coverage import names as coverage
from outreach.households.names import STAGE_NAMES
from outreach.i18n import show_number
from outreach.reports import names
from outreach.reports.words import Fact

Told = Fact[Area]


def sentence(fact: Told, area: Area) -> str:
    """The fact in the reader's language; `area` is what it tells of."""
    return TELL[fact.kind](fact, area)


def _empty(fact: Told, area: Area) -> str:
    return gettext("No household is in scope here yet.")


def _first(fact: Told, area: Area) -> str:
    return gettext("Coverage is %(new)s: %(homes)s.", new=_share(fact, "new"), homes=_homes(fact))


def _done(fact: Told, area: Area) -> str:
    return gettext("The target is reached: every household has a proficient person (%(homes)s).", homes=_homes(fact))


def _share_moved(fact: Told, area: Area) -> str:
    old, new, homes = _share(fact, "old"), _share(fact, "new"), _homes(fact)
    if old == new:
        return gettext("Coverage stays at %(new)s: %(homes)s.", new=new, homes=homes)
    if fact.numbers["new"] > fact.numbers["old"]:
        return gettext("Coverage rose from %(old)s to %(new)s: %(homes)s.", old=old, new=new, homes=homes)
    return gettext("Coverage fell from %(old)s to %(new)s: %(homes)s.", old=old, new=new, homes=homes)


def _fallen(fact: Told, area: Area) -> str:
    lost = _number(fact, "lost")
    return ngettext(
        "%(count)s household fewer is proficient than before in %(places)s: see why.",
        "%(count)s households fewer are proficient than before in %(places)s: see why.",
        int(fact.numbers["lost"]), count=lost, places=_places(fact),
    )  # fmt: skip


def _behind(fact: Told, area: Area) -> str:
    short = int(fact.numbers["short"])
    return ngettext(
        "Behind plan by %(count)s household: by this day %(planned)s were to be proficient.",
        "Behind plan by %(count)s households: by this day %(planned)s were to be proficient.",
        short, count=show_number(short), planned=_number(fact, "planned"),
    )  # fmt: skip


def _on_plan(fact: Told, area: Area) -> str:
    if not fact.numbers["short"]:
        return gettext("On plan: by this day %(planned)s were to be proficient.", planned=_number(fact, "planned"))
    return gettext(
        "Ahead of plan by %(count)s: by this day %(planned)s were to be proficient.",
        count=_number(fact, "short"), planned=_number(fact, "planned"),
    )  # fmt: skip


def _faster(fact: Told, area: Area) -> str:
    return gettext("It goes faster: %(now)s, after %(before)s in the same time of the month before.", **_pace(fact))


def _slower(fact: Told, area: Area) -> str:
    return gettext("It goes slower: %(now)s, after %(before)s in the same time of the month before.", **_pace(fact))


def _as_fast(fact: Told, area: Area) -> str:
    return gettext(
        "The pace has hardly changed: %(now)s, after %(before)s in the same time of the month before.", **_pace(fact)
    )


def _pace(fact: Told) -> dict[str, str]:
    new = int(fact.numbers["now"])
    now = ngettext("%(count)s new proficient household", "%(count)s new proficient households", new,
                   count=show_number(new))  # fmt: skip
    return {"now": now, "before": _number(fact, "before")}


def _more_homes(fact: Told, area: Area) -> str:
    change = int(fact.numbers["change"])
    return ngettext(
        "%(change)s household more is in scope than at the end of the month before: %(count)s now.",
        "%(change)s households more are in scope than at the end of the month before: %(count)s now.",
        change, change=show_number(change), count=_number(fact, "count"),
    )  # fmt: skip


def _fewer_homes(fact: Told, area: Area) -> str:
    change = int(fact.numbers["change"])
    return ngettext(
        "%(change)s household fewer is in scope than at the end of the month before: %(count)s now.",
        "%(change)s households fewer are in scope than at the end of the month before: %(count)s now.",
        change, change=show_number(change), count=_number(fact, "count"),
    )  # fmt: skip


def _no_visits(fact: Told, area: Area) -> str:
    if "before" not in fact.numbers:
        return gettext("No visit was recorded.")
    return gettext(
        "No visit was recorded; in the same time of the month before: %(before)s.", before=_number(fact, "before")
    )


def _visits(fact: Told, area: Area) -> str:
    now = int(fact.numbers["now"])
    return ngettext("%(count)s visit was recorded.", "%(count)s visits were recorded.", now, count=show_number(now))


def _more_visits(fact: Told, area: Area) -> str:
    return gettext(
        "More visits: %(now)s, after %(before)s in the same time of the month before.",
        now=_number(fact, "now"), before=_number(fact, "before"),
    )  # fmt: skip


def _fewer_visits(fact: Told, area: Area) -> str:
    return gettext(
        "Fewer visits: %(now)s, after %(before)s in the same time of the month before.",
        now=_number(fact, "now"), before=_number(fact, "before"),
    )  # fmt: skip


def _as_many_visits(fact: Told, area: Area) -> str:
    return gettext(
        "About as many visits: %(now)s, after %(before)s in the same time of the month before.",
        now=_number(fact, "now"), before=_number(fact, "before"),
    )  # fmt: skip


def _silent(fact: Told, area: Area) -> str:
    shown = coverage.below(area.kind, int(fact.numbers["all"]))
    return ngettext(
        "No visit was recorded in %(count)s of %(all)s: %(places)s.",
        "No visit was recorded in %(count)s of %(all)s: %(places)s.",
        int(fact.numbers["places"]), count=_number(fact, "places"), all=shown, places=_places(fact),
    )  # fmt: skip


def _finished(fact: Told, area: Area) -> str:
    return gettext("The target was reached in %(places)s.", places=_places(fact))


def _best(fact: Told, area: Area) -> str:
    gained = int(fact.numbers["gained"])
    return ngettext(
        "Biggest gain: %(places)s, %(count)s household.",
        "Biggest gain: %(places)s, %(count)s households.",
        gained, count=show_number(gained), places=_places(fact),
    ) if len(fact.places) == 1 else ngettext(
        "Biggest gain: %(places)s, %(count)s household each.",
        "Biggest gain: %(places)s, %(count)s households each.",
        gained, count=show_number(gained), places=_places(fact),
    )  # fmt: skip


def _stuck(fact: Told, area: Area) -> str:
    count = int(fact.numbers["count"])
    return ngettext(
        "Most are stuck at “%(stage)s”: %(count)s household (%(change)s).",
        "Most are stuck at “%(stage)s”: %(count)s households (%(change)s).",
        count, stage=STAGE_NAMES[fact.what], count=show_number(count),
        change=coverage.signed(int(fact.numbers["change"])),
    )  # fmt: skip


def _met(fact: Told, area: Area) -> str:
    gained = int(fact.numbers["gained"])
    return ngettext(
        "%(count)s more household was met; nobody has been met yet in %(left)s.",
        "%(count)s more households were met; nobody has been met yet in %(left)s.",
        gained, count=show_number(gained), left=_number(fact, "left"),
    )  # fmt: skip


def _ambassadors(fact: Told, area: Area) -> str:
    gained = int(fact.numbers["gained"])
    return ngettext(
        "%(change)s household more has an ambassador or somebody proficient: %(count)s now.",
        "%(change)s households more have an ambassador or somebody proficient: %(count)s now.",
        gained, change=show_number(gained), count=_number(fact, "count"),
    )  # fmt: skip


def _weakest(fact: Told, area: Area) -> str:
    count = int(fact.numbers["count"])
    return ngettext(
        "The skill fewest do alone: “%(skill)s”. In %(count)s household (%(share)s) somebody does.",
        "The skill fewest do alone: “%(skill)s”. In %(count)s households (%(share)s) somebody does.",
        count, skill=names.skills()[fact.what], count=show_number(count), share=names.whole(fact.numbers["share"]),
    )  # fmt: skip


def _vneid(fact: Told, area: Area) -> str:
    gained = int(fact.numbers["gained"])
    return ngettext(
        "%(change)s adult more says that they are confirmed on VNeID: %(count)s now (nobody checked this).",
        "%(change)s adults more say that they are confirmed on VNeID: %(count)s now (nobody checked this).",
        gained, change=show_number(gained), count=_number(fact, "count"),
    )  # fmt: skip


TELL: Mapping[str, Callable[[Told, Area], str]] = {
    "empty": _empty, "first": _first, "done": _done, "share": _share_moved, "fallen": _fallen,
    "behind": _behind, "on_plan": _on_plan, "faster": _faster,
    "slower": _slower, "as_fast": _as_fast, "more_homes": _more_homes, "fewer_homes": _fewer_homes,
    "no_visits": _no_visits, "visits": _visits, "more_visits": _more_visits, "fewer_visits": _fewer_visits,
    "as_many_visits": _as_many_visits, "silent": _silent, "finished": _finished, "best": _best, "stuck": _stuck,
    "met": _met, "ambassadors": _ambassadors, "weakest": _weakest, "vneid": _vneid,
}  # fmt: skip


def _number(fact: Told, name: str) -> str:
    return show_number(int(fact.numbers[name]))


def _share(fact: Told, name: str) -> str:
    return names.share(fact.numbers[name], int(fact.numbers["count"]))


def _homes(fact: Told) -> str:
    count = int(fact.numbers["count"])
    if not fact.numbers["gained"]:
        return ngettext("%(done)s of %(count)s household", "%(done)s of %(count)s households", count,
                        done=_number(fact, "done"), count=show_number(count))  # fmt: skip
    return ngettext(
        "%(done)s of %(count)s household, %(change)s", "%(done)s of %(count)s households, %(change)s", count,
        done=_number(fact, "done"), count=show_number(count), change=coverage.signed(int(fact.numbers["gained"])),
    )  # fmt: skip


def _places(fact: Told) -> str:
    """The places it names, and how many more there are."""
    named = ", ".join(coverage.place(place) for place in fact.places)
    more = int(fact.numbers["places"]) - len(fact.places)
    if more <= 0:
        return named
    return ngettext("%(places)s and %(count)s more", "%(places)s and %(count)s more", more, places=named,
                    count=show_number(more))  # fmt: skip
