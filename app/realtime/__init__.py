"""Sockets: who may connect, what a handler is, and how the server speaks to pages. HTML never travels here."""
