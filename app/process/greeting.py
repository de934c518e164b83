"""What the launcher says to the person at the terminal."""

import os
import sys

ACCOUNTS = ("mentor@example.com", "learner@example.com", "admin@example.com")
PASSWORD = "peerlearn-demo"  # noqa: S105 (printed on purpose; the demo is refused in production)


def say(text: str) -> None:
    """One line, at once."""
    print(f"• {text}", file=sys.stderr, flush=True)


def complain(text: str) -> None:
    """One line on why we cannot go on."""
    print(f"PeerLearn cannot start: {text}", file=sys.stderr, flush=True)


def address(host: str, port: int) -> str:
    """The address to open in a browser; a server that listens everywhere is reached on this machine."""
    name = "127.0.0.1" if host in ("0.0.0.0", "", "::") else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"http://{name}:{port}"


def welcome(url: str, seconds: float, with_demo: bool) -> None:
    """The address, and who can sign in when the demo is there."""
    bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() and "NO_COLOR" not in os.environ else ("", "")
    lines = ["", f"  {bold}PeerLearn is running: {url}{plain}   (after {seconds:.1f} s)"]
    if with_demo:
        lines += [f"  Sign in as {', '.join(ACCOUNTS[:-1])} or {ACCOUNTS[-1]}; the password is {bold}{PASSWORD}{plain}"]
        lines += ["  Two browsers (or one private window) make a mentor and a learner."]
    lines += ["  Ctrl-C stops everything.", ""]
    print("\n".join(lines), flush=True)
