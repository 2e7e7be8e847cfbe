"""Which notices each member of staff wants, and in which way."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Row, delete, select

from ivr.store.part import Part
from ivr.store.staff_tables import accounts
from ivr.store.tables_notices import choices

DIGEST: Final = "digest"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which notices somebody wants, in which way. `mobile` is sealed."""

    email: frozenset[str]
    text: frozenset[str]
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may be told: an account that is in use, and what it chose."""

    id: str
    email: str
    role: str
    choice: Choice


def mobile_of(account_id: str) -> str:
    """What ties a sealed mobile number to its account."""
    return f"mobile {account_id}"


def default_choice(role: str) -> Choice:
    """What somebody gets who has chosen nothing: what nobody should miss, by e-mail alone."""
    return Choice(frozenset({"overdue"} if role == "staff" else {"overdue", DIGEST}), frozenset())


class Choices(Part):
    """Raises StoreUnavailable as the store does."""

    def choice(self, account_id: str, role: str) -> Choice:
        """What somebody chose."""
        with self._reading() as connection:
            row = connection.execute(select(choices).where(choices.c.account_id == account_id)).mappings().first()
        return _choice(row["email"], row["text"], row["mobile"]) if row else default_choice(role)

    def choose(self, account_id: str, choice: Choice, now: datetime) -> None:
        """Take what somebody chose."""
        row = {"email": ",".join(sorted(choice.email)), "text": ",".join(sorted(choice.text)), "mobile": choice.mobile}

        def work(connection: Connection) -> None:
            connection.execute(delete(choices).where(choices.c.account_id == account_id))
            connection.execute(choices.insert().values(account_id=account_id, changed=now, **row))

        self._write(work)

    def readers(self) -> tuple[Reader, ...]:
        """Everybody whose account is in use."""
        query = (
            select(accounts.c.id, accounts.c.email.label("address"), accounts.c.role, choices)
            .join_from(accounts, choices, choices.c.account_id == accounts.c.id, isouter=True)
            .where(accounts.c.status == "active")
            .order_by(accounts.c.id)
        )
        with self._reading() as connection:
            return tuple(_reader(row) for row in connection.execute(query))


def _reader(row: Row[tuple[object, ...]]) -> Reader:
    chosen = _choice(row.email, row.text, row.mobile) if row.changed else default_choice(row.role)
    return Reader(row.id, row.address, row.role, chosen)


def _choice(email: str, text: str, mobile: str) -> Choice:
    return Choice(frozenset(filter(None, email.split(","))), frozenset(filter(None, text.split(","))), mobile)
