"""Templates: no queries, blocks that can be rendered alone, no inline code, fragments that exist."""

import ast
import re

from outreach.settings import ROOT

TEMPLATES = {path: path.read_text() for path in sorted((ROOT / "templates").rglob("*.html"))}
VIEWS = sorted((ROOT / "outreach").rglob("*views.py"))
QUERY = re.compile(r"\b(db|session|s)\.(session|scalars|execute|get|query)\(")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=")
BLOCKS = re.compile(r"(?s){%-?\s*block .*{%-?\s*endblock")
MADE = re.compile(r"{%-?\s*(from|import|set) ")


def test_a_template_asks_the_database_nothing():
    assert len(TEMPLATES) > 100
    assert [path for path, text in TEMPLATES.items() if QUERY.search(text)] == []


def test_a_template_is_short_and_has_no_inline_code():
    assert [path for path, text in TEMPLATES.items() if len(text.splitlines()) > 120] == []
    assert [path for path, text in TEMPLATES.items() if "print" not in path.parts and INLINE.search(text)] == []


def test_imports_stand_inside_the_block_that_uses_them():
    """A block is also rendered alone, and then nothing above it has run."""
    pages = {path: text for path, text in TEMPLATES.items() if "{% extends" in text and "components" not in path.parts}
    assert len(pages) > 50
    assert [path for path, text in pages.items() if MADE.search(BLOCKS.sub("", text))] == []


def named(path):
    """(template, its blocks) as the calls of `page` in a file of views name them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "page"):
            continue
        names = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if names and names[0].endswith(".html"):
            yield names[0], [block for block in names[1:] if not block.endswith(".pdf")]


def test_every_page_and_fragment_named_in_a_view_exists():
    pages = [one for path in VIEWS for one in named(path)]
    assert len(pages) > 100
    for template, blocks in pages:
        text = TEMPLATES[ROOT / "templates" / template]
        assert [block for block in blocks if not re.search(rf"block {block}\b", text)] == [], template
