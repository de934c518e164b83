"""The list of bad passwords is the library's, without the library's weight."""

import subprocess
import sys

from app.accounts import passwords
from app.config import ROOT

LOOKS = "import sys; from app.accounts.passwords import common_passwords as c; assert 'password' in c(); print('zxcvbn' in sys.modules)"


def test_the_list_is_the_most_used_of_zxcvbn() -> None:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    assert passwords.common_passwords() == frozenset(FREQUENCY_LISTS["passwords"][: passwords.HOW_MANY_COMMON])


def test_reading_it_imports_none_of_it() -> None:
    answer = subprocess.run([sys.executable, "-W", "ignore", "-c", LOOKS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"


def test_a_web_process_never_loads_what_only_jobs_and_commands_need() -> None:
    heavy = ("sklearn", "scipy", "numpy", "av", "alembic", "zxcvbn")
    loads = f"import sys; import wsgi; print([name for name in {heavy!r} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-W", "ignore", "-c", loads], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"
