"""The door at which phones hand in what was recorded."""

from flask import Blueprint, Response, request

from outreach import db, web
from outreach.arrivals import recorded, sending
from outreach.arrivals.models import SUSPENDED
from outreach.arrivals.sending import Whole
from outreach.bag import answering, handsets, reading
from outreach.bag.reading import Unreadable

doors = Blueprint("arrivals", __name__)
doors.register_error_handler(Unreadable, answering.unreadable)
doors.register_error_handler(413, answering.too_large)


@doors.post("/tui/gui")
@web.public
@web.same_origin
def create() -> Response:
    """Take what was recorded: each record is judged by itself and gets its own fate."""
    s, said = db.session(), reading.body(request)
    handset, head = answering.known(said)
    records = recorded.records(said, head.ahead)
    if handset.account.is_active:
        by = answering.owner(handset)
        fates = sending.judge(s, Whole(by, by, handsets.place_of(handset)), records)
    else:
        fates = sending.apart(s, handset.account, records, SUSPENDED)
    s.commit()
    return answering.told({"fates": [fate.told(record.client_id) for fate, record in zip(fates, records, strict=True)]})
