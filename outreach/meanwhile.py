"""Sheets that several people edit: each carries what it was drawn from, so that nobody overwrites another silently.

A field that its sender left alone keeps what stands now. Where both changed the same field to different values, nothing
is written: the page shows both, with what was typed still in the field, and whoever sends it again has chosen.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple, Self

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, FieldList, HiddenField, SelectFieldBase

from outreach import queue
from outreach.fields import Form, in_words


class Clash(NamedTuple):
    """A field that was changed by two: what stands now, and what was typed, in words."""

    field: Field
    stands: str
    typed: str


class EditForm(Form):
    """The form of a row that there is already. A door sends it through `over` before it is validated."""

    drawn_from = HiddenField()  # JSON: what each field said when the page was drawn
    clashes: Sequence[Clash] = ()

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if self.drawn_from.raw_data is None:  # not sent, so it is being drawn
            self.drawn_from.data = json.dumps({name: _said(field) for name, field in self.edited().items()})

    def edited(self) -> dict[str, Field]:
        """The fields to edit, by a name that stays theirs when the page is drawn anew."""
        return {field.name: field for field in self if not isinstance(field, (HiddenField, FieldList))}

    def over(self, now: Self) -> Self:
        """Lay what was sent over what stands `now` (the same form, drawn anew while nobody else writes)."""
        before, there = _read(self.drawn_from.data), _read(now.drawn_from.data)
        for name, field in self.edited().items():
            sent, stands = _said(field), there.get(name, [])
            drawn = before.get(name, stands)
            if sent == drawn and sent != stands:
                field.process(MultiDict([(field.name, value) for value in stands]))
            elif stands not in (drawn, sent):
                self.clashes = [*self.clashes, Clash(field, _in_words(field, stands), _in_words(field, sent))]
        self.drawn_from.data = now.drawn_from.data  # whoever sends it again has seen what stands
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is well, and nobody else said otherwise meanwhile."""
        fine = bool(super().validate(extra_validators))
        for field, stands, _typed in self.clashes:
            said = (
                _("Somebody has saved “%(value)s” here.", value=stands) if stands else _("Somebody has emptied this.")
            )
            field.errors = [*field.errors, said]
        return fine and not self.clashes

    @property
    def refusal(self) -> int:
        """The status of a page that shows the form again."""
        return 409 if self.clashes else 422


def by_key(keys: "FieldList[Any]", values: "FieldList[Any]") -> dict[str, Field]:
    """The entries of a list of fields by the keys that stand beside them, for `edited`."""
    return {f"{values.name} {key}": entry for key, entry in zip(keys.data, values.entries, strict=True)}


def alone(s: Session, what: str, key: object) -> None:
    """From here on until the transaction ends nobody else edits this sheet; ask before its row is read."""
    queue.alone(s, f"edit {what} {key}")


def _said(field: Field) -> list[str]:
    """What a field says, as a page sends it; what is empty says nothing."""
    if isinstance(field, BooleanField):
        said: list[Any] = ["y"] if field.data else []
    elif field.raw_data is not None:
        said = list(field.raw_data)
    elif isinstance(field, SelectFieldBase):
        said = field.data if isinstance(field.data, list) else [field.data]
    else:
        said = [field._value()]  # type: ignore[attr-defined]
    return sorted(tidy for value in said if value is not None and (tidy := " ".join(str(value).split())))


def _in_words(field: Field, said: Sequence[str]) -> str:
    if isinstance(field, BooleanField):
        return _("Yes") if said else _("No")
    return in_words(field, said) or ", ".join(said)


def _read(drawn: str | None) -> dict[str, list[str]]:
    """What a page was drawn from; one that came in pieces was drawn from what stands."""
    try:
        read = json.loads(drawn or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
