"""A page as a tree, without the mercy of a browser: what is opened is closed, in order."""

from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

ALONE = ("br", "hr", "img", "input", "link", "meta", "source", "wbr")  # never closed


class Misnested(Exception):
    """An end without its beginning, or the other way round."""


def parse(text: str) -> Element:
    """The tree of a page, or of a piece of one under an element of no name. Raises Misnested."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.tree()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._builder, self._open = TreeBuilder(), [""]
        self._builder.start("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        self._open.append(tag)
        if tag in ALONE:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != self._open[-1]:
            raise Misnested(f"</{tag}> where {self._open[1:]} are open, in line {self.getpos()[0]}")
        self._builder.end(self._open.pop())

    def handle_data(self, data: str) -> None:
        self._builder.data(data)

    def tree(self) -> Element:
        """What was read; of a whole page its `html`."""
        if len(self._open) > 1:
            raise Misnested(f"never closed: {self._open[1:]}")
        self._builder.end("")
        root = self._builder.close()
        page = root.find("html")
        return root if page is None else page
