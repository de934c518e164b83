"""What those who run PeerLearn can ask it."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.kernel import clock
from app.web import operations


def test_healthz_answers_as_long_as_the_process_lives(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_readyz_names_each_part_and_what_is_wrong_with_it(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    parts = answer.json["parts"]
    assert parts["database"] == "ok"
    assert parts["clock"] == "ok"
    assert parts["redis"] == "not configured"
    assert parts["worker"] == "not heard of"


@pytest.mark.database
def test_readyz_compares_our_clock_with_the_databases(client: FlaskClient) -> None:
    with clock.stopped(datetime.now(UTC) - timedelta(minutes=10)):
        assert "away from the database" in client.get("/readyz").json["parts"]["clock"]
    assert client.get("/readyz").json["parts"]["clock"] == "ok"


def test_a_draining_process_is_not_ready(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "draining", False)
    operations.start_draining(app)
    assert client.get("/readyz").json["parts"]["serving"] == "draining"
    assert client.get("/healthz").status_code == 200


def test_metrics_count_requests_by_endpoint_and_never_by_address(client: FlaskClient) -> None:
    client.get("/healthz")
    client.get("/no-such-page-4711")
    numbers = client.get("/metrics").text
    assert 'peerlearn_requests_total{endpoint="operations.healthz",method="GET",status="200"}' in numbers
    assert 'endpoint="unknown"' in numbers
    assert "4711" not in numbers


@pytest.mark.parametrize(
    "environ", [{"REMOTE_ADDR": "203.0.113.7"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.7"}, {"HTTP_FORWARDED": "for=203.0.113.7"}]
)
def test_metrics_are_not_there_for_strangers(client: FlaskClient, environ: dict[str, str]) -> None:
    assert client.get("/metrics", environ_overrides=environ).status_code == 404


def test_with_a_token_only_its_bearer_sees_metrics(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    class Guarded:
        metrics_token = "open-sesame-0123456789"
        env = "production"

    monkeypatch.setattr(operations, "settings", Guarded)
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer open-sesame-0123456789"}).status_code == 200


def test_a_strange_method_makes_no_new_number(client: FlaskClient) -> None:
    client.open("/healthz", method="BREW")
    assert "BREW" not in client.get("/metrics").text
