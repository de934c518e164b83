"""A learner's claim on a lesson: requested, confirmed, taught, settled."""
