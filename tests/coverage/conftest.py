"""What the tests of coverage share: confirming somebody, reading a page's table, counting queries."""

from datetime import date
from xml.etree.ElementTree import Element

from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import Account
from outreach.coverage import folding
from outreach.households import stages
from outreach.households.models import Member
from tests.counting import statements as counted  # noqa: F401 -- the tests beside and of groups ask for it here
from tests.visitor import Page


def confirm(s: Session, member: Member, by: Account, since: date | None = None) -> None:
    """Somebody is proficient from today on, and the page may show it."""
    stages.proficient(s, member, since or clock.today(), by.id)
    folding.fold(s)
    s.commit()


def words_of(element: Element) -> str:
    """An element's text with single spaces."""
    return " ".join("".join(element.itertext()).split())


def spaced(page: Page) -> str:
    """What the main part says, with a space between any two pieces."""
    main = next(page.tree.iter("main"))
    return " ".join(" ".join(main.itertext()).split())


def rows(page: Page) -> dict[str, list[str]]:
    """The rows of the page's sorted table: name → cells, in order."""
    tree = page.tree
    table = next(t for t in tree.iter("table") if t.get("id") == "table")
    body = next(table.iter("tbody"))
    return {words_of(next(row.iter("th"))): [words_of(cell) for cell in row.iter("td")] for row in body.iter("tr")}


def linked_numbers(page: Page) -> list[tuple[int, str]]:
    """Every number of the page that is a link: (number, address)."""
    found = []
    for link in page.tree.iter("a"):
        text = words_of(link).split()[0] if words_of(link) else ""
        plain = text.replace(",", "").replace("−", "-").replace("+", "")
        if plain.lstrip("-").isdecimal() and link.get("href", "").startswith("/"):
            found.append((int(plain), link.get("href", "")))
    return found


def lists(page: Page) -> list[list[str]]:
    """The rows of every list of a page, cell by cell."""
    bodies = page.tree.iter("tbody")
    return [[words_of(cell) for cell in row] for body in bodies for row in body.iter("tr")]


def listed(page: Page) -> int:
    """How many rows the lists of a page have."""
    return len(lists(page))
