"""A page as a tree, without the mercy of a browser: what is opened is closed, in order."""

import re
from html import unescape
from xml.etree.ElementTree import Element, TreeBuilder

ALONE = ("br", "hr", "img", "input", "link", "meta", "source", "wbr")  # never closed
# Text; an end; a beginning; a comment or a declaration. Any other < is text, as a browser sees it.
PIECE = re.compile(
    r"""([^<]+)|</([a-zA-Z][^\s/>]*)[^>]*>|<([a-zA-Z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>|<!--.*?-->|<[!?][^>]*>|<""",
    re.DOTALL,
)
ATTRIBUTE = re.compile(r"""([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
VERBATIM = {tag: re.compile(f"</{tag}(?=[\\s/>])", re.IGNORECASE) for tag in ("script", "style")}


class Misnested(Exception):
    """An end without its beginning, or the other way round."""


def parse(text: str) -> Element:
    """The tree of a page, or of a piece of one under an element of no name. Raises Misnested."""
    reader, at = _Reader(), 0
    while piece := PIECE.match(text, at):
        at = piece.end()
        said, end, tag, attributes = piece.groups()
        try:
            if tag:
                at = reader.begin(tag.lower(), attributes, text, at)
            elif end:
                reader.end(end.lower())
            elif said or piece.group() == "<":
                reader.builder.data(unescape(said) if said else "<")
        except Misnested as fault:
            raise Misnested(f"{fault}, in line {text.count(chr(10), 0, piece.start()) + 1}") from None
    return reader.tree()


class _Reader:
    def __init__(self) -> None:
        self.builder, self._open = TreeBuilder(), [""]
        self.builder.start("", {})

    def begin(self, tag: str, attributes: str, text: str, at: int) -> int:
        """An element begins; gives where to go on: behind what a script or a style holds, which is no HTML."""
        self.builder.start(tag, _read(attributes) if attributes else {})
        self._open.append(tag)
        if tag in ALONE:
            self.end(tag)
        if attributes.endswith("/"):
            self.end(tag)
        over = VERBATIM[tag].search(text, at) if tag in VERBATIM else None
        if over:
            self.builder.data(text[at : over.start()])
            return over.start()
        return at

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag != self._open[-1]:
            raise Misnested(f"</{tag}> where {self._open[1:]} are open")
        self.builder.end(self._open.pop())

    def tree(self) -> Element:
        """What was read; of a whole page its `html`."""
        if len(self._open) > 1:
            raise Misnested(f"never closed: {self._open[1:]}")
        self.builder.end("")
        root = self.builder.close()
        page = root.find("html")
        return root if page is None else page


def _read(attributes: str) -> dict[str, str]:
    found = ((name.lower(), double or single or bare) for name, double, single, bare in ATTRIBUTE.findall(attributes))
    return {name: unescape(value) if "&" in value else value for name, value in found}
