"""Stories in a real Chromium against a PeerLearn that was really started, with fake cameras and microphones."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, expect

from app.accounts.models import User
from app.accounts.sessions import open_sign_in
from app.config import Settings
from app.extensions import db
from app.factory import create_app
from app.process.embedded import redis_url
from app.web.guards import COOKIE_KEY
from tests.process.launched import Launched
from tests.setup.outside import chromium

PATIENCE = 15_000
"""Milliseconds: a machine that runs other tests beside these may take its time; what must be quick is measured where it is said."""

expect.set_options(timeout=PATIENCE)

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--host-resolver-rules=MAP * ~NOTFOUND,EXCLUDE 127.0.0.1,EXCLUDE localhost",  # nothing may reach the world
)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Our Chromium, with devices that are always there and always the same."""
    return {"executable_path": chromium(), "args": list(ARGUMENTS)}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """How every browser of the stories looks at the world."""
    return {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "timezone_id": "UTC", "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of the running PeerLearn."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="session")
def site(site_folder: Path) -> Iterator[Launched]:
    """One PeerLearn for all stories: Valkey, a worker, the clock and a web process, without demo data."""
    launched = Launched(site_folder, "--port", "0", "--no-demo", "--web", "1").until_up()
    launched.until_ready()
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def site_url(site: Launched) -> str:
    """Its address, without a slash at the end."""
    return f"http://127.0.0.1:{site.port}"


@pytest.fixture(scope="session")
def _house(site: Launched, site_folder: Path) -> Flask:
    """A second app on the same database and queue, through which the stories set their scene."""
    environment = {"PEERLEARN_INSTANCE": str(site_folder), "REDIS_URL": redis_url(site_folder), "PASSWORD_HASH_COST": "test"}
    return create_app(Settings.from_environment(environment))


@pytest.fixture
def house(_house: Flask) -> Iterator[Flask]:
    """The same, inside an app context: factories write into the running site, and its pages hear of it."""
    with _house.app_context():
        yield _house
        db.session.remove()


@pytest.fixture
def browse(browser: Browser, browser_context_args: dict, house: Flask, site_url: str) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser of somebody signed in: browse(user), browse(None) for a visitor; keywords go to the context."""
    opened: list[BrowserContext] = []

    def open_one(user: User | None, **extra: object) -> BrowserContext:
        arguments = {**browser_context_args, "base_url": site_url, "permissions": ["camera", "microphone"], **extra}
        context = browser.new_context(**arguments)
        opened.append(context)
        if user is not None:
            context.add_cookies([{"name": "session", "value": session_cookie(house, user), "url": site_url}])
        return context

    yield open_one
    for context in opened:
        context.close()


def session_cookie(house: Flask, user: User) -> str:
    """The cookie a browser has after its owner signed in."""
    client = house.test_client()
    with client.session_transaction() as session:
        session[COOKIE_KEY] = open_sign_in(user, address="127.0.0.1", browser="Chromium")
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value
