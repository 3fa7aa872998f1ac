"""Which language a reader gets: asked for, remembered, the account's own, else Vietnamese."""

from tests.visitor import Visitor


def test_a_passer_by_reads_vietnamese(app):
    assert 'lang="vi"' in Visitor(app, language="").get("/").text


def test_who_asks_for_english_gets_it_and_keeps_it(app):
    reader = Visitor(app, language="")
    assert 'lang="en"' in reader.get("/?lang=en").text
    assert 'lang="en"' in reader.get("/bai-hoc").text


def test_staff_read_the_language_of_their_account(s, w, app):
    w.cuc.language = "en"
    s.commit()
    assert 'lang="en"' in Visitor(app, language="").as_(w.cuc).get("/do-phu/11977").text


def test_a_language_nobody_here_speaks_is_vietnamese(app):
    assert 'lang="vi"' in Visitor(app, language="").get("/?lang=xx").text
