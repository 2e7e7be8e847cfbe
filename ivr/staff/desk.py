"""What the pages of staff are given to work with, and how a section of them takes its place."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint

from ivr.config import Config
from ivr.sealing import Sealing
from ivr.staff.access import Access, Who
from ivr.store import Accounts, Audit, Drafts, SecondSteps, Store, Throttle


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a section may need; made once, shared by all threads."""

    config: Config
    store: Store
    audit: Audit
    accounts: Accounts
    drafts: Drafts
    steps: SecondSteps
    throttle: Throttle
    access: Access
    sealing: Sealing
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the navigation: its text, the endpoint it leads to (`staff.…`), and who sees it."""

    text: str
    endpoint: str
    who: Who = "staff"


@dataclass(frozen=True, slots=True)
class Section:
    """Some pages: what adds their routes, and their lines in the navigation."""

    install: Callable[[Blueprint, Desk], None]
    links: tuple[Link, ...] = ()
