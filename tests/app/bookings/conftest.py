"""What the walks share."""

import dataclasses
import logging
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.app.bookings.walk.weather import Weather, changeable

FEE_BPS = 1250


@pytest.fixture
def with_fee(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An odd fee, so that rounding has something to get wrong; and the app's own reactions back afterwards."""
    fee = {"platform_fee_bps": FEE_BPS, "gift_fee_bps": FEE_BPS}
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(app.extensions["settings"], **fee))
    monkeypatch.setitem(app.extensions, "events", app.extensions["events"])


@pytest.fixture
def weather(monkeypatch: pytest.MonkeyPatch) -> Iterator[Weather]:
    """Calm; `with weather.storm():` makes it rough."""
    logging.disable(logging.CRITICAL)  # thousands of broken lines are told with their traceback: half of the time would go there
    try:
        with changeable(monkeypatch) as made:
            yield made
    finally:
        logging.disable(logging.NOTSET)
