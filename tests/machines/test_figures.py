"""The table itself: figures of the same thing are added up, and a run of some machines leaves the others' rows."""

from datetime import date

from tests.figures import BEGIN, END, add, worded, written

PAGE = f"# Reliability\n\n{BEGIN}\n{END}\n\nThe end.\n"


def test_counts_are_added_up_and_the_slowest_is_kept():
    rows = {}
    add(rows, {"kills": {"kills": 3, "slowest_s": 1.25, "on_disk_at_most": 2}})
    add(rows, {"kills": {"kills": 4, "slowest_s": 0.5, "on_disk_at_most": 1}, "cuts": {"cuts": 1}})
    assert rows == {"kills": {"kills": 7, "slowest_s": 1.25, "on_disk_at_most": 2}, "cuts": {"cuts": 1}}
    assert worded({"kills": 10_000, "slowest_s": 1.25}) == "kills 10,000, slowest s 1.25"


def test_each_machine_has_its_last_run_and_writing_twice_changes_nothing():
    first = written(PAGE, {"kills": {"kills": 7}, "cuts": {"cuts": 1}}, date(2026, 11, 24))
    second = written(first, {"cuts": {"cuts": 100, "lost": 0}}, date(2026, 11, 25))
    assert "| kills | kills 7 | 2026-11-24 |" in second
    assert "| cuts | cuts 100, lost 0 | 2026-11-25 |" in second
    assert second.count("| cuts |") == 1
    assert written(second, {"cuts": {"cuts": 100, "lost": 0}}, date(2026, 11, 25)) == second
    assert second.startswith("# Reliability")
    assert second.endswith("The end.\n")


def test_a_page_without_figures_gets_them():
    assert written(PAGE, {}, date(2026, 11, 24)).count("|---|---|---|") == 1
