"""The ways a notice reaches somebody outside the page."""
