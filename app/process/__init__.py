"""How PeerLearn runs: the launcher and what it starts. Only serving.py knows the event loop; the launcher is plain Python."""

import warnings

warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")  # we know; one setting away from gevent
