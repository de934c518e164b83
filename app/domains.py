"""The domains, lowest first: their tables (importing is enough), their sweeps, and who is signed in."""

from flask import Flask

from app.accounts import block_models
from app.accounts import models as accounts_models
from app.accounts.sessions import find_sign_in, touch
from app.audit import models as audit_models
from app.bookings import (
    attendance,
    calendar_models,
    dispute_models,
    line_models,
    proposal_models,
    receipting,
    removal_models,
    settlement_models,
    witness_models,
)
from app.bookings import jobs as booking_jobs
from app.bookings import models as booking_models
from app.bookings import receipt_words as booking_words
from app.community import models as community_models
from app.community import service as community
from app.extensions import login_manager
from app.gifts import jobs as gift_jobs
from app.gifts import models as gift_models
from app.gifts import receipting as gift_words
from app.kernel.schedule import add_periodic
from app.lessons import appointment_offer_models, availability_models, discount_models, talk
from app.lessons import models as lesson_models
from app.live import check_models, note_models, recording_models, report_models, shared_notes_models
from app.live import jobs as live_jobs
from app.live import models as live_models
from app.notifications import models as notification_models
from app.notifications.channels import mail
from app.payments import jobs as payment_jobs
from app.payments import models as payment_models
from app.payments import payout_models, provider_models, receipt_models, subjects
from app.payments.manual import models as manual_models
from app.payments.providers import rehearsal_books
from app.proof import jobs as proof_jobs
from app.proof import models as proof_models

TABLES = (
    audit_models,
    accounts_models,
    block_models,
    lesson_models,
    discount_models,
    talk,
    availability_models,
    appointment_offer_models,
    payment_models,
    payout_models,
    provider_models,
    receipt_models,
    rehearsal_books,
    manual_models,
    booking_models,
    attendance,
    witness_models,
    removal_models,
    settlement_models,
    calendar_models,
    dispute_models,
    gift_models,
    proposal_models,
    line_models,
    live_models,
    check_models,
    note_models,
    shared_notes_models,
    recording_models,
    report_models,
    community_models,
    notification_models,
    proof_models,
)

SWEEPS = (
    payment_jobs.PERIODIC,
    booking_jobs.PERIODIC,
    receipting.PERIODIC,
    gift_jobs.PERIODIC,
    live_jobs.PERIODIC,
    community.PERIODIC,
    mail.PERIODIC,
    proof_jobs.PERIODIC,
)

PURPOSES = {"booking": booking_words.subject, "gift": gift_words.subject}
"""Who says in a document what a payment is for."""


def init_app(app: Flask) -> None:
    """Register every domain's sweeps and words with the app, and the way from a cookie to a person."""
    subjects.init_app(app, PURPOSES)
    with app.app_context():
        for sweeps in SWEEPS:
            add_periodic(*sweeps)


@login_manager.user_loader
def signed_in_person(token: str) -> accounts_models.User | None:
    """The person of a cookie's token, if that sign-in still lives."""
    sign_in = find_sign_in(token)
    if sign_in is None:
        return None
    touch(sign_in)
    return sign_in.user
