"""How skills, proofs and rules are called, in the reader's language."""

from collections.abc import Mapping

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from outreach.accounts.access import me
from outreach.accounts.models import AGENT
from outreach.assessments import queries, teaching
from outreach.assessments.standard import ALONE, ANY, HELPED, LESSON, PRACTICE, SAID, Play, Proof, Skill
from outreach.i18n import chosen, show_date
from outreach.lessons.queries import catalogue
from outreach.practice.queries import catalogue as rehearsals
from outreach.practice.shape import words_in
from outreach.practice.showing import duration


def skill(one: Skill) -> str:
    """The skill's name."""
    return one.name.get(chosen()) or one.name["vi"]


def about(one: Skill) -> str:
    """What the skill means, in a sentence."""
    return one.about.get(chosen()) or one.about["vi"]


def by_id(skill_id: str) -> str:
    """The name of a skill id of the default standard; the id itself for a skill that is no longer there."""
    known = next((one for one in queries.default().skills if one.id == skill_id), None)
    return skill(known) if known else skill_id


def lesson(slug: str) -> str:
    """A lesson's title; the slug itself where the lesson is no longer there."""
    known = catalogue().get(slug)
    return known.words_in(chosen()).title if known else slug


def rehearsal(slug: str) -> str:
    """A rehearsal's title; the slug itself where it is no longer there."""
    known = rehearsals().get(slug)
    return words_in(known.title, chosen()) if known else slug


def proof(one: Proof, people: Mapping[int, str]) -> str:
    """What speaks for a skill: when, how, and who saw it. What does not count says so."""
    day, who = show_date(one.at), people.get(one.by_id or 0, "–")
    if one.kind == LESSON:
        return _("%(day)s: finished the lesson “%(title)s” and its questions", day=day, title=lesson(one.ref))
    if one.kind == SAID:
        return _("%(day)s: says so (noted by %(who)s). This alone does not count", day=day, who=who)
    if one.kind == PRACTICE:
        return _rehearsed(one, day, people)
    if one.aided == ALONE:
        return _("%(day)s: did it alone, seen by %(who)s", day=day, who=who)
    if one.aided == HELPED:
        return _("%(day)s: did it with help from %(who)s. Help does not count", day=day, who=who)
    return _("%(day)s: was shown how by %(who)s. This does not count yet", day=day, who=who)


def _rehearsed(one: Proof, day: str, people: Mapping[int, str]) -> str:
    lender = people.get(one.by_id, "–") if one.by_id else ""
    title, how = rehearsal(one.ref), _how_it_went(one.play, lender) if one.play else ""
    if one.aided == ALONE:
        return _("%(day)s: rehearsed “%(title)s” to the end and says: alone%(how)s", day=day, title=title, how=how)
    return _("%(day)s: rehearsed “%(title)s” with help%(how)s. Help does not count", day=day, title=title, how=how)


def _how_it_went(play: Play, lender: str) -> str:
    """In how long, with how much help, with how many wrong turns, on whose phone; what did not happen is not told."""
    told = [duration(play.seconds)]
    if play.hints:
        told.append(ngettext("asked to be shown %(num)s time", "asked to be shown %(num)s times", play.hints))
    if play.wrong:
        told.append(ngettext("%(num)s wrong turn", "%(num)s wrong turns", play.wrong))
    if lender:
        told.append(_("on the phone of %(who)s", who=lender))
    return f" ({', '.join(told)})"


def ways(one: Skill) -> list[str]:
    """What would show the skill, of what there is to do it with."""
    said = []
    if one.lessons == ANY:
        said.append(_("Finish a lesson on this and answer its questions"))
    elif one.lessons:
        titles = ", ".join(lesson(slug) for slug in one.lessons)
        said.append(_("Finish these lessons and answer their questions: %(titles)s", titles=titles))
    if one.practice and any(one.id in flow.skills for flow in rehearsals().values()):
        said.append(_("Play a rehearsal of it alone, from start to end, without being shown"))
    if one.observed:
        said.append(_("Do it alone while a volunteer is watching"))
    return said


def at_step(title: str, seen: int, of: int) -> str:
    """A lesson that was begun, and how far."""
    return _("%(title)s: %(seen)s of %(of)s steps", title=title, seen=seen, of=of)


def next_deed(pupil: teaching.Pupil) -> tuple[str, str]:
    """What to do with an ambassador next, in words, and the address where it is done.

    The address is "" where it is done by hand, or behind a door that is not for one's role.
    """
    deed, slug, skill_id = pupil.next
    title, about_skill = lesson(slug) if slug else "", by_id(skill_id) if skill_id else ""
    match deed:
        case teaching.GO_ON:
            return _("Go on with “%(title)s”", title=title), url_for("learning.show", slug=slug)
        case teaching.LEARN:
            return _("Teach “%(title)s”", title=title), url_for("learning.show", slug=slug)
        case teaching.REHEARSE:
            return _("Rehearse “%(title)s” without help", title=title), url_for("practice.show", slug=slug)
        case teaching.WATCH:
            said = _("Watch them do it alone: %(skill)s", skill=about_skill)
            return said, url_for("visits.new", id=pupil.member.household_id) if me().role != AGENT else ""
    if pupil.member.proficient_since:
        return _("Confirmed as proficient"), ""
    said = _("Enough is shown: have it confirmed")
    return said, url_for("assessments.show", id=pupil.member.id) if me().role != AGENT else ""
