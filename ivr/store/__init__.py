"""REMEMBERS: what callers were promised, what Twilio said of them, what was heard. The only place with SQL.

`migrate(url)` makes or renews the schema; `Store.open(url)` never does.
"""

from ivr.store.audit import Audit, Deed, Entry, Filters, LogChangedError, Verified
from ivr.store.backlog import Backlog, Stuck
from ivr.store.boxes import Boxes
from ivr.store.choices import Choice, Choices, Reader
from ivr.store.counting import Counting, Numbers
from ivr.store.courses import GOODBYE
from ivr.store.drafts import Draft, Drafts
from ivr.store.erasing import Erased, Erasing
from ivr.store.facts import CallFacts, Cursor, Kept, Listened, Recording, Request, Spooled
from ivr.store.figures import Figures, JobsOf
from ivr.store.finding import Found, Held
from ivr.store.gone import Gone, Stone
from ivr.store.jobs import Job, JobSeen
from ivr.store.notices import Due, Notice, Notices
from ivr.store.occupied import occupied
from ivr.store.people import ROLES, Account, AccountError, Accounts, Role
from ivr.store.places import Marks, Place
from ivr.store.schema import migrate
from ivr.store.second_steps import SecondSteps
from ivr.store.sessions import Session, Sessions, Stage
from ivr.store.sounds import Sound
from ivr.store.store import Store
from ivr.store.texts import Caps, Delivery, TextAsked, TextMessage
from ivr.store.throttle import Throttle
from ivr.store.trouble import StoreUnavailable
from ivr.store.wordings import Wording

__all__ = [
    "GOODBYE",
    "ROLES",
    "Account",
    "AccountError",
    "Accounts",
    "Audit",
    "Backlog",
    "Boxes",
    "CallFacts",
    "Caps",
    "Choice",
    "Choices",
    "Counting",
    "Cursor",
    "Deed",
    "Delivery",
    "Draft",
    "Drafts",
    "Due",
    "Entry",
    "Erased",
    "Erasing",
    "Figures",
    "Filters",
    "Found",
    "Gone",
    "Held",
    "Job",
    "JobSeen",
    "JobsOf",
    "Kept",
    "Listened",
    "LogChangedError",
    "Marks",
    "Notice",
    "Notices",
    "Numbers",
    "Place",
    "Reader",
    "Recording",
    "Request",
    "Role",
    "SecondSteps",
    "Session",
    "Sessions",
    "Sound",
    "Spooled",
    "Stage",
    "Stone",
    "Store",
    "StoreUnavailable",
    "Stuck",
    "TextAsked",
    "TextMessage",
    "Throttle",
    "Verified",
    "Wording",
    "migrate",
    "occupied",
]
