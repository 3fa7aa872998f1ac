"""Text in a cell of a file that will be opened as a spreadsheet: it stays text."""

# What makes a spreadsheet take a cell for a formula, in half and full width, and the blanks it drops before looking.
BEGINNINGS = tuple("=+-@\t\r\n＝＋－＠")


def inert(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(BEGINNINGS) else text
