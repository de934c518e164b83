"""The room where a session happens: who is in it, what is said, when it ends."""
