"""CPU work off the event loop.

A password hash takes 40 ms and a thumbnail 200 ms; on eventlet's single thread every socket would wait. Under eventlet the call
runs in a native thread while other green threads go on (argon2 and Pillow release the interpreter lock); elsewhere it is a plain call.
"""

from collections.abc import Callable
from typing import TypeVar

import eventlet.patcher
import eventlet.tpool

Result = TypeVar("Result")

eventlet.tpool.set_num_threads(3)
# Three at once on two cores: argon2 takes 19 MiB each, and a flood of sign-ins must queue rather than eat the memory.


def offload(function: Callable[..., Result], *arguments: object) -> Result:
    """Run function(*arguments) without stopping the event loop; its exceptions come back unchanged."""
    if eventlet.patcher.is_monkey_patched("socket"):
        return eventlet.tpool.execute(function, *arguments)
    return function(*arguments)
