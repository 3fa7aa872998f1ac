"""Where help is: for residents a list, for officials the places of their commune, and the boards."""

from flask import Blueprint

doors = Blueprint("helpdesk", __name__)
