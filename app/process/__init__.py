"""How PeerLearn runs: the launcher and what it starts. Only serving.py knows the event loop; the launcher is plain Python."""
