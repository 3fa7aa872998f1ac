"""Five hundred texts to be measured, and what Twilio's own calculator (npm sms-segments-calculator) makes of them.

A text goes out in NFC, whatever it was typed in (`sms_text.fill`), so the calculator is given the NFC of each.
"""

import json
import random
import shutil
import subprocess
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from outreach.lib import sms_text
from outreach.settings import ROOT

NUMBER, SEED = 500, 20261122
SCRIPT, CALCULATOR = Path(__file__).with_name("segments.cjs"), ROOT / "node_modules" / "sms-segments-calculator"
PLAIN = "Xa Tan Hung: Ngay mai to cong nghe so den nha giup ba con. Khong muon nhan: goi 0912 345 678. "
ACCENTED = "Xã Tân Hưng: Ngày mai tổ công nghệ số đến nhà giúp bà con làm thủ tục. Đổi hẹn: gọi 0912 345 678. "
OLD_TABLE = "àéèùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñü@£$¥_\n\r"
DOUBLE = "€[]{}\\~|^\f"  # an escape and a letter each
WIDE = ("đ", "Đ", "ư", "ạ", "ế", "Ữ", "ç", "“", "…", "–", "`", "\t", "\u00a0", "\u200b", "x\u0323", "ạ\u0308")
PICTURES = (
    "😀", "👍", "❤", "❤\ufe0f", "👍🏽", "👩\u200d👩\u200d👧\u200d👦", "👩🏽\u200d🌾", "🏳\ufe0f\u200d🌈", "🇻🇳",
    "1\ufe0f\u20e3", "𝒜", "🇻🇳🇻🇳",
)  # fmt: skip
BORDERS = {"GSM-7": (153, 160, 306, 459), "UCS-2": (67, 70, 134, 201)}  # units


class NoCalculator(Exception):
    """It is not installed; the text says what to do."""


def texts(seed: int = SEED) -> list[str]:
    """Half of them composed, half in pieces (NFD); most with something that counts double right at a border."""
    dice = random.Random(seed)
    make = (lambda: _mixed(dice, "GSM-7"), lambda: _mixed(dice, "UCS-2"), lambda: _straddling(dice))
    drawn: dict[str, None] = {}
    while len(drawn) < NUMBER:
        form: Literal["NFC", "NFD"] = dice.choice(("NFC", "NFD"))
        drawn[unicodedata.normalize(form, make[len(drawn) % 3]())] = None
    return list(drawn)


def _straddling(dice: random.Random) -> str:
    """A picture or a pair over the border of two segments, and an end that just fits into the last one, or just not."""
    rare: str = dice.choice((*WIDE, *PICTURES, *DOUBLE))
    alone, part, words = (160, 153, PLAIN) if rare in DOUBLE else (70, 67, ACCENTED)
    encoding = "GSM-7" if rare in DOUBLE else "UCS-2"
    begin = dice.choice((alone, part, 2 * part)) - dice.randint(0, _units(rare, encoding))
    end = dice.choice((alone, 2 * part, 3 * part)) + dice.randint(-2, 1)
    made = ("ạ" if rare not in DOUBLE else "") + words * 5
    made = made[:begin] + rare
    return made + (words * 5)[: max(end - _units(made, encoding), 0)]


def _mixed(dice: random.Random, encoding: str) -> str:
    border = dice.choice(BORDERS[encoding]) + dice.randint(-3, 3)
    words = PLAIN if encoding == "GSM-7" else ACCENTED
    made = "ạ" * (encoding == "UCS-2")
    while (units := _units(made, encoding)) < border:
        drawn = dice.random()
        made += _rare(dice, encoding) if drawn < 0.1 or border - units <= 2 else _words(dice, words, border - units - 2)
    return made + _words(dice, words, dice.choice((0, 1, 3, 60, 150)))


def _words(dice: random.Random, words: str, at_most: int) -> str:
    begin = dice.randrange(len(words))
    return (words * 3)[begin : begin + dice.randint(0, max(at_most, 0))]


def _rare(dice: random.Random, encoding: str) -> str:
    if encoding == "GSM-7":
        return dice.choice(DOUBLE + OLD_TABLE + "a")
    rare: str = dice.choice((*WIDE, *PICTURES, *DOUBLE, "a"))
    return rare


def _units(text: str, encoding: str) -> int:
    if encoding == "UCS-2":
        return len(text.encode("utf-16-le")) // 2
    return sum(2 if letter in DOUBLE else 1 for letter in text)


def told(of: Sequence[str]) -> list[tuple[str, int]]:
    """Encoding and segments of each by Twilio's calculator. Raises NoCalculator."""
    node = shutil.which("node")
    if not node or not CALCULATOR.exists():
        raise NoCalculator("Twilio's calculator is not installed (npm ci)")
    asked = json.dumps([unicodedata.normalize("NFC", text) for text in of])
    answer = subprocess.run([node, str(SCRIPT)], input=asked, capture_output=True, text=True, check=True).stdout
    return [(encoding, segments) for encoding, segments in json.loads(answer)]


def measured(of: Sequence[str]) -> list[tuple[str, int]]:
    """The same by ours."""
    return [(one.encoding, one.segments) for one in map(sms_text.measure, of)]


def disagreements(of: Sequence[str]) -> list[str]:
    """The texts that are not measured alike."""
    return [text for text, his, ours in zip(of, told(of), measured(of), strict=True) if his != ours]
