"""Doors of exchange with other systems."""

from flask import Blueprint

doors = Blueprint("exchange", __name__)
