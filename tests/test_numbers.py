"""Which numbers staff may ring back, and how they are said."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr import numbers
from ivr.numbers import caller_kind, ending, grouped, ringable

GOOD = {
    "07700 900123": "+447700900123",
    "+447700900123": "+447700900123",
    "01604367125": "+441604367125",
    "+4401604367125": "+441604367125",
    "020 7946 0018": "+442079460018",
    "01632 960001": "+441632960001",
    "03003303000": "+443003303000",
    "0169772345": "+44169772345",
}
BAD = (
    *("", "0", "1", "anonymous", "unknown", "restricted", "unavailable", "private", "blocked", "withheld", "client:me"),
    *("+266696687", "+86282452253", "+8656696", "+2562533", "+7378742833", "sip:someone@example.org", "999", "112"),
    *("118118", "09098790000", "07012345678", "07612345678", "08001111", "0845 123 4567", "0871 123 4567", "116123"),
    *(
        "07700",
        "077009001234",
        "7700900123",
        "00447700900123",
        "+15557120851",
        "+3531234567",
        "07781 123456",
        "01481123456",
        "01534123456",
        "01624123456",
        "07624 123456",
    ),
    *(
        "+44" + "7" * 40,
        "٠٧٧٠٠٩٠٠١٢٣",
        "0²²²²²²²²²²",
        "0770090012x",
        "+44 7700 900123;phone-context=x",
        "+449098790000",
    ),
)


@pytest.mark.parametrize(("raw", "number"), GOOD.items())
def test_uk_numbers_can_be_rung(raw, number):
    assert ringable(raw) == number


@pytest.mark.parametrize("raw", BAD)
def test_withheld_foreign_dear_and_broken_numbers_cannot(raw):
    assert ringable(raw) is None
    assert caller_kind(raw) == "unknown"


def by_the_library_alone(raw):
    number = phonenumbers.parse(raw, "GB")
    national = phonenumbers.national_significant_number(number)
    good = number.country_code == 44 and numbers._RINGABLE.fullmatch(national)
    if not good or not phonenumbers.is_possible_number(number):
        return None
    return None if phonenumbers.region_code_for_number(number) in {"GG", "JE", "IM"} else f"+44{national}"


ISLANDS = ("7781", "7839", "7911", "7509", "7797", "7829", "7937", "7700", "7624", "7924", "1481", "1534", "1624")


@given(st.sampled_from("1237"), st.integers(0, 10**9 - 1))
@settings(max_examples=500)
def test_numbers_as_networks_send_them_are_what_the_library_says(first, rest):
    raw = f"+44{first}{rest:09}"
    assert ringable(raw) == by_the_library_alone(raw)


@given(st.sampled_from(ISLANDS), st.integers(0, 10**6 - 1))
@settings(max_examples=500)
def test_numbers_of_islands_are_told_apart_as_the_library_does(begins, rest):
    raw = f"+44{begins}{rest:06}"
    assert ringable(raw) == by_the_library_alone(raw)


def test_most_numbers_need_no_search_in_the_tables():
    """What makes a welcome quick: the tables are searched for those numbers alone that an island might have."""
    assert numbers._island_numbers().fullmatch("7781123456")
    assert not [one for one in ("7700900123", "1604367125", "2079460018") if numbers._island_numbers().fullmatch(one)]


def test_kinds_of_callers():
    assert caller_kind("+447700900123") == "mobile"
    assert caller_kind("+441604367125") == "landline"
    assert caller_kind("+443003303000") == "landline"


def test_numbers_are_said_in_groups():
    said = [grouped(number) for number in ("+447700900123", "+441604367125", "+442079460018", "+443003303000")]
    assert said == ["07700 900 123", "01604 367 125", "020 7946 0018", "0300 330 3000"]
    assert ending("+447700900123") == "123"
