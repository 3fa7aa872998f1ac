"""Turn the Markdown that people write in lessons and the handbook into HTML that is safe to print on a page."""

import re
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Raw HTML is off in the parser *and* washed out afterwards: two locks, because content comes from many hands.
PARSER: Final = MarkdownIt("commonmark", {"html": False, "breaks": False}).disable(["image", "code", "fence"])
TAGS: Final = frozenset({"p", "br", "strong", "em", "ul", "ol", "li", "a"})
ATTRIBUTES: Final = {"a": {"href"}, "ol": {"start"}}
SCHEMES: Final = frozenset({"http", "https", "tel"})
QUOTED: Final = re.compile(r"“[^“”<>]*”")


def render(text: str, quoted: str = "") -> str:
    """Give the HTML of a few paragraphs: only p, br, strong, em, lists and http(s) or tel links survive.

    `quoted` is the language code of the words in “…”. In lessons those are the portal's own button names, Vietnamese
    on every page, and a screen reader must be told (WCAG 2.2, 3.1.2). Leave it empty where the page is Vietnamese.
    """
    return _marked(_washed(PARSER.render(text)), quoted)


def inline(text: str, quoted: str = "") -> str:
    """Give the HTML of one line (a heading, a label, a choice): like `render`, without a paragraph around it."""
    return _marked(_washed(PARSER.renderInline(text)), quoted)


def plain(text: str) -> str:
    """Give the words alone, without any mark-up: a line for each paragraph and each entry of a list."""
    lines = (token.children or [] for token in PARSER.parse(text) if token.type == "inline")
    return "\n".join("".join(_said(piece) for piece in line) for line in lines)


def _said(piece: Token) -> str:
    return " " if piece.type in ("softbreak", "hardbreak") else piece.content


def _washed(html: str) -> str:
    attributes = {tag: set(names) for tag, names in ATTRIBUTES.items()}
    return nh3.clean(html, tags=set(TAGS), attributes=attributes, url_schemes=set(SCHEMES)).strip()


def _marked(html: str, quoted: str) -> str:
    """Wrap “…” in a span with the language; safe after washing, since no attribute can hold a curly quote then."""
    if not quoted:
        return html
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", quoted):
        raise ValueError(f"not a language code: {quoted!r}")
    return QUOTED.sub(lambda words: f'<span lang="{quoted}">{words.group()}</span>', html)
