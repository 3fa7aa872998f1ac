"""Templates: no queries, blocks that can be rendered alone, no inline code, fragments that exist."""

import ast
import re

import pytest

from outreach.settings import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
VIEWS = sorted((ROOT / "outreach").rglob("*views.py"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_template_asks_the_database_nothing(path):
    assert not re.search(r"\b(db|session|s)\.(session|scalars|execute|get|query)\(", path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_template_is_short_and_has_no_inline_code(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 120
    if "print" not in path.parts:
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_stand_inside_the_block_that_uses_them(path):
    """A block is also rendered alone, and then nothing above it has run."""
    text = path.read_text()
    if "{% extends" not in text or "components" in path.parts:
        return
    outside = re.sub(r"(?s){%-?\s*block .*{%-?\s*endblock", "", text)
    assert not re.search(r"{%-?\s*(from|import|set) ", outside)


@pytest.mark.parametrize("path", VIEWS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_page_and_fragment_named_in_a_view_exists(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "page"):
            continue
        names = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if not names or not names[0].endswith(".html"):
            continue
        template = ROOT / "templates" / names[0]
        assert template.exists(), names[0]
        for block in names[1:]:
            if not block.endswith(".pdf"):
                assert re.search(rf"block {block}\b", template.read_text()), f"{names[0]} has no block {block}"
