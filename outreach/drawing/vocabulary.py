"""The words a picture is told in: what each kind of line may say, and how high it stands.

lessons/README.md tells them to writers. Limits are counted in letters, so that a writer can count along; they are
such that the text is at least 15 px high where the picture is 360 px wide, in any of the fonts named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PHONE, SCENE, SHEET = "phone", "scene", "sheet"
MOST_HEIGHT: Final = {PHONE: 208, SHEET: 200}  # px below the phone's loudspeaker, or on the page
MOST_THINGS: Final = 4
MARKABLE, STARRED = "!", "*"


@dataclass(frozen=True)
class Kind:
    """One kind of line.

    `height` in px, `more` for each line the text wraps beyond the first; `letters` of a line, for each part in
    turn (the last for all that follow), or with `shared` for all parts together; `lines` a part may wrap to;
    `cut` is what stands between parts; `form` is a pattern the text must have, `like` an example of it.
    """

    height: int
    letters: tuple[int, ...] = ()
    lines: int = 1
    more: int = 0
    parts: tuple[int, int] = (1, 1)
    cut: str = ""
    shared: bool = False
    signs: str = MARKABLE
    inner: str = ""
    form: str = ""
    like: str = ""

    def most_letters(self, part: int, parts: int) -> int:
        """Letters a line of one part may have, where there are so many parts."""
        if self.shared:
            return self.letters[0] // parts
        return self.letters[min(part, len(self.letters) - 1)]


def _text(height: int, letters: int, more: int = 0) -> Kind:
    return Kind(height, (letters,), lines=2 if more else 1, more=more)


ROWS: Final[Mapping[str, Kind]] = {
    "bar": _text(26, 26),
    "app": _text(30, 22),
    "status": Kind(0, (4,), signs="", form="4g|wifi|none", like="4g, wifi or none"),
    "title": _text(24, 24, more=16),
    "text": _text(20, 26, more=20),
    "note": _text(18, 28, more=18),
    "field": Kind(46, (26, 22), parts=(1, 2), cut="="),
    "tick": Kind(30, (24,), lines=2, more=16, signs=MARKABLE + STARRED),
    "choice": Kind(30, (24,), lines=2, more=16, signs=MARKABLE + STARRED),
    "switch": Kind(30, (22,), lines=2, more=16, signs=MARKABLE + STARRED),
    "row": Kind(34, (24, 12), parts=(1, 2), cut="|"),
    "button": _text(38, 24),
    "button2": _text(38, 24),
    "pair": Kind(38, (16, 16), parts=(2, 2), cut="|", signs=MARKABLE + "1"),
    "apps": Kind(66, (30,), lines=2, parts=(1, 4), cut=",", shared=True, signs="", inner=MARKABLE),
    "code": Kind(30, (3,), form=r"[0-6]/6", like="3/6"),
    "keypad": Kind(92),
    "sms": Kind(36, (20, 25), lines=4, more=20, parts=(2, 2), cut=":"),
    "mine": Kind(36, (25,), lines=4, more=20),
    "call": Kind(170, (18,)),
    "qr": Kind(110),
    "scan": Kind(120),
    "camera": Kind(120, (14,), lines=2),
    "camera-bad": Kind(120, (14,), lines=2),
    "paper": Kind(96, (14,), lines=2),
    "papers": Kind(96, (30,), lines=3, parts=(2, 3), cut="|", shared=True, inner=MARKABLE),
    "card": Kind(84, (20,), lines=2),
    "photo": Kind(96),
    "amount": Kind(44, (16,)),
    "receipt": Kind(84, (24, 14), parts=(2, 2), cut="|"),
    "stars": Kind(40, (1,), form="[0-5]", like="4"),
    "track": Kind(56, (32,), lines=2, parts=(2, 4), cut="|", shared=True, signs="", inner=STARRED),
    "calendar": Kind(84, (16,), lines=2),
    "item": Kind(64, (16, 14), lines=2, parts=(2, 2), cut="|"),
    "search": _text(34, 22),
    "menu": Kind(40, (30,), lines=2, parts=(2, 4), cut="|", shared=True, signs="", inner=MARKABLE),
    "bars": Kind(84, (14,), parts=(1, 3), cut="|", signs="", form=r"\D+ \d{1,3}", like="A 40 | B 75"),
    "number": Kind(44, (18,)),
    "ok": Kind(56, (18,), lines=2, signs=""),
    "stop": Kind(56, (18,), lines=2, signs=""),
}
SHEET_ROWS: Final = ("title", "text", "note", "field", "tick", "choice", "number", "amount", "bars", "qr", "photo")
SHEETS: Final[Mapping[str, Kind]] = {
    **{name: ROWS[name] for name in SHEET_ROWS},
    "line": Kind(24),
    "stamp": Kind(0, (8,), lines=2, parts=(0, 1)),
}
LABELLED: Final = Kind(1, (14,), lines=2, parts=(0, 1))
SCENES: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(
        ["person", "elder", "volunteer", "officer", "child", "baby", "house", "office", "desk", "motorbike", "envelope",
         "notebook", "poster", "phone", "bulb", "meter", "plot", "bank", "qr", "clock", "paper", "card"],
        LABELLED,
    ),
    "talk": Kind(0, (14,), lines=3, signs=""),
    "arrow": Kind(0, (14,), parts=(0, 1), signs=""),
    "cross": Kind(0, signs=""),
}  # fmt: skip
OVER: Final = ("talk", "cross")  # drawn over the thing before them
VOCABULARY: Final[Mapping[str, Mapping[str, Kind]]] = {PHONE: ROWS, SCENE: SCENES, SHEET: SHEETS}
