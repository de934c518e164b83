"""Names nobody can guess."""

import secrets


def new_public_id() -> str:
    """22 url-safe characters with 128 bits of randomness, for links and room addresses."""
    return secrets.token_urlsafe(16)
