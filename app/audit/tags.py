"""What can be recorded: `subject:object:action`."""

from enum import StrEnum


class AuditTag(StrEnum):
    """The core's own tags; plugins bring theirs under their own name."""

    SIGNED_UP = "account:self:create"
    SIGNED_IN = "account:session:open"
    SIGN_IN_FAILED = "account:session:refuse"
    SIGNED_OUT = "account:session:close"
    EMAIL_VERIFIED = "account:email:verify"
    PASSWORD_RESET = "account:password:reset"  # noqa: S105 (a tag)
    LESSON_PUBLISHED = "lesson:self:publish"
    LESSON_LINK_RENEWED = "lesson:link:renew"
    TALK_OFFERED = "lesson:talk:offer"
    BOOKING_REQUESTED = "booking:self:request"
    BOOKING_ACCEPTED = "booking:request:accept"
    BOOKING_REJECTED = "booking:request:reject"
    BOOKING_REJECT_UNDONE = "booking:request:undo_reject"
    BOOKING_EXPIRED = "booking:request:expire"
    BOOKING_COMPLETED = "booking:self:complete"
    BOOKING_MISSED = "booking:self:miss"
    CALENDAR_ADDRESS_MADE = "calendar:address:make"
    PAYMENT_STARTED = "payment:self:start"
    PAYMENT_CAPTURED = "payment:self:capture"
    PAYMENT_REFUNDED = "payment:self:refund"
    METHOD_SAVED = "payment:method:save"
    PAYOUT_METHOD_ADDED = "payout:method:add"
    PAYOUT_METHOD_REMOVED = "payout:method:remove"
    PAYOUT_WANTED = "payout:self:want"
    PAYOUT_PAID = "payout:self:pay"
    PAYOUT_RETURNED = "payout:self:return"
