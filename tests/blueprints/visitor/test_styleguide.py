"""The styleguide: every component in every state, for whoever builds the next screen."""

import dataclasses

import pytest

from app.config import ROOT
from tests.blueprints.reading import articles, read

PARTS = sorted(path.stem for path in (ROOT / "templates" / "visitor" / "styleguide").glob("*.html") if path.stem != "dialog")


@pytest.mark.parametrize("address", ["/styleguide", "/styleguide?part=dialog", "/styleguide?dialog=1"])
def test_every_page_of_it_can_be_looked_at(client, address) -> None:
    assert client.get(address).status_code == 200


def test_the_whole_shows_every_part_that_is_written(client) -> None:
    page = read(client.get("/styleguide"))
    assert len([node for node in page.all() if node.tag == "h2"]) >= len(PARTS) == 7
    cards = [node.name for node in articles(client.get("/styleguide"))]
    assert "Master Algebra in 1 Hour" in cards


def test_nobody_finds_it_in_production(app, client, monkeypatch) -> None:
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(app.extensions["settings"], env="production"))
    assert client.get("/styleguide").status_code == 404
