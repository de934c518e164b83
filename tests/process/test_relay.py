"""`bin/flask turn`: the settings it prints are ones a real coturn takes, and its test says in plain words what is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.config import ROOT, Settings
from tests.process.launched import environment
from tests.setup import coturn


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a PeerLearn without a relay."""
    return Settings.from_environment({"PEERLEARN_INSTANCE": str(tmp_path_factory.mktemp("relay"))})


def flask(plain: Settings, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "app.process.commands", "turn", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment(Path(plain.instance_path), **variables), capture_output=True, text=True, check=False
    )


def test_a_relay_with_the_printed_settings_is_reached_by_udp_tcp_and_tls(plain):
    with coturn.running(plain, with_tls=True) as relay:
        done = flask(plain, "test", **relay.variables, SSL_CERT_FILE=str(relay.certificate))
        assert done.returncode == 0, done.stdout + done.stderr
        ways = [line.split()[0] for line in done.stdout.splitlines() if "words get through" in line]
        assert ways == ["UDP", "TCP", "TLS"]
        assert "Bad configuration" not in relay.said


def test_a_certificate_that_browsers_would_not_trust_is_told(plain):
    with coturn.running(plain, with_tls=True) as relay:
        done = flask(plain, "test", **relay.variables)
        assert done.returncode == 1
        assert "FAILED: browsers will not trust its certificate" in done.stdout
        assert done.stdout.count("words get through") == 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"static-auth-secret": "another-secret-than-ours"}, "static-auth-secret there must be TURN_SECRET here"),
        ({"denied-peer-ip": "127.0.0.0-127.255.255.255"}, "denied-peer-ip covers it"),
        (
            {"use-auth-secret": "", "static-auth-secret": "", "realm": "", "stale-nonce": ""},
            "lets strangers in without a credential",
        ),
        ({"user-quota": "1"}, "no place left for one person (user-quota)"),
    ],
    ids=["another secret", "its own address denied", "open to all", "quota"],
)
def test_what_is_wrong_with_a_relay_is_said_in_plain_words(plain, changes, told):
    with coturn.running(plain, **changes) as relay:
        done = flask(plain, "test", **relay.variables)
        assert told in done.stdout, done.stdout + done.stderr
        assert done.returncode == 1


def test_a_dead_relay_an_unknown_name_and_a_missing_setting_are_told_apart(plain):
    urls = "turn:127.0.0.1:9?transport=tcp,turn:127.0.0.1:9?transport=udp,turn:relay.invalid:3478"
    done = flask(plain, "test", TURN_URLS=urls, TURN_SECRET="a-secret-long-enough-for-all")
    assert done.returncode == 1
    assert "TCP  turn:127.0.0.1:9?transport=tcp  FAILED: nothing listens there" in done.stdout
    assert "UDP  turn:127.0.0.1:9?transport=udp  FAILED: " in done.stdout
    assert "nobody knows the name relay.invalid" in done.stdout
    assert "No relay is reached by TLS on port 443" in done.stdout
    none = flask(plain, "test")
    assert none.returncode == 1
    assert "No relay is set up" in none.stderr


def test_the_settings_are_printed_for_the_server_that_is_named(plain):
    urls = "turn:one.example:3478,turns:two.example:443?transport=tcp"
    first, second, other = (
        flask(plain, "config", *host, TURN_URLS=urls, TURN_SECRET="a-secret-long-enough-for-all")
        for host in ([], ["two.example"], ["x"])
    )
    assert "no-tls\n" in first.stdout
    assert "tls-listening-port=443" in second.stdout
    assert "static-auth-secret=a-secret-long-enough-for-all" in second.stdout
    assert other.returncode == 1
    assert "Known: one.example, two.example" in other.stderr
