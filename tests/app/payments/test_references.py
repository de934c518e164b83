"""Reference numbers: a typo is noticed, and nothing a bank does to the text hides one."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from app.payments.manual.references import ALPHABET, LENGTH, found_in, is_meant_in, is_reference, new_reference, shown

LOOK_ALIKE = ("0OQ", "1IL", "2Z", "5S", "6G", "8B", "UV", "EF")
references = st.builds(new_reference)


def test_no_two_letters_of_the_alphabet_look_alike() -> None:
    assert all(sum(one in ALPHABET for one in group) <= 1 for group in LOOK_ALIKE)
    assert len(set(ALPHABET)) == len(ALPHABET) == 23


@given(references)
def test_every_reference_is_one_and_is_found_as_it_is_shown(reference: str) -> None:
    assert is_reference(reference)
    assert found_in(f"Payment {shown(reference)} thanks") == [reference]


@given(references)
def test_every_single_wrong_letter_is_noticed(reference: str) -> None:
    for place, letter in itertools.product(range(LENGTH), ALPHABET):
        typo = reference[:place] + letter + reference[place + 1 :]
        assert is_reference(typo) == (typo == reference)


@given(references)
def test_every_two_letters_that_changed_places_are_noticed(reference: str) -> None:
    for first, second in itertools.combinations(range(LENGTH), 2):
        letters = list(reference)
        letters[first], letters[second] = letters[second], letters[first]
        typo = "".join(letters)
        assert is_reference(typo) == (typo == reference)


@given(references, st.lists(st.sampled_from(["", " ", "-", "  ", ".", "/", "–"]), min_size=LENGTH + 1, max_size=LENGTH + 1))
def test_spaces_dashes_and_case_hide_nothing(reference: str, gaps: list[str]) -> None:
    spread = "pl" + "".join(gap + letter for gap, letter in zip(gaps, reference.lower(), strict=False))
    assert found_in(f"upi/cr/from lev/{spread}/ok") == [reference]


@given(references)
def test_digits_of_other_scripts_are_read(reference: str) -> None:
    arabic = reference.translate({ord(str(digit)): chr(0x0660 + digit) for digit in range(10)})
    assert found_in(f"PL-{arabic}") == [reference]


def test_a_text_may_name_two_and_the_same_one_twice() -> None:
    one, two = new_reference(), new_reference()
    assert found_in(f"{shown(one)} {shown(two)} {shown(one)}") == list(dict.fromkeys([one, two]))


def test_a_typo_is_told_from_no_reference_at_all() -> None:
    assert is_meant_in("PL-7K3M-92QQ")
    assert is_meant_in("for pl7k3m92qq")
    assert not is_meant_in("EXAMPLE COMPANY 2026, PLEASE")
    assert not is_meant_in("interest")
