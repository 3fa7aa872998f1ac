"""Doors of the bag: its shell, its filling, what phones send, what came too late."""

from flask import Blueprint

doors = Blueprint("bag", __name__)
