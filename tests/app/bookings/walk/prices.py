"""What a walk's mentor takes off: codes, a cheaper or free first session, sessions that cost nothing. The dice of its seed decide."""

import random

from app.accounts.models import User
from app.lessons.discounts import CouponDraft, make_coupon, set_trial

DISCOUNTS = ("none", "none", "trial", "free trial", "code", "free code", "free")


def open_shop(mentor: User, dice: random.Random) -> tuple[str, bool]:
    """What this mentor offers: the code learners may use ("" for none), and whether the session is free."""
    discount = dice.choice(DISCOUNTS)
    if discount.endswith("trial"):
        set_trial(mentor, 100 if discount == "free trial" else 50)
    code = ""
    if discount.endswith("code"):
        percent = "100" if discount == "free code" else "33"
        code = make_coupon(mentor, CouponDraft("percent", percent, most_uses=dice.choice([1, 5]), most_each=dice.choice([1, 3]))).code
    return code, discount == "free"
