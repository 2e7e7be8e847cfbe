"""REMEMBERS: what callers were promised, what Twilio said of them, what was heard. The only place with SQL.

`migrate(url)` makes or renews the schema; `Store.open(url)` never does.
"""

from ivr.store.audit import Audit, Deed, Entry, Filters, Verified
from ivr.store.facts import CallFacts, Cursor, Kept, Listened, Recording, Request, Spooled
from ivr.store.jobs import Job, JobSeen
from ivr.store.occupied import occupied
from ivr.store.places import Marks, Place
from ivr.store.schema import migrate
from ivr.store.store import Store
from ivr.store.texts import Caps, Delivery, TextAsked, TextMessage
from ivr.store.trouble import StoreUnavailable

__all__ = [
    "Audit",
    "CallFacts",
    "Caps",
    "Cursor",
    "Deed",
    "Delivery",
    "Entry",
    "Filters",
    "Job",
    "JobSeen",
    "Kept",
    "Listened",
    "Marks",
    "Place",
    "Recording",
    "Request",
    "Spooled",
    "Store",
    "StoreUnavailable",
    "TextAsked",
    "TextMessage",
    "Verified",
    "migrate",
    "occupied",
]
