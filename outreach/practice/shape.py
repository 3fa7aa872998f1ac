"""What a rehearsal is once read: frozen records of its screens, fields and buttons."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from outreach.lessons.shape import HOUSE_LANGUAGES

Said = Mapping[str, str]  # language → Markdown of one or two sentences


def words_in(said: Said, language: str) -> str:
    """Give the words in `language`, else in the first house language there is; "" where nothing is said."""
    return next((said[code] for code in (language, *HOUSE_LANGUAGES) if code in said), "")


class Kind(StrEnum):
    """What a field asks for: something typed, something chosen, a tick."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105 (a kind of field, no password)
    SELECT = "select"
    CHOICE = "choice"
    PHOTO = "photo"
    TICK = "tick"


TYPED = (Kind.TEXT, Kind.SECRET)
CHOSEN = (Kind.SELECT, Kind.CHOICE, Kind.PHOTO)


class Likeness(StrEnum):
    """What a screen pretends to be."""

    PORTAL = "portal"
    VNEID = "vneid"
    VSSID = "vssid"
    PHONE = "phone"
    SMS = "sms"
    CALL = "call"
    SHOP = "shop"
    BANK = "bank"


class Look(StrEnum):
    """How a pretended photo came out."""

    CLEAR = "clear"
    BLURRED = "blurred"
    CUT = "cut"
    DARK = "dark"
    OTHER = "other"


class Shows(StrEnum):
    """What a pretended photo is of."""

    PAPER = "paper"
    PORTRAIT = "portrait"
    THING = "thing"


@dataclass(frozen=True)
class Given:
    """One line of the sample card: what is handed out to be typed."""

    id: str
    label: str
    value: str


@dataclass(frozen=True)
class Option:
    """One of several to choose. `wrong` says why not, and is empty for the right one; `look` is a photo's."""

    id: str
    text: str
    right: bool
    wrong: Said
    look: Look | None


@dataclass(frozen=True)
class Field:
    """One thing to fill in. `given` is the id of the sample to type, `fault` what is said when it does not fit.

    `shows` is what a photo's options are pictures of.
    """

    id: str
    label: str
    kind: Kind
    given: str
    fault: Said
    options: tuple[Option, ...]
    shows: Shows = Shows.PAPER


@dataclass(frozen=True)
class Button:
    """Either the right way on (`to`: the id of a screen), or a trap (`wrong`: why, and what to do instead)."""

    id: str
    text: str
    to: str
    wrong: Said


@dataclass(frozen=True)
class Screen:
    """One screen. Words on it are Vietnamese; the coach's, the hint's and the end's are in every house language.

    `mark` is the id of the field or button that the hint rings, or ""; only a last screen has `end`.
    """

    id: str
    likeness: Likeness
    heading: str
    text: str
    rows: tuple[tuple[str, str], ...]
    draw: tuple[str, ...]
    coach: Said
    hint: Said
    mark: str
    fields: tuple[Field, ...]
    buttons: tuple[Button, ...]
    end: Said

    @property
    def last(self) -> bool:
        """Whether the rehearsal is over here."""
        return bool(self.end)

    @property
    def typed(self) -> bool:
        """Whether something from the sample card is typed here."""
        return any(field.kind in TYPED for field in self.fields)

    def ways_on(self) -> Iterator[Button]:
        """Give the buttons that lead on, in their order."""
        return (button for button in self.buttons if button.to)

    def button(self, id: str) -> Button | None:
        """Give one button, or None."""
        return next((button for button in self.buttons if button.id == id), None)


@dataclass(frozen=True)
class Flow:
    """One rehearsal, read from lessons/<slug>/practice.toml.

    `skills` are ids of standard.toml that an unaided run is evidence for; `minutes` is a guess for a first time.
    """

    slug: str
    file: Path
    skills: tuple[str, ...]
    minutes: int
    title: Said
    goal: Said
    given: tuple[Given, ...]
    screens: tuple[Screen, ...]

    @property
    def start(self) -> Screen:
        """The first screen."""
        return self.screens[0]

    def screen(self, id: str) -> Screen | None:
        """Give one screen, or None."""
        return next((screen for screen in self.screens if screen.id == id), None)

    def sample(self, field: Field) -> str:
        """Give what is to be typed into a field; "" where nothing is typed."""
        return next((one.value for one in self.given if one.id == field.given), "")

    def needed(self, screen: Screen) -> list[Given]:
        """Give what of the sample card is typed on a screen, in the card's order."""
        wanted = {field.given for field in screen.fields if field.kind in TYPED}
        return [one for one in self.given if one.id in wanted]
