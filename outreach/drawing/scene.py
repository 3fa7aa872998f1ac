"""A scene: people and things side by side on the ground, what they say, and what leads from one to the other."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from outreach.drawing import icons, marks
from outreach.drawing.ink import INDIGO, INK, WHITE, WIDTH, Box, em, lines, moved, path, rect
from outreach.drawing.telling import Line, wrap
from outreach.drawing.things import THINGS, Thing
from outreach.drawing.vocabulary import OVER

MARGIN, LOW, TOP, STEP = 8.0, 234.0, 14.0, 18.0  # px
ARROW, NARROW = 44.0, 84.0  # px at their own size: the breadth of an arrow, and of a narrow thing with its label
LARGEST, AIR = 1.5, 10.0  # times its own size; px between things
LETTER = 8.2  # px a letter of a label takes, on the wide side
TAIL = 14.0
LEGIBLE = 0.94  # the scale from which words on a thing are 15 px high
HILLS, GROUND = "#F1EBDF", "#E9E2D4"


@dataclass
class Stand:
    """One thing, with what is drawn over it; `x` is its middle, `w` its breadth."""

    line: Line
    x: float = 0
    w: float = 0
    over: list[Line] = field(default_factory=list)

    @property
    def thing(self) -> Thing | None:
        """What it is; None for an arrow."""
        return THINGS.get(self.line.kind)

    def label(self, *, all_under: bool) -> list[str]:
        """What stands under it; papers and cards may bear their title themselves."""
        if not self.thing or not self.line.parts or (self.thing.titled and not all_under):
            return []
        return wrap(self.line.parts[0], max(int(self.w / LETTER), 4))

    @property
    def talk(self) -> Line | None:
        """What it says."""
        return next((line for line in self.over if line.kind == "talk"), None)


def scene(told: Sequence[Line]) -> str:
    """All that was told, on one ground."""
    stands = _stands(told)
    talks = sum(1 for stand in stands if stand.talk)
    bubbles = {index: _said(stand, talks) for index, stand in enumerate(stands) if stand.talk}
    top = TOP + max((len(said) * STEP + 12 + TAIL for said in bubbles.values()), default=0)
    of = _measures(stands, top)
    pieces = _land(of.floor) + "".join(_thing(stand, of) for stand in stands)
    for index, said in bubbles.items():
        pieces += _bubble(stands[index], said, of)
    return pieces


@dataclass(frozen=True)
class Measures:
    """How large things are drawn, where they stand, and whether all labels are under them."""

    scale: float
    floor: float
    all_under: bool


def _measures(stands: Sequence[Stand], top: float) -> Measures:
    """Titles stand on papers and cards, unless those become so small that the words could not be read."""
    for all_under in (False, True):
        labels = STEP * max((len(stand.label(all_under=all_under)) for stand in stands), default=0)
        floor = LOW - labels - (8 if labels else 22)
        scale = _scale(stands, floor - top)
        titled = any(stand.thing.titled for stand in stands if stand.thing)
        if not titled or scale >= LEGIBLE:
            break
    tallest = max((stand.thing.h for stand in stands if stand.thing), default=0) * scale
    return Measures(scale, floor - max(floor - top - tallest, 0) * 0.3, all_under)


def _scale(stands: Sequence[Stand], high: float) -> float:
    """How much larger or smaller things are drawn, all alike."""
    pairs = [(stand.w, stand.thing) for stand in stands if stand.thing]
    by_height = (high / thing.h for _, thing in pairs)
    by_breadth = (w / (max(thing.w, NARROW) + AIR) for w, thing in pairs)
    return min([LARGEST, *by_height, *by_breadth])


def _stands(told: Sequence[Line]) -> list[Stand]:
    stands: list[Stand] = []
    for line in told:
        if line.kind not in OVER:
            stands.append(Stand(line))
        elif stands:
            stands[-1].over.append(line)
    breadths = [max(stand.thing.w, NARROW) + AIR if stand.thing else ARROW for stand in stands]
    stretch = min((WIDTH - 2 * MARGIN) / max(sum(breadths), 1), LARGEST)
    x = WIDTH / 2 - stretch * sum(breadths) / 2
    for stand, breadth in zip(stands, breadths, strict=True):
        stand.x, stand.w = x + stretch * breadth / 2, stretch * breadth
        x += stretch * breadth
    return stands


def _land(floor: float) -> str:
    """Hills far away, and the ground."""
    hills = "M0 0V-46C40-92 76-70 112-40C150-104 214-112 250-52C286-84 330-78 360-58V0z"
    return moved(path(hills, "", fill=HILLS), 0, floor) + path(f"M0 {floor}H{WIDTH}V240H0z", "", fill=GROUND)


def _thing(stand: Stand, of: Measures) -> str:
    thing, x, floor, scale = stand.thing, stand.x, of.floor, of.scale
    if thing is None:
        return _arrow(stand, floor - 54 * scale)
    title = [] if not stand.line.parts or (thing.titled and of.all_under) else wrap(stand.line.parts[0], 9)
    box = Box(x - thing.w / 2 * scale, floor - thing.h * scale, thing.w * scale, thing.h * scale)
    pieces = moved(thing.draw(title), x, floor, scale)
    if any(line.kind == "cross" for line in stand.over):
        pieces += icons.refused(box.x + box.w - 6, box.y + 10, 21, edge=WHITE)
    pieces += lines(
        x, floor + 21, stand.label(all_under=of.all_under), 16, step=STEP, room=stand.w - 4, bold=True, anchor="middle"
    )
    if stand.line.mark:
        pieces = marks.ring(box) + pieces + marks.hand(Box(box.x, box.y, box.w, max(box.h - 14, 40)), 0)
    return pieces


def _arrow(stand: Stand, y: float) -> str:
    half = min(stand.w / 2 - 3, 24)
    head = min(half, 10)
    pieces = path(f"M{stand.x - half} {y}h{2 * half}m-{head}-{head}l{head} {head}-{head} {head}", INDIGO, 5)
    said = wrap(stand.line.parts[0], 8) if stand.line.parts else []
    return pieces + lines(stand.x, y - 16 - STEP * (len(said) - 1), said, 15, step=STEP, anchor="middle")


def _said(stand: Stand, talks: int) -> Sequence[str]:
    """One who speaks alone has more room."""
    if stand.talk is None:
        return ()
    return wrap(stand.talk.parts[0], 20) if talks == 1 else stand.talk.said[0]


def _bubble(stand: Stand, said: Sequence[str], of: Measures) -> str:
    """A bubble over a head, kept within the picture."""
    wide = max(em(one) for one in said) * 16 + 24
    high = len(said) * STEP + 12
    x = min(max(stand.x, wide / 2 + 6), WIDTH - wide / 2 - 6)
    head = of.floor - (stand.thing.h if stand.thing else 60) * of.scale
    box = Box(x - wide / 2, max(head - TAIL - high, 4), wide, high)
    low = box.y + high
    tip = f"M{stand.x - 7} {low - 0.5}L{stand.x + 2} {low + TAIL - 3}L{stand.x + 9} {low - 0.5}"
    pieces = rect(box, WHITE, r=10, edge=INK, thick=2.2) + path(tip, INK, 2.2, fill=WHITE)
    pieces += path(f"M{stand.x - 6} {low - 1}h14", WHITE, 2.4)
    return pieces + lines(x, box.y + 21, said, 16, step=STEP, room=wide - 16, anchor="middle")
