"""How often is often enough: limits per address, per account, per person."""

from flask import Response, request
from flask_limiter.util import get_remote_address
from flask_login import current_user

from app.extensions import limiter


def typed_email() -> str:
    """The account a sign-in is about, so that one account cannot be tried from many addresses."""
    return "email:" + request.form.get("email", "")[:254].strip().lower()


def person_or_address() -> str:
    """Who asks: the person when signed in, the address otherwise."""
    return f"user:{current_user.id}" if current_user.is_authenticated else get_remote_address()


def asked_address() -> str:
    """The address itself, for one that is a secret: whoever knows it shares its measure."""
    return request.path


def _was_not_found(response: Response) -> bool:
    return response.status_code == 404


sign_in_by_address = limiter.limit("30 per 5 minutes", methods=["POST"])
sign_in_by_account = limiter.limit("10 per 5 minutes", methods=["POST"], key_func=typed_email)
sign_up_by_address = limiter.limit("20 per hour", methods=["POST"])
reset_by_address = limiter.limit("10 per hour", methods=["POST"])
reset_by_account = limiter.limit("5 per day", methods=["POST"], key_func=typed_email)
write_by_person = limiter.limit("60 per minute", methods=["POST"], key_func=person_or_address)
send_pieces_by_person = limiter.limit("600 per minute", methods=["PUT", "POST"], key_func=person_or_address)
pdf_by_person = limiter.limit("30 per minute", key_func=person_or_address)
ask_provider_by_person = limiter.limit("20 per minute", key_func=person_or_address)
search_by_person = limiter.limit("120 per minute", key_func=person_or_address)
withdraw_by_person = limiter.limit("20 per 5 minutes", methods=["POST"], key_func=person_or_address)
"""The dialog asks for a password: whoever sits at somebody else's browser must not guess quickly."""
feed_by_token = limiter.limit("60 per hour", key_func=asked_address)
guess_by_address = limiter.limit("30 per 10 minutes", deduct_when=_was_not_found)
"""Calendar services read many people's feeds from one address, so only addresses that lead nowhere count against it."""
