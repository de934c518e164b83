"""Facts about proofs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MismatchFound:
    """A check of a proof failed; the proof's summary says what is wrong."""

    proof_id: int
    check: str
