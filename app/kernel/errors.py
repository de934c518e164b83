"""One family of errors; each door (page, socket, job) translates it once.

People only ever see `message`; programs look at `code`.
"""

from collections.abc import Mapping


class DomainError(Exception):
    """Something a person asked for cannot be done, with the sentence to tell them."""

    status = 400
    code = "error"
    message = "That did not work. Nothing was changed."

    def __init__(self, message: str | None = None, *, code: str | None = None) -> None:
        self.message = message or self.message
        self.code = code or self.code
        super().__init__(self.message)


class NotFound(DomainError):
    """It does not exist, or it is somebody else's: the two look the same from outside."""

    status = 404
    code = "not_found"
    message = "We could not find that."


class NotAllowed(DomainError):
    """It exists and is theirs to see, but this person may not do this."""

    status = 403
    code = "not_allowed"
    message = "You cannot do that."


class Invalid(DomainError):
    """What was typed does not fit; `fields` maps field names to sentences."""

    status = 422
    code = "invalid"
    message = "Please check what you entered."

    def __init__(self, message: str | None = None, *, fields: Mapping[str, str] | None = None) -> None:
        self.fields = dict(fields or {})
        super().__init__(message or next(iter(self.fields.values()), None))


class Conflict(DomainError):
    """Somebody else was quicker, or the thing has moved on since the page was drawn."""

    status = 409
    code = "conflict"
    message = "This has changed in the meantime. Please look again."


class PaymentRefused(DomainError):
    """The payment provider said no; nothing was taken."""

    status = 402
    code = "payment_refused"
    message = "The payment did not go through. Nothing was taken."


class TooMany(DomainError):
    """Too many tries in a short time."""

    status = 429
    code = "too_many"
    message = "Too many tries. Please wait a moment and try again."
