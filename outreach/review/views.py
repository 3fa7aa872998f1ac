"""Doors of review: monthly sheets, doubts, samples, the allowance rule."""

from flask import Blueprint

doors = Blueprint("review", __name__)
