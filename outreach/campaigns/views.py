"""Doors of campaigns: a plan, its shares, how far they are."""

from flask import Blueprint

doors = Blueprint("campaigns", __name__)
