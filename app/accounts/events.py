"""Facts about accounts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignedUp:
    """A new account exists; its address is not verified yet."""

    user_id: int


@dataclass(frozen=True, slots=True)
class SignUpRepeated:
    """Somebody tried to sign up with an address that has an account already; its owner should hear of it."""

    user_id: int


@dataclass(frozen=True, slots=True)
class PasswordResetRequested:
    """Somebody (perhaps not the owner) asked for a new password."""

    user_id: int


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """The password was replaced; every sign-in was closed."""

    user_id: int


@dataclass(frozen=True, slots=True)
class AgeDeclared:
    """Somebody said that they are under 18, or that they are not any more."""

    user_id: int


@dataclass(frozen=True, slots=True)
class AccountDisabled:
    """An account was closed by us: nobody signs in with it any more."""

    user_id: int


@dataclass(frozen=True, slots=True)
class SignInsClosed:
    """Some or all sign-ins of a person ended; their open sockets must go too."""

    user_id: int
    sign_in_ids: tuple[int, ...]
