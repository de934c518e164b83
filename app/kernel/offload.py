"""CPU work off the event loop.

A password hash takes 40 ms and a thumbnail 200 ms; on eventlet's single thread every socket would wait. Under eventlet the call
runs in a native thread while other green threads go on (argon2 and Pillow release the interpreter lock); elsewhere it is plain.
"""

import warnings
from collections.abc import Callable
from typing import TypeVar

with warnings.catch_warnings():  # eventlet announces its retirement at every import; ARCHITECTURE.md says how we would leave it
    warnings.simplefilter("ignore")
    import eventlet.patcher
    import eventlet.tpool

Result = TypeVar("Result")

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
