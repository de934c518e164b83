"""CPU work off the event loop.

A password hash takes 40 ms and a thumbnail 200 ms; on eventlet's single thread every socket would wait. Under eventlet the call
runs in a native thread while other green threads go on (argon2 and Pillow release the interpreter lock); elsewhere it is plain.
"""

import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

with warnings.catch_warnings():  # eventlet announces its retirement at every import; ARCHITECTURE.md says how we would leave it
    warnings.simplefilter("ignore")
    import eventlet.green.subprocess
    import eventlet.patcher
    import eventlet.tpool

Result = TypeVar("Result")

ROOT = Path(__file__).resolve().parents[2]
_PROCESSES = threading.BoundedSemaphore(2)
"""More at once would not be faster on two cores, only hungrier."""

eventlet.tpool.set_num_threads(3)
# Three at once on two cores: argon2 takes 19 MiB each, and a flood of sign-ins must queue rather than eat the memory.


def is_green() -> bool:
    """Whether this process runs on eventlet's loop (a web process does, the worker and the tests do not)."""
    return eventlet.patcher.is_monkey_patched("socket")


def offload(function: Callable[..., Result], *arguments: object) -> Result:
    """Run function(*arguments) without stopping the event loop; its exceptions come back unchanged."""
    if is_green():
        return eventlet.tpool.execute(function, *arguments)
    return function(*arguments)


def in_a_process(module: str, given: bytes, patience: float = 30) -> bytes:
    """What `python -m module` answers on its standard output to these bytes, in a process of its own.

    For long work in pure Python: a thread would hold the interpreter lock, and its locks and log lines are green ones, not to be
    taken outside the loop's thread (a PDF drawn so stopped the server). Raises RuntimeError when it fails, TimeoutExpired if slow.
    """
    run = eventlet.green.subprocess if is_green() else subprocess
    with _PROCESSES:
        process = run.Popen([sys.executable, "-m", module], stdin=run.PIPE, stdout=run.PIPE, stderr=run.PIPE, cwd=ROOT)
        try:
            answer, trouble = process.communicate(given, timeout=patience)
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise RuntimeError(f"{module} failed: {trouble.decode(errors='replace')[-2000:]}")
    return answer
