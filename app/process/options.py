"""The flags of bin/run. Standard library only, so that `bin/run --help` answers before anything is installed."""

import argparse
import os


def parse(words: list[str] | None = None) -> argparse.Namespace:
    """Read the flags: host, port, demo (bool), web (how many processes)."""
    parser = argparse.ArgumentParser(
        prog="bin/run",
        description="Start PeerLearn: database, queue, web processes, worker and clock. Ctrl-C stops all of it.",
        epilog="DATABASE_URL and REDIS_URL use real servers instead of SQLite and our own Valkey; .env.example lists all settings.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=_port, default=8000, help="port to listen on, 0 for any free one (default %(default)s)")
    parser.add_argument("--no-demo", dest="demo", action="store_false", help="start with an empty database")
    parser.add_argument("--web", type=_count, default=_usual_count(), metavar="N", help="web processes (default %(default)s)")
    return parser.parse_args(words)


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 64:
        raise argparse.ArgumentTypeError("between 1 and 64 web processes")
    return value


def _usual_count() -> int:
    """One per core, at least two (rooms and nudges across processes are then the everyday case), at most four."""
    return max(2, min(4, os.cpu_count() or 2))


if __name__ == "__main__":
    parse()
