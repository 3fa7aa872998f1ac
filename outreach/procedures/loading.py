"""Loading the handbook: rerunnable, so that a correction in the data file reaches every page."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach.lib import words
from outreach.procedures.models import Procedure, ProvinceFee

DATA = Path(__file__).parent / "data" / "procedures.json"
OWN_COLUMNS = ("id", "code", "name_vi", "name_en", "needs_recheck", "snapshot_date")


def load(s: Session, file: Path = DATA) -> str:
    """Bring the table to what the file says; returns a line for the terminal."""
    entries: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    known = {p.id: p for p in s.scalars(select(Procedure))}
    changed = 0
    for position, entry in enumerate(entries):
        procedure = known.pop(entry["id"], None) or Procedure(id=entry["id"])
        s.add(procedure)
        _take(procedure, entry, position)
        changed += s.is_modified(procedure)
    s.execute(delete(ProvinceFee).where(ProvinceFee.procedure_id.in_(known)))
    for gone in known.values():
        s.delete(gone)
    s.flush()
    return f"{len(entries)} procedures, {changed} new or changed, {len(known)} gone"


def _take(procedure: Procedure, entry: dict[str, Any], position: int) -> None:
    values = {
        "position": position,
        "code": entry["code"],
        "name_vi": entry["name_vi"],
        "name_en": entry["name_en"],
        "folded": words.fold(" ".join(filter(None, (entry["name_vi"], entry["name_en"], entry["code"])))),
        "needs_recheck": bool(entry["needs_recheck"]),
        "snapshot_on": _month(entry["snapshot_date"]),
        "facts": {key: value for key, value in entry.items() if key not in OWN_COLUMNS},
    }
    for name, value in values.items():
        if getattr(procedure, name, None) != value:
            setattr(procedure, name, value)


def _month(written: str | None) -> date | None:
    """The first day of a month written as 2026-07."""
    return date.fromisoformat(f"{written}-01") if written else None
