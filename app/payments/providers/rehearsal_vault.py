"""What the rehearsal keeps for next time: we hold a token, it holds the (test) details."""

import hashlib
import hmac

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from app.config import settings
from app.payments.providers.base import Instrument, Kind
from app.payments.providers.rehearsal_books import Books, instruments

PREFIX = "rin_"


class RehearsalVault:
    """Keeps instruments."""

    def save_instrument(self, payer: str, instrument: Instrument) -> Instrument:
        """The same one twice is one."""
        if instrument.token.startswith(PREFIX):
            return instrument
        token = PREFIX + _digest(f"{payer}:{instrument.kind}:{instrument.token}")[:32]
        values = {"payer": payer, "kind": instrument.kind.value, "details": instrument.token, "label": instrument.label}
        try:
            with Books() as books:
                if books.execute(select(instruments.c.id).where(instruments.c.token == token)).first() is None:
                    books.execute(insert(instruments).values(token=token, **values))
        except IntegrityError:  # saved twice at the same moment
            pass
        return Instrument(instrument.kind, token, instrument.label)

    def list_instruments(self, payer: str) -> list[Instrument]:
        """What is kept for somebody, the oldest first."""
        with Books() as books:
            rows = books.execute(select(instruments).where(instruments.c.payer == payer).order_by(instruments.c.id)).all()
        return [Instrument(Kind(row.kind), row.token, row.label) for row in rows]

    def detach_instrument(self, instrument: Instrument) -> None:
        """Forget one."""
        with Books() as books:
            books.execute(delete(instruments).where(instruments.c.token == instrument.token))


def revealed(books: Connection, instrument: Instrument) -> tuple[str, bool]:
    """The details behind a token and True; typed details and False. A token that is not kept (any more) has no details."""
    if not instrument.token.startswith(PREFIX):
        return instrument.token, False
    row = books.execute(select(instruments.c.details).where(instruments.c.token == instrument.token)).first()
    return ("" if row is None else row.details), True


def fingerprint(kind: Kind, details: str) -> str:
    """The same for the same instrument, and of no use for anything else."""
    return _digest(f"{kind}:{details}")


def _digest(text: str) -> str:
    key = hashlib.sha256(b"rehearsal-vault:" + settings().secret_key.encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
