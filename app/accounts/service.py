"""Use cases of accounts: sign up, verify, reset, change hats and profile."""

from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import available_timezones

from sqlalchemy.exc import IntegrityError

from app.accounts import passwords, queries, tokens
from app.accounts.events import AgeDeclared, PasswordChanged, PasswordResetRequested, SignedUp, SignUpRepeated
from app.accounts.models import Hat, User
from app.accounts.sessions import close_all_sign_ins
from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotAllowed
from app.kernel.transaction import transaction

THEMES = ("system", "light", "dark")
TAKEN = "We could not make an account with this address. If it is yours, sign in or reset your password."


@dataclass(frozen=True, slots=True)
class SignUpDraft:
    """What somebody typed to join."""

    name: str
    email: str
    password: str
    wants_to_learn: bool
    wants_to_teach: bool
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """What somebody says about themselves; photo is the key of a stored picture, or None to keep the old one."""

    name: str
    headline: str
    bio: str
    photo: str | None = None


@dataclass(frozen=True, slots=True)
class SettingsDraft:
    """How PeerLearn should behave for one person."""

    timezone: str
    theme: str
    sound_on: bool
    is_learner: bool
    is_mentor: bool
    records_at_once: bool = False
    is_minor: bool = False


def sign_up(draft: SignUpDraft) -> User:
    """Make an account and ask for the address to be verified.

    Somebody who has an account and typed its password simply gets it back. Raises Invalid with the fields to mend; for a taken
    address the sentence says no more than it must, and the owner is told by mail.
    """
    fields = _sign_up_faults(draft)
    if fields:
        raise Invalid(fields=fields)
    email = normalised_email(draft.email)
    known = queries.by_email(email)
    if known is not None:
        return _welcome_back(known, draft.password)
    password_hash = passwords.hash_password(draft.password)
    try:
        with transaction() as tx:
            user = User(
                email=email,
                name=draft.name,
                password_hash=password_hash,
                is_learner=draft.wants_to_learn,
                is_mentor=draft.wants_to_teach,
                hat=Hat.MENTOR if draft.wants_to_teach and not draft.wants_to_learn else Hat.LEARNER,
                timezone=known_timezone(draft.timezone),
                created_at=now(),
            )
            db.session.add(user)
            db.session.flush()
            record(user.id, AuditTag.SIGNED_UP, user)
            tx.publish(SignedUp(user.id))
    except IntegrityError:  # the same address, twice at the same moment
        return _welcome_back(queries.by_email(email), draft.password)
    return user


def normalised_email(email: str) -> str:
    """One spelling per address, so that a person cannot have two accounts by accident."""
    return email.strip().lower()


def known_timezone(name: str) -> str:
    """The zone itself when we know it, UTC otherwise."""
    return name if name in all_timezones() else "UTC"


@lru_cache(maxsize=1)
def all_timezones() -> frozenset[str]:
    """Every zone we know; looking them up walks hundreds of files (30 ms), so once is enough."""
    return frozenset(available_timezones())


def verify_email(token: str) -> User | None:
    """The address is theirs. None when the link is too old, forged or for another address; twice does no harm."""
    user = tokens.user_of_token(tokens.VERIFY, token)
    if user is None or user.is_verified:
        return user
    with transaction():
        user.verified_at = now()
        record(user.id, AuditTag.EMAIL_VERIFIED, user)
    return user


def request_reset(email: str) -> None:
    """Send a link if there is such an account; the asker never learns whether there is."""
    user = queries.by_email(normalised_email(email))
    if user is not None and user.disabled_at is None:
        with transaction() as tx:
            tx.publish(PasswordResetRequested(user.id))


def reset_password(token: str, password: str) -> User:
    """Replace the password and close every sign-in. Raises Invalid for a dead link or a bad password."""
    user = tokens.user_of_token(tokens.RESET, token)
    if user is None:
        raise Invalid("This link has been used or is too old. Ask for a new one.", fields={"token": "dead"})
    objection = passwords.objection_to(password, name=user.name, email=user.email)
    if objection:
        raise Invalid(fields={"password": objection})
    password_hash = passwords.hash_password(password)
    with transaction() as tx:
        if tokens.user_of_token(tokens.RESET, token) is None:  # used by another tab while we were hashing
            raise Invalid("This link has been used or is too old. Ask for a new one.", fields={"token": "dead"})
        user.password_hash = password_hash
        user.verified_at = user.verified_at or now()  # the link came to their address
        record(user.id, AuditTag.PASSWORD_RESET, user)
        close_all_sign_ins(user)
        tx.publish(PasswordChanged(user.id))
    return user


def switch_hat(user: User, hat: Hat) -> User:
    """Look at the other side of the house; raises NotAllowed for a hat they do not have."""
    if not (user.is_mentor if hat is Hat.MENTOR else user.is_learner):
        raise NotAllowed("You can add this in your settings first.")
    with transaction():
        user.hat = hat
    return user


def update_profile(user: User, draft: ProfileDraft) -> User:
    """Change what others see of them."""
    with transaction():
        user.name, user.headline, user.bio = draft.name, draft.headline, draft.bio
        if draft.photo is not None:
            user.photo = draft.photo
    return user


def update_settings(user: User, draft: SettingsDraft) -> User:
    """Change how PeerLearn behaves for them; Invalid when no hat is left or a value is unknown."""
    if not (draft.is_learner or draft.is_mentor):
        raise Invalid(fields={"is_learner": "Choose at least one."})
    if draft.theme not in THEMES or draft.timezone not in all_timezones():
        raise Invalid("Please choose from the list.")
    with transaction() as tx:
        user.timezone, user.theme, user.sound_on = draft.timezone, draft.theme, draft.sound_on
        user.is_learner, user.is_mentor = draft.is_learner, draft.is_mentor
        user.records_at_once = draft.records_at_once and draft.is_mentor
        if user.is_minor is not draft.is_minor:
            user.is_minor = draft.is_minor
            record(user.id, AuditTag.AGE_DECLARED, user, is_minor=draft.is_minor)
            tx.publish(AgeDeclared(user.id))
        if not (user.is_mentor if user.hat is Hat.MENTOR else user.is_learner):
            user.hat = Hat.MENTOR if user.is_mentor else Hat.LEARNER
    return user


def record_at_once(mentor: User, *, on: bool) -> User:
    """Have everybody asked about a recording as soon as they have met, in all sessions of this mentor; or no more."""
    if not mentor.is_mentor:
        raise NotAllowed("Only mentors start recordings.")
    with transaction():
        mentor.records_at_once = on
    return mentor


def _sign_up_faults(draft: SignUpDraft) -> dict[str, str]:
    fields = {}
    if not (draft.wants_to_learn or draft.wants_to_teach):
        fields["wants_to_learn"] = "Choose at least one: learn, teach, or both."
    objection = passwords.objection_to(draft.password, name=draft.name, email=draft.email)
    if objection:
        fields["password"] = objection
    return fields


def _welcome_back(user: User | None, password: str) -> User:
    if user is not None and passwords.verify_password(user.password_hash, password) and user.disabled_at is None:
        return user
    if user is not None:
        with transaction() as tx:
            tx.publish(SignUpRepeated(user.id))
    raise Invalid(fields={"email": TAKEN})
