"""The audit notices each way in which a promise can be broken."""

from datetime import UTC, date, datetime

import pytest

from ivr.store import CallFacts, Store, migrate
from tests.machines.audit import Heard, audited

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
SIDS = [f"CA{number}" for number in range(3)]


@pytest.fixture
def store(tmp_path):
    url = f"sqlite:///{tmp_path / 'line.db'}"
    migrate(url)
    made = Store.open(url)
    for number, sid in enumerate(SIDS):
        facts = CallFacts(sid, 5, "", "en-GB", "normal", "number")
        made.confirm(facts, f"+44770090012{number}", date(2026, 11, 26), NOW)
    yield made
    made.close()


def told(store):
    return [Heard(sid, True, True, {store.request_of(sid).reference}) for sid in SIDS]


def test_kept_promises_are_nothing_wrong(store):
    assert audited(told(store), store).wrong == []
    assert audited(told(store), store).promises == 3


@pytest.mark.parametrize(
    "breach",
    [
        "UPDATE calls SET request_id = NULL WHERE sid = 'CA1'",
        "UPDATE requests SET confirmed = NULL, status = 'incomplete' WHERE call_sid = 'CA1'",
        "UPDATE requests SET phone = '' WHERE call_sid = 'CA1'",
        "UPDATE requests SET reference = '9999991' WHERE call_sid = 'CA1'",
        "UPDATE calls SET request_id = (SELECT id FROM requests WHERE call_sid = 'CA0') WHERE sid = 'CA1'",
    ],
)
def test_a_broken_promise_is_seen(store, breach):
    heard = told(store)
    with store._database.writing() as connection:
        connection.exec_driver_sql(breach)
        connection.exec_driver_sql("UPDATE promises SET reference = '' WHERE call_sid = 'CA1'")
    assert [sentence for sentence in audited(heard, store).wrong if "CA1" in sentence]
