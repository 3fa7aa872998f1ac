"""Doors of leading a group."""

from flask import Blueprint

doors = Blueprint("groups", __name__)
