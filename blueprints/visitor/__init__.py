"""What everybody may see: landing, catalog, sessions, mentors, and the way in."""

from blueprints.visitor import account, art, catalog, landing, lesson, mentor, offer, reset, search_engines, styleguide
from blueprints.visitor.blueprint import visitor

ROUTES = (landing, catalog, lesson, mentor, offer, account, reset, art, search_engines, styleguide)
"""The modules whose routes hang on the blueprint; importing them is what mounts them."""

blueprints = (visitor,)
