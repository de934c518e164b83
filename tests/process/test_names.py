"""A web process looks names up without stopping for it (its own interpreter: the event loop patches everything)."""

import subprocess
import sys
import textwrap

from app.config import ROOT


def test_a_slow_name_server_does_not_stop_the_event_loop() -> None:
    story = """
        import os, warnings
        os.environ["EVENTLET_NO_GREENDNS"] = "yes"
        warnings.simplefilter("ignore")
        import eventlet
        eventlet.monkey_patch()
        import socket, time
        from eventlet import patcher
        plain = patcher.original("socket")
        right = plain.getaddrinfo
        plain_sleep = patcher.original("time").sleep
        plain.getaddrinfo = lambda *words, **named: (plain_sleep(3), right(*words, **named))[1]
        from app.process.serving import look_names_up_in_threads
        look_names_up_in_threads()
        beats = []
        def beat():
            while True:
                beats.append(time.monotonic())
                eventlet.sleep(0.02)
        eventlet.spawn(beat)
        server = socket.create_server(("127.0.0.1", 0))
        socket.create_connection(("localhost", server.getsockname()[1])).close()
        assert len(beats) > 20, len(beats)
        assert max(b - a for a, b in zip(beats, beats[1:])) < 1.5
        print("kept beating")
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(story)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "kept beating" in done.stdout, done.stderr
