"""Is the first page there?"""

import socket


class Probe:
    """Asks for /healthz without waiting for the answer: the listening socket queues us until a server is up."""

    def __init__(self, host: str, port: int) -> None:
        self._address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104
        self._line: socket.socket | None = None

    def answered(self) -> bool:
        """True once a server said 200."""
        try:
            if self._line is None:
                self._line = socket.create_connection(self._address, timeout=2)
                self._line.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
                self._line.setblocking(False)
            reply = self._line.recv(64)
            self._line.close()
            self._line = None
            return b" 200 " in reply
        except BlockingIOError:
            return False
        except OSError:
            self._line = None
            return False
