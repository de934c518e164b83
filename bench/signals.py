"""What the room's server does, without a browser: carrying signals, entering, drawing, and the state of a long session."""

import statistics
import time

import psutil

from app.live import board, service
from app.live.board_messages import Draw, Mark
from bench.line import Line, milliseconds_since
from bench.meetings import Meetings
from bench.report import line, percentile

SIGNALS = 300
JOINS = 60
DEEDS = 300
PACE = 0.045
"""Seconds between two messages of one socket, within what the guard allows."""
STROKES, CHAT_LINES = 3000, 400
SDP = "v=0\r\n" + "a=a line of an offer with every codec of a browser\r\n" * 60
MARK = Mark(colour="blue", width=4, points=[800, 500, *[3, -2] * 40], text="")


def main(meetings: Meetings) -> None:
    """Each on a room of its own."""
    _signals(meetings)
    _joins(meetings)
    _deeds(meetings)
    _long_session(meetings)


def _enter(meetings: Meetings) -> tuple[list[Line], list[int], str]:
    users, room = meetings.scene()
    lines = [Line(meetings.site, meetings.cookie(user)) for user in users]
    for number, one in enumerate(lines):
        one.ask("enter", {"room": room, "tab": f"bench-tab-{number}"})
    return lines, [user.id for user in users], room


def _signals(meetings: Meetings) -> None:
    print("\nSignalling (one web process)")
    lines, ids, _ = _enter(meetings)
    times = []
    for number in range(SIGNALS):  # in turns, as both have to answer the server's pings
        here, there, to = lines[number % 2], lines[1 - number % 2], ids[1 - number % 2]
        began = time.perf_counter()
        here.tell("signal", {"to": to, "epoch": number + 1, "description": {"type": "offer", "sdp": SDP}, "candidate": None})
        there.hear("signal")
        times.append(milliseconds_since(began))
        time.sleep(PACE)
    line("an offer from one to the other, p50", statistics.median(times), "ms", 3.0, "(MiroTalk P2P: 0.5-0.7)")
    line("an offer from one to the other, p99", percentile(times, 0.99), "ms")
    for one in lines:
        one.close()


def _joins(meetings: Meetings) -> None:
    users, room = meetings.scene()
    cookie = meetings.cookie(users[1])
    [web] = [process for process in psutil.process_iter() if _is_web(process, meetings)]
    times = []
    before, asked = sum(web.cpu_times()[:2]), time.monotonic()
    for number in range(JOINS + 1):
        if number == 1:  # the first warms up
            before, asked = sum(web.cpu_times()[:2]), time.monotonic()
        began = time.perf_counter()
        one = Line(meetings.site, cookie)
        one.ask("enter", {"room": room, "tab": "bench-tab-of-joins", "take": True})
        times.append(milliseconds_since(began))
        one.tell("leave", {})
        one.close()
    spent = (sum(web.cpu_times()[:2]) - before) * 1000 / JOINS
    line("CPU per join (socket, enter, leave)", spent, "ms", 3.0, "(MiroTalk P2P: 2.4-2.8)")
    line("a join, from opening the socket to the welcome, p50", statistics.median(times[1:]), "ms")
    assert time.monotonic() - asked < 120


def _is_web(process: psutil.Process, meetings: Meetings) -> bool:
    return process in meetings.launched.children("wsgi.py")


def _deeds(meetings: Meetings) -> None:
    print("\nWhiteboard")
    lines, _, _ = _enter(meetings)
    seen, answered = [], []
    for number in range(DEEDS):
        here, there = lines[number % 2], lines[1 - number % 2]
        began = time.perf_counter()
        deed = {"client_id": f"bench-deed-{number}", "page": 1, "kind": "stroke", "mark": _wire(), "targets": None}
        here.ask("draw", deed)
        answered.append(milliseconds_since(began))
        there.hear("drawn")
        seen.append(milliseconds_since(began))
        time.sleep(PACE / 2)
    line("a stroke until the other has it, p50", statistics.median(seen), "ms")
    line("a stroke until the other has it, p99", percentile(seen, 0.99), "ms")
    line("a stroke until it stands in the log, p50", statistics.median(answered), "ms")
    line("a stroke until it stands in the log, p99", percentile(answered, 0.99), "ms")
    for one in lines:
        one.close()


def _wire() -> dict[str, object]:
    return {"colour": MARK.colour, "width": MARK.width, "points": MARK.points, "text": MARK.text}


def _long_session(meetings: Meetings) -> None:
    """Two hours: so many strokes and lines of chat, and then somebody comes in."""
    users, room = meetings.scene()
    for number in range(STROKES):
        board.draw(users[number % 2], room, Draw(f"long-deed-{number}", 1, "stroke", MARK, None))
    for number in range(CHAT_LINES):
        service.say(
            users[number % 2], room, client_id=f"long-line-{number}", text=f"Line {number} of a long and friendly talk about knots."
        )
    late = Line(meetings.site, meetings.cookie(users[0]))
    began = time.perf_counter()
    welcome = late.ask("enter", {"room": room, "tab": "bench-tab-late"})
    entered, size = milliseconds_since(began), late.size
    began, upto, total = time.perf_counter(), 0, 0
    while upto < welcome["board"]:
        upto = late.ask("board", {"since": upto, "most": 262_144})["upto"]
        total += late.size
    took = milliseconds_since(began)
    print(f"\nThe state of a two-hour session ({STROKES} strokes of 41 points, {CHAT_LINES} lines of chat)")
    line("the welcome, with the last lines of chat", size / 1024, "KB")
    line("until the welcome", entered, "ms")
    line("the whole whiteboard", total / 1024, "KB")
    line("until the whole whiteboard is there", took, "ms")
    late.close()
