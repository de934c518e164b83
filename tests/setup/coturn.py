"""A real coturn on loopback for the time of a test, with the settings that `bin/flask turn config` prints."""

import contextlib
import datetime
import ipaddress
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.config import Settings
from app.live.turn import relays
from app.live.turn_config import coturn_config
from tests.setup import outside

SECRET = "a-secret-shared-with-the-relay"
START_WITHIN = 15.0
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Coturn:
    """A running one: its addresses in the order of TURN_URLS, its certificate (which signs itself), and its log."""

    urls: tuple[str, ...]
    certificate: Path
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a PeerLearn that uses it."""
        return {"TURN_URLS": ",".join(self.urls), "TURN_SECRET": SECRET}

    @property
    def said(self) -> str:
        """All it has logged so far."""
        return self.log.read_text(errors="replace")


@contextmanager
def running(settings: Settings, *, with_tls: bool = False, **changes: str) -> Iterator[Coturn]:
    """A coturn as these settings would have it. What only loopback needs is added; `changes` replaces lines of its file, "" removes
    one. outside.Missing when there is no coturn."""
    program = outside.turnserver()
    plain, secure = _free_port(), _free_port()
    urls = [f"turn:{LOOPBACK}:{plain}?transport=udp", f"turn:{LOOPBACK}:{plain}?transport=tcp"]
    urls += [f"turns:{LOOPBACK}:{secure}?transport=tcp"] if with_tls else []
    named = replace(settings, turn_urls=tuple(urls), turn_secret=SECRET)
    with tempfile.TemporaryDirectory(prefix="peerlearn-coturn-") as name:
        folder = Path(name)
        certificate, key = _certificate(folder)
        own = {"cert": str(certificate), "pkey": str(key), "min-port": "22500", "max-port": "22999", **changes}
        (folder / "turnserver.conf").write_text(_on_loopback(coturn_config(named, relays(named)[0]), own))
        log = folder / "coturn.log"
        with log.open("wb") as output:
            command = [program, "-c", folder / "turnserver.conf", "--log-file=stdout", "--simple-log", "--verbose"]
            command += [f"--pidfile={folder / 'pid'}", f"--userdb={folder / 'db'}"]
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=folder)
        try:
            _until_it_listens(process, plain, log)
            yield Coturn(tuple(urls), certificate, log, process)
        finally:
            process.kill()
            process.wait()


def _on_loopback(config: str, changes: dict[str, str]) -> str:
    """The printed file with other values; loopback is the one private range that a test's calls go to."""
    lines = []
    for line in config.splitlines():
        name, separator, _ = line.partition("=")
        if line == "denied-peer-ip=127.0.0.0-127.255.255.255" and "denied-peer-ip" not in changes:
            continue
        value = changes.get(name)
        if value is None:
            lines.append(line)
        elif value:
            lines.append(f"{name}{separator}{value}")
    kept = ["allow-loopback-peers"] if "denied-peer-ip" not in changes else []
    return "\n".join([*lines, *kept, f"listening-ip={LOOPBACK}", f"relay-ip={LOOPBACK}", ""])


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, LOOPBACK)])
    began = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    paths[1].write_bytes(key.private_bytes(*private))
    return paths


def _until_it_listens(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    give_up_at = time.monotonic() + START_WITHIN
    while time.monotonic() < give_up_at:
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
        with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"coturn did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as free:
        return free.getsockname()[1]
