"""A browser's manners in plain Python: cookies, a form token, a socket."""

import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request

import websocket

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Visitor:
    """Somebody with a browser."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._cookies = http.cookiejar.CookieJar()
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))

    def page(self, path: str, fields: dict[str, str] | None = None) -> str:
        """GET a page, or POST a form to it."""
        body = urllib.parse.urlencode(fields).encode() if fields is not None else None
        request = urllib.request.Request(self.address + path, data=body, headers={"Referer": self.address + path})
        with self._browser.open(request, timeout=30) as answer:
            return answer.read().decode()

    def send(self, path: str, body: bytes, kind: str) -> int:
        """POST any body; the status, whatever it is."""
        headers = {"Referer": self.address + path, "Content-Type": kind}
        try:
            with self._browser.open(urllib.request.Request(self.address + path, data=body, headers=headers), timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as refusal:
            return refusal.code

    def sign_up(self, name: str, email: str) -> None:
        """A new account that learns; signed in afterwards."""
        token = TOKEN.search(self.page("/sign-up"))
        assert token
        fields = {"csrf_token": token[1], "name": name, "email": email, "password": "a long enough password", "wants_to_learn": "y"}
        assert "Sign out" in self.page("/sign-up", fields)

    @property
    def cookie(self) -> str:
        """What the browser would send as Cookie."""
        return "; ".join(f"{one.name}={one.value}" for one in self._cookies)

    def sign_in(self, email: str, password: str) -> str:
        """The page somebody with an account sees after signing in."""
        token = TOKEN.search(self.page("/sign-in"))
        assert token
        return self.page("/sign-in", {"csrf_token": token[1], "email": email, "password": password})

    def socket(self) -> websocket.WebSocket:
        """An open socket in the namespace of every signed-in page, past its greeting."""
        url = self.address.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
        line = websocket.create_connection(url, cookie=self.cookie, origin=self.address, timeout=20)
        assert line.recv().startswith("0")
        line.send("40")
        assert hear(line, "40").startswith("40")
        return line


def hear(line: websocket.WebSocket, beginning: str, seconds: float = 15) -> str:
    """The next message that begins like this; pings are answered meanwhile."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        said = line.recv()
        if said == "2":
            line.send("3")
        elif said.startswith(beginning):
            return said
    raise AssertionError(f"nothing that begins with {beginning}")
