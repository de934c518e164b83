"""The least a call needs: a page, a relay, one connection. A measuring rod, not a product."""

import threading
from collections import defaultdict
from typing import Any

from simple_websocket import ConnectionClosed, Server
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

PAGE = """<!doctype html><meta charset="utf-8"><title>Call</title>
<video id="mine" width="320" autoplay muted playsinline></video><video id="theirs" width="320" autoplay muted playsinline></video>
<script type="module" src="/call.js"></script>"""
DOOR = """<!doctype html><meta charset="utf-8"><title>Door</title><a id="join">Join</a>
<script>document.querySelector("#join").href = "/call" + location.search;</script>"""
CALL = """
const line = new WebSocket(location.origin.replace("http", "ws") + "/relay" + location.search);
const pc = new RTCPeerConnection();
const early = [];
const send = (message) => line.send(JSON.stringify(message));
pc.onicecandidate = ({ candidate }) => candidate && send({ candidate });
pc.ontrack = ({ track, streams }) => { if (track.kind === "video") document.querySelector("#theirs").srcObject = streams[0]; };
const media = navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 1280, height: 720 } }).then((stream) => {
  document.querySelector("#mine").srcObject = stream;
  for (const track of stream.getTracks()) pc.addTrack(track, stream);
  window.isReady = line.readyState === 1;
});
line.onopen = async () => { await media; window.isReady = true; send({ hello: true }); };
let chain = Promise.resolve();
line.onmessage = ({ data }) => { chain = chain.then(() => handle(JSON.parse(data))); };
async function handle({ hello, description, candidate }) {
  await media;
  if (hello) { await pc.setLocalDescription(); send({ description: pc.localDescription }); }
  if (description) {
    await pc.setRemoteDescription(description);
    if (description.type === "offer") { await pc.setLocalDescription(); send({ description: pc.localDescription }); }
    for (const one of early.splice(0)) await pc.addIceCandidate(one);
  }
  if (candidate) { if (pc.remoteDescription) await pc.addIceCandidate(candidate); else early.push(candidate); }
}
"""


class Quiet(WSGIRequestHandler):
    """Answers without a line in the log; a relay that has ended has nothing left to answer."""

    def log(self, *_: object) -> None:
        """Nothing."""


class Floor:
    """The bare page's server: two files and a relay that passes on whatever it hears."""

    def __enter__(self) -> "Floor":
        self._rooms: dict[str, list[Server]] = defaultdict(list)
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        if request.path == "/relay":
            self._relay(environ, request.query_string.decode())
            raise ConnectionError("the line is closed")
        body, kind = {"/": (DOOR, "text/html"), "/call": (PAGE, "text/html"), "/call.js": (CALL, "text/javascript")}.get(
            request.path, ("", "text/plain")
        )
        return Response(body, mimetype=kind)(environ, start_response)

    def _relay(self, environ: dict[str, Any], room: str) -> None:
        line = Server.accept(environ)
        self._rooms[room].append(line)
        try:
            while True:
                message = line.receive()
                for other in self._rooms[room]:
                    if other is not line:
                        other.send(message)
        except ConnectionClosed:
            self._rooms[room].remove(line)
