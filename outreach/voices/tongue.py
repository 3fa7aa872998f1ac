"""In which language this reader is shown a lesson: the chosen one, once it is whole and, where needed, can be heard."""

from flask import g

from outreach import db, i18n
from outreach.lessons import publishing
from outreach.lessons.content import Lesson, Words
from outreach.voices import narration


def words(lesson: Lesson) -> Words:
    """The words to show; Vietnamese while the chosen language is not published. At most one query a request."""
    language = i18n.chosen()
    if language in lesson.needs_voice and language in lesson.words and _heard(lesson, language):
        return lesson.words[language]
    return lesson.words_in(language)


def _heard(lesson: Lesson, language: str) -> bool:
    if "voiced" not in g:
        g.voiced = narration.voiced(db.session())
    return publishing.status(lesson, language, g.voiced.get((lesson.slug, language), ())).published
