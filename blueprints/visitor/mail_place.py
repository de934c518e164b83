"""Where mail goes, in words: to the person, or, while no server is set up, to files that the page names."""

from app.config import settings


def where_mail_goes(sentence: str) -> str:
    """The sentence, and the place when mail is only written to files."""
    if settings().smtp_url:
        return f"{sentence}."
    return f"{sentence}: no mail server is set up here, so it lies as a file under instance/mail/."
