"""Workbooks to read and to write. Their libraries are loaded when the first workbook is at hand, not when the house
opens: they take 9 MB in every process, and most days nobody brings a list.
"""

import io
import warnings
from typing import IO, Any


def opened(content: bytes) -> Any:
    """A workbook to read row by row (openpyxl), its formulas as what they came to.

    Raises BadZipFile, OSError, KeyError or ValueError where it is none.
    """
    import openpyxl  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's remarks on styles
        return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)


def new(held: IO[bytes], **options: bool) -> Any:
    """An empty workbook (XlsxWriter) that is written to `held` when it is closed.

    Text stays text: no cell becomes a formula or a link, whatever somebody typed.
    """
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415

    return xlsxwriter.Workbook(held, {"strings_to_formulas": False, "strings_to_urls": False, **options})


def column(at: int) -> str:
    """A column's letters as Excel shows them: 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
