"""The blueprint the route modules of this folder hang on."""

from flask import Blueprint

visitor = Blueprint("visitor", __name__)
