"""Gifts: what a learner gives a mentor beyond the price."""
