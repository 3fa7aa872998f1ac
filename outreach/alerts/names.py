"""What each kind of alert says: what is wrong, what is safe meanwhile, what to do. Filled with the alert's facts."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from outreach.alerts.models import ACTED, CLOSED, NEW, SEEN

OPERATOR, NOT_REGISTERED, FILTERED, NUMBER = "sms_operator", "sms_not_registered", "sms_filtered", "sms_number"
BUDGET_80, BUDGET_OUT, SLOW, UNKNOWN = "sms_budget_80", "sms_budget_out", "sms_slow", "sms_unknown"
UNPLANNED, UNHEARD = "sms_unplanned", "feed_unheard"
SILENT, BEHIND, FEWER_PROFICIENT, FEWER_VISITS = "silent", "behind", "fewer_proficient", "fewer_visits"
DOUBTS, LIST_REJECTED, FORMS_REJECTED, RECOUNT = "doubts", "list_rejected", "forms_rejected", "recount"
PROMISES, LATE_RECORDS = "promises", "late_records"
HOURS, DAY = timedelta(hours=4), timedelta(days=1)


class Step(NamedTuple):
    """What to do, and the endpoint of the page where one does it ("": on no page of ours)."""

    words: LazyString
    door: str = ""


class Kind(NamedTuple):
    """`title` and `means` are sentences, `todo` is done one after the other.

    `now`: it stops messages; the others bear a day. Each text may name facts, such as %(waiting)s. `within`: by when
    somebody has acted, or the area above sees it, too; these times are judgements.
    """

    title: LazyString
    means: LazyString
    todo: tuple[Step, ...]
    now: bool = False
    within: timedelta = DAY


# The facts of each kind: sms_operator code · sms_not_registered purpose · sms_filtered purpose, code, sms ·
# sms_number code, sms · sms_budget_… month ("2026-11") · sms_slow waiting, minutes ·
# sms_unknown waiting · sms_unplanned purpose · feed_unheard webhook, answer ·
# silent days · behind share, wanted (per cent), short (households) ·
# fewer_proficient fewer · fewer_visits visits, before · doubts waiting, days · list_rejected, forms_rejected rejected,
# rows · recount places · promises, late_records waiting, days.
KINDS: Mapping[str, Kind] = {
    OPERATOR: Kind(
        _l("The SMS provider refuses all our messages"),
        _l("Nothing is lost: messages wait and go out by themselves when it is mended, unless their day is over."),
        (
            Step(_l("Read the reason above; sign in to the SMS provider's own site and mend it there.")),
            Step(
                _l("Cannot mend it today? Tell the communes that reminders must be made by telephone."),
                "telephone.index",
            ),
        ),
        True,
        HOURS,
    ),
    NOT_REGISTERED: Kind(
        _l("No registered wording for: %(purpose)s"),
        _l("Messages of this kind wait. Nothing unregistered goes to a phone company in Vietnam."),
        (
            Step(_l("Hand the wording to the SMS provider, as the page of the wordings says."), "wordings.index"),
            Step(
                _l("When it is allowed, note the provider's number there. What waits then goes by itself."),
                "wordings.index",
            ),
        ),
        True,
    ),
    FILTERED: Kind(
        _l("The phone company stopped our words as unwanted: %(purpose)s"),
        _l("This message did not arrive and is not sent again. Others with the same words may be stopped as well."),
        (
            Step(_l("Read the words as a stranger would: do they look like advertising or a fraud?"), "sms.show"),
            Step(
                _l("Write a new version, have it registered, and ask the SMS provider why the old one was stopped."),
                "wordings.index",
            ),
        ),
        True,
    ),
    NUMBER: Kind(
        _l("A telephone number does not work"),
        _l("Nothing more is sent to this number until it is corrected, or until this alert is closed with a word."),
        (
            Step(
                _l("Ask the household for the right number at the next visit, and correct it in the person's record."),
                "sms.show",
            ),
            Step(
                _l("Has the person no mobile phone? Take the number out; the telephone list then names the house."),
                "telephone.index",
            ),
            Step(
                _l("Is the number right after all? Close this alert and say who confirmed it; messages then go again."),
            ),
        ),
        within=14 * DAY,
    ),
    BUDGET_80: Kind(
        _l("More than 80%% of the money for messages in %(month)s is spent"),
        _l("Messages still go out. When the rest is spent, they wait until the month is over."),
        (
            Step(_l("Look at what the messages cost, and for which purpose."), "money.index"),
            Step(_l("Set a larger budget, or switch off a reminder that helps least."), "rules.index"),
        ),
        within=3 * DAY,
    ),
    BUDGET_OUT: Kind(
        _l("The money for messages in %(month)s is spent"),
        _l("Nothing more goes out in this commune's name. What waits is dropped when its day is over."),
        (
            Step(_l("Set a larger budget; what waits then goes by itself."), "money.index"),
            Step(_l("No more money? Print the telephone list, so that families are called."), "telephone.index"),
        ),
        True,
        HOURS,
    ),
    SLOW: Kind(
        _l("Messages that should be gone still wait: %(waiting)s"),
        _l("Nothing is lost and nothing goes twice. The oldest is %(minutes)s minutes late."),
        (
            Step(_l("Wait a few minutes: after a pause there is much to send."), "sms.index"),
            Step(_l("Still waiting? Ask whoever runs this server to look whether its worker is running.")),
        ),
        True,
        HOURS,
    ),
    UNPLANNED: Kind(
        _l("Reminders of this kind cannot be written: %(purpose)s"),
        _l("None of them goes. What is still due is written as soon as it is mended; other reminders go on."),
        (
            Step(_l("Ask whoever runs this server to read its log.")),
            Step(_l("Is the day important? Telephone these families."), "telephone.index"),
        ),
        True,
    ),
    UNHEARD: Kind(
        _l("The operations centre (IOC) has not taken our numbers for a day"),
        _l("Nothing is lost: once its address answers again, it gets all that has changed."),
        (
            Step(_l("Look at what its address answered, and send a test message."), "feeds.index"),
            Step(_l("Ask whoever runs the receiver; if it has moved, end this address and enter the new one."),
                 "feeds.index"),
        ),
    ),
    UNKNOWN: Kind(
        _l("Nobody knows whether these messages went out: %(waiting)s"),
        _l("They are not sent again before the SMS provider has answered, so that nobody gets one twice."),
        (
            Step(_l("Look at the SMS provider's own site whether it has them.")),
            Step(_l("Is the day important? Telephone these families."), "sms.index"),
        ),
    ),
    SILENT: Kind(
        _l("No visit for %(days)s days"),
        _l("This need not mean that nobody went: visits may still wait on a phone without network."),
        (
            Step(_l("Look at the group: whose phone has not sent, and who looks after no house?"), "groups.show"),
            Step(_l("Telephone the group's leader and agree on a day for the next visits.")),
            Step(_l("Nobody can go? Give the houses to somebody else for a while."), "care.index"),
        ),
        within=3 * DAY,
    ),
    BEHIND: Kind(
        _l("Behind the plan: %(share)s%% proficient instead of %(wanted)s%%"),
        _l("%(short)s households are missing today. What was reached stays reached."),
        (
            Step(_l("See what the plan asks for, and what it takes a week to catch up."), "plans.show"),
            Step(_l("See which places hold it up, the slowest first."), "coverage.show"),
            Step(_l("Agree with their groups on a number of visits a week.")),
        ),
        within=7 * DAY,
    ),
    FEWER_PROFICIENT: Kind(
        _l("%(fewer)s fewer proficient households than four weeks ago"),
        _l("Households may have moved or been merged, or confirmations were taken back. Nobody's learning is lost."),
        (
            Step(_l("See where it fell, and who changed."), "coverage.show"),
            Step(_l("Were confirmations taken back? Ask the leader why, and plan a visit there.")),
        ),
        within=7 * DAY,
    ),
    FEWER_VISITS: Kind(
        _l("Fewer visits: %(visits)s in four weeks, %(before)s in the four weeks before"),
        _l("What was reached stays. It may be harvest or a holiday, or phones that have not sent yet."),
        (
            Step(_l("See which places have fallen silent."), "coverage.show"),
            Step(_l("Ask the groups what holds them up, and agree on a day.")),
        ),
        within=7 * DAY,
    ),
    DOUBTS: Kind(
        _l("Questions about visits wait for an answer: %(waiting)s"),
        _l("The visits count meanwhile, and nobody is presumed wrong. The oldest has waited for %(days)s days."),
        (
            Step(_l("Open each question, ask whoever made the visit, and note what was found."), "doubts.index"),
        ),
        within=7 * DAY,
    ),
    PROMISES: Kind(
        _l("Families still wait for a visit they were promised: %(waiting)s"),
        _l("The promises stand, and head each volunteer's list. The oldest is %(days)s days over its day."),
        (
            Step(_l("See which houses they are; they stand first on the list of today."), "visits.index"),
            Step(_l("Telephone the families whom nobody can visit this week, and agree on another day.")),
            Step(_l("Does one person have too many? Give some of the houses to a colleague."), "care.index"),
        ),
        within=3 * DAY,
    ),
    LATE_RECORDS: Kind(
        _l("Records that came late wait for a decision: %(waiting)s"),
        _l("They are kept as they were sent, and nothing of them is lost. The oldest has waited for %(days)s days."),
        (
            Step(_l("Open each one; have it written in its author's name, or set it aside with a word."), "late.index"),
        ),
        within=3 * DAY,
    ),
    LIST_REJECTED: Kind(
        _l("Many rows of a list were not taken over: %(rejected)s of %(rows)s"),
        _l("The other rows are in. The rows that were given back changed nothing."),
        (
            Step(_l("Open the list, download the rows with their reasons, and mend them."), "imports.new"),
            Step(_l("Upload the mended file as a new list: what is in already stays as it is."), "imports.new"),
        ),
        within=3 * DAY,
    ),
    FORMS_REJECTED: Kind(
        _l("Many visits from other forms were not taken over: %(rejected)s of %(rows)s"),
        _l("The other rows are in. The rows that were given back changed nothing."),
        (
            Step(_l("Open the file, download the rows with their reasons, and mend them."), "submissions.new"),
        ),
        within=3 * DAY,
    ),
    RECOUNT: Kind(
        _l("The nightly proof found sums that were wrong: %(places)s"),
        _l("They are mended already: every page shows what the households' records say."),
        (
            Step(_l("This should never happen. Ask whoever runs this server to read its log and to report it.")),
        ),
    ),
}  # fmt: skip
NOW = [name for name, kind in KINDS.items() if kind.now]
STEP_NAMES = {NEW: _l("New"), SEEN: _l("Taken up"), ACTED: _l("Acted on"), CLOSED: _l("Closed")}


def fill(said: LazyString, facts: Mapping[str, Any]) -> str:
    """A text with facts in it; one that is missing is a dash."""
    return str(said) % defaultdict(lambda: "–", facts)
