"""The limit to compare with: a Flask app that signs nobody in and checks nothing; it writes a visit and an audit row.

Served by the same gunicorn, asked by the same generator. The same tables, the same indexes, one commit for both rows.
"""

import os
import uuid

from flask import Flask, Response, request
from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.visits.models import Visit


def create_app() -> Flask:
    """The bare app; it notes every visit at the first household in the address's name."""
    app = Flask("floor")
    engine = app.extensions["engine"] = create_engine(os.environ["DATABASE_URL"], pool_size=8)

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    @app.post("/ho/<int:id>/tham")
    def create(id: int) -> Response:
        now, by = clock.now(), int(request.form.get("by", "0"))
        with Session(engine) as s:
            visit = s.execute(
                insert(Visit)
                .values(
                    client_id=request.form.get("client_id", str(uuid.uuid4())), digest="", household_id=id, by_id=by,
                    at=now, received_at=now, outcome=request.form["outcome"], note=request.form.get("note", ""),
                )
                .returning(Visit.id)
            ).scalar_one()  # fmt: skip
            s.execute(
                insert(AuditEntry).values(
                    at=now, actor_id=by, act="visit.create", subject="visit", subject_id=visit, details={}, note=""
                )
            )
            s.commit()
        return Response(status=303, headers={"Location": f"/ho/{id}"})

    return app
