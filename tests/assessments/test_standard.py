"""The rule itself: what shows a skill, and when it is enough."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.assessments import standard
from outreach.assessments.standard import (
    ALONE,
    HELPED,
    LESSON,
    OBSERVED,
    PRACTICE,
    SAID,
    SHOWN,
    Proof,
    StandardFault,
    judge,
)
from outreach.settings import ROOT

DEFAULT = standard.read(ROOT / "lessons" / "standard.toml")
SKILLS = [skill.id for skill in DEFAULT.skills]
DAY = datetime(2026, 11, 21, tzinfo=UTC)

proofs = st.builds(
    Proof,
    skill=st.sampled_from([*SKILLS, "unknown"]),
    kind=st.sampled_from([LESSON, PRACTICE, OBSERVED, SAID]),
    aided=st.sampled_from([ALONE, HELPED, SHOWN]),
    at=st.just(DAY),
    ref=st.sampled_from(["", "a", "b"]),
)
worthless = st.one_of(
    proofs.map(lambda p: replace(p, kind=SAID)),
    proofs.map(lambda p: replace(p, aided=HELPED)),
    proofs.map(lambda p: replace(p, aided=SHOWN)),
)


def seen(*skills):
    """Each skill, done alone before a volunteer's eyes."""
    return [Proof(skill, OBSERVED, ALONE, DAY, by_id=1) for skill in skills]


@given(st.lists(proofs, max_size=12), st.lists(worthless, max_size=12))
def test_help_being_shown_and_words_alone_never_raise_the_verdict(given_, more):
    assert judge(DEFAULT, given_ + more).shown.keys() == judge(DEFAULT, given_).shown.keys()


@given(st.lists(worthless, max_size=30))
def test_nobody_is_proficient_by_help_or_words(given_):
    assert not judge(DEFAULT, given_).enough


@given(st.lists(proofs, max_size=12), st.lists(proofs, max_size=6))
def test_more_evidence_never_counts_less(given_, more):
    before, after = judge(DEFAULT, given_), judge(DEFAULT, given_ + more)
    assert before.shown.keys() <= after.shown.keys()
    assert after.enough or not before.enough


@given(st.lists(proofs, max_size=12).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_the_order_of_evidence_does_not_matter(both):
    one, other = (judge(DEFAULT, some) for some in both)
    assert one.shown.keys() == other.shown.keys()
    assert one.enough == other.enough


@given(st.lists(proofs, max_size=20), st.lists(st.sampled_from(SKILLS)), st.integers(1, 5))
def test_every_skill_is_either_shown_or_missing(given_, skills, needed):
    rule = DEFAULT.narrowed(skills, needed)
    verdict = judge(rule, given_)
    assert sorted([*verdict.shown, *verdict.missing]) == sorted(skill.id for skill in rule.skills)
    assert verdict.enough == (len(verdict.shown) >= rule.needed > 0)


def test_the_default_asks_for_all_five_skills_of_the_letter():
    assert DEFAULT.needed == len(DEFAULT.skills) == 5
    assert DEFAULT.source == "Công văn 3240/BTTTT-CĐSQG"
    assert DEFAULT.source_date.isoformat() == "2024-08-08"


def test_five_skills_seen_alone_are_enough_and_four_are_not():
    assert judge(DEFAULT, seen(*SKILLS)).enough
    verdict = judge(DEFAULT, seen(*SKILLS[:4]))
    assert not verdict.enough
    assert verdict.missing == (SKILLS[4],)


@pytest.mark.parametrize(("skill", "counts"), [("safety", True), ("payment", False), ("online_services", False)])
def test_a_finished_lesson_shows_a_skill_only_where_the_standard_says_so(skill, counts):
    verdict = judge(DEFAULT, [Proof(skill, LESSON, ALONE, DAY, ref="bai")])
    assert (skill in verdict.shown) is counts


def test_where_the_standard_names_lessons_all_of_them_must_be_finished():
    one = replace(DEFAULT.skills[0], lessons=("a", "b"), practice=False, observed=False)
    rule = replace(DEFAULT, skills=(one,), needed=1)
    a, b = (Proof("safety", LESSON, ALONE, DAY, ref=ref) for ref in "ab")
    assert not judge(rule, [a]).enough
    assert judge(rule, [a, b]).enough


def test_a_rehearsal_shows_a_skill_only_without_help_and_where_it_may():
    assert "payment" in judge(DEFAULT, [Proof("payment", PRACTICE, ALONE, DAY)]).shown
    assert "payment" not in judge(DEFAULT, [Proof("payment", PRACTICE, HELPED, DAY)]).shown
    none = replace(DEFAULT, skills=(replace(DEFAULT.skills[2], practice=False),))
    assert none.skills[0].id not in judge(none, [Proof(none.skills[0].id, PRACTICE, ALONE, DAY)]).shown


def test_a_commune_may_count_fewer_skills():
    rule = DEFAULT.narrowed(["safety", "payment", "unknown"], 2)
    assert [skill.id for skill in rule.skills] == ["payment", "safety"]
    assert judge(rule, seen("safety", "payment")).enough


def test_a_standard_without_skills_makes_nobody_proficient():
    assert not judge(DEFAULT.narrowed([], 3), seen(*SKILLS)).enough


UNREACHABLE = 'needed = 9\nskills = []\nsource = ""\nsource_date = 2024-08-08\nsource_url = ""'


@pytest.mark.parametrize("text", ["", "needed = 1", "needed = [", UNREACHABLE])
def test_a_broken_standard_stops_with_the_name_of_its_file(tmp_path, text):
    path = tmp_path / "standard.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StandardFault, match=r"standard\.toml"):
        standard.read(path)
