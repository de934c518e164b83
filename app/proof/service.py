"""Prove the books: ask every domain's questions of one snapshot, keep the answer, and say aloud what is wrong."""

import logging
import time
from dataclasses import asdict
from itertools import chain

from sqlalchemy import Connection, exists, literal, select, union

from app.bookings import proofs as booking_proofs
from app.bookings import receipt_proofs as booking_receipt_proofs
from app.extensions import db
from app.gifts import proofs as gift_proofs
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.payments import proofs as payment_proofs
from app.payments import receipt_proofs
from app.payments.manual import proofs as manual_proofs
from app.payments.manual.models import StatementLine
from app.payments.models import Payment
from app.payments.payout_models import Payout
from app.payments.providers import rehearsal_proofs
from app.payments.proving import Check, ask, snapshot
from app.proof.events import MismatchFound
from app.proof.models import Proof

log = logging.getLogger(__name__)

LISTED = {rehearsal_proofs.NAME: rehearsal_proofs.questions, manual_proofs.NAME: manual_proofs.questions}
"""Providers whose books can be laid beside ours."""


def check_all() -> list[Check]:
    """Every check, the ledger's first, of one moment; changes nothing."""
    with snapshot() as connection:
        return checks_on(connection)


def checks_on(connection: Connection) -> list[Check]:
    """Every check, as this connection sees the database."""
    checks = ask(connection, [*payment_proofs.questions(), *booking_proofs.questions(), *gift_proofs.questions()])
    papers = (receipt_proofs.questions(), booking_receipt_proofs.questions(), gift_proofs.questions_of_documents())
    checks += ask(connection, chain.from_iterable(papers))
    for name in _providers_used(connection):
        checks += ask(connection, LISTED[name]()) if name in LISTED else [_cannot_be_listed(name)]
    return checks


def prove() -> tuple[Proof, list[Check]]:
    """Check everything, keep the result, and state what is wrong: in the log, in /metrics, and to the admins."""
    began = time.monotonic()
    checks = check_all()
    wrong = sum(check.wrong for check in checks)
    with transaction() as tx:
        proof = Proof(
            at=now(),
            ok=wrong == 0,
            findings=wrong,
            took_ms=round((time.monotonic() - began) * 1000),
            summary=[asdict(check) for check in checks],
        )
        db.session.add(proof)
        db.session.flush()
        for check in checks:
            if check.wrong:
                log.error("the books do not agree: %s: %d wrong, first %s", check.title, check.wrong, check.first[0])
                tx.publish(MismatchFound(proof.id, check.name))
    return proof, checks


def latest() -> Proof | None:
    """The last proof, if there ever was one."""
    return db.session.scalar(select(Proof).order_by(Proof.at.desc(), Proof.id.desc()).limit(1))


def _providers_used(connection: Connection) -> list[str]:
    """Every provider money went to or came from; a statement may bring money that is nobody's payment."""
    by_hand = select(literal(manual_proofs.NAME)).where(exists(select(StatementLine.id)))
    used = union(select(Payment.provider), select(Payout.provider), by_hand)
    return sorted({rehearsal_proofs.NAME, *connection.scalars(used)})


def _cannot_be_listed(name: str) -> Check:
    return Check(f"{name}.charges", f"What {name} took and gave back", not_checked="its books cannot be listed from here")
