"""The rehearsal portal, screen by screen; works without script, and stores nothing that is typed."""

from flask import Blueprint

doors = Blueprint("practice", __name__)
