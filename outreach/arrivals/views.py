"""The door at which phones hand in what was recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from flask import Blueprint, Response, request

from outreach import db, web
from outreach.accounts.access import me_or_none
from outreach.arrivals import recorded, sending
from outreach.arrivals.judging import TAKEN
from outreach.arrivals.models import OUT_OF_REACH, SUSPENDED
from outreach.arrivals.sending import Whole
from outreach.bag import answering, handsets, reading
from outreach.bag.reading import Unreadable

TURN, PATIENCE = Lock(), 5.0  # seconds
doors = Blueprint("arrivals", __name__)
doors.register_error_handler(Unreadable, answering.unreadable)
doors.register_error_handler(413, answering.too_large)


@doors.post("/tui/gui")
@web.public
@web.same_origin
def create() -> Response:
    """Take what was recorded: each record is judged by itself and gets its own fate."""
    with _in_turn():
        return _take()


@contextmanager
def _in_turn() -> Iterator[None]:
    """One phone's day at a time in a process: several only push each other off the interpreter, and each takes its own
    memory (6 MB of two processes). Nobody waits long: a day may itself wait at a door that somebody holds.
    """
    mine = TURN.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if mine:
            TURN.release()


def _take() -> Response:
    s, said = db.session(), reading.body(request)
    handset, head = answering.known(said)
    records = recorded.records(said, head.ahead)
    by, place = handset.account, handsets.place_of(handset)
    if handsets.carries(by) or me_or_none() == by:
        by = answering.owner(handset)
        fates = sending.judge(s, Whole(by, by, place), records)
    else:  # nobody asks somebody to sign in who may not, or whose session ended with the role
        fates = sending.apart(s, by, records, OUT_OF_REACH if by.is_active else SUSPENDED, place)
    handsets.arrived(handset, sum(fate.fate in TAKEN for fate in fates))
    s.commit()
    return answering.told({"fates": [fate.told(record.client_id) for fate, record in zip(fates, records, strict=True)]})
