"""Who may sign in to the pages of staff. Everything that changes it is in the log, in the same transaction."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ivr.store.audit import Audit, Deed
from ivr.store.engine import Database
from ivr.store.part import Part
from ivr.store.sessions import end_all
from ivr.store.staff_tables import accounts, invites

Role = Literal["staff", "lead", "administrator"]
"""What somebody may do; each may do all that those before it may."""
ROLES: Final[tuple[Role, ...]] = get_args(Role)
Status = Literal["invited", "active", "disabled", "rehearsal"]
INVITE_FOR: Final = timedelta(hours=1)


class AccountError(ValueError):
    """It cannot be done to this account; the text says why, to whoever asked for it."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person. Secrets are no part of it but for the hash of the password and the sealed secret of the codes."""

    id: str
    name: str
    email: str
    role: Role
    status: Status
    password: str
    totp: str
    totp_step: int
    subject: str
    telephone: str
    created: datetime
    signed_in: datetime | None


class Accounts(Part):
    """The accounts. Times are UTC. Raises AccountError for what cannot be, StoreUnavailable when the database is away.

    `by` is who does it: the id of an account, or `ivr` for the command line.
    """

    def __init__(self, database: Database, audit: Audit) -> None:
        super().__init__(database)
        self._audit: Final = audit

    def of(self, account_id: str) -> Account | None:
        """One account."""
        with self._reading() as connection:
            return _one(connection, accounts.c.id == account_id)

    def by_email(self, email: str) -> Account | None:
        """The account with this address, in whatever case it is written."""
        with self._reading() as connection:
            return _one(connection, accounts.c.email == email.strip().lower())

    def everybody(self) -> list[Account]:
        """All accounts, by name."""
        with self._reading() as connection:
            rows = connection.execute(select(accounts).order_by(func.lower(accounts.c.name), accounts.c.id))
            return [_account(row) for row in rows]

    def invite(self, name: str, email: str, role: Role, by: str, now: datetime) -> tuple[Account, str]:
        """A new account, and the word of the link with which its person chooses a password, once, within an hour."""
        word, account_id = secrets.token_urlsafe(32), secrets.token_hex(8)

        def work(connection: Connection) -> Account:
            if _one(connection, accounts.c.email == email.strip().lower()):
                raise AccountError("There is an account with this email address already")
            row = {"id": account_id, "name": name.strip(), "email": email.strip().lower(), "role": role}
            connection.execute(insert(accounts).values(**row, status="invited", created=now))
            _leave_invite(connection, account_id, word, now)
            self._note(connection, by, "account-invited", account_id, now, role=role)
            return _must(connection, account_id)

        return self._write(work), word

    def invite_again(self, account_id: str, by: str, now: datetime) -> str:
        """The word of a new link; earlier ones lead nowhere. Who has a second factor still needs it."""
        word = secrets.token_urlsafe(32)

        def work(connection: Connection) -> None:
            if _must(connection, account_id).status not in {"invited", "active"}:
                raise AccountError("This account is disabled: enable it first")
            _leave_invite(connection, account_id, word, now)
            self._note(connection, by, "account-link", account_id, now)

        self._write(work)
        return word

    def invited(self, word: str, now: datetime) -> Account | None:
        """Whose link this is; None when it was used, is too old, or never was."""
        with self._reading() as connection:
            account_id = _invited(connection, word, now)
            return _one(connection, accounts.c.id == account_id) if account_id else None

    def accept(self, word: str, password: str, now: datetime) -> Account | None:
        """Take the password, as its hash, of whoever holds this link. None when the link is no longer good."""

        def work(connection: Connection) -> Account | None:
            account_id = _invited(connection, word, now)
            if account_id is None:
                return None
            connection.execute(delete(invites).where(invites.c.account_id == account_id))
            self._change(connection, account_id, now, password=password, status="active")
            self._note(connection, account_id, "password-set", account_id, now, how="link")
            return _must(connection, account_id)

        return self._write(work)

    def set_password(self, account_id: str, password: str, now: datetime) -> None:
        """A new password, as its hash, chosen by its own person. Ends every session."""

        def work(connection: Connection) -> None:
            self._change(connection, account_id, now, password=password)
            self._note(connection, account_id, "password-set", account_id, now)

        self._write(work)

    def set_telephone(self, account_id: str, telephone: str, now: datetime) -> None:
        """Their own number, on which they are rung for calls by click; empty where they have none."""

        def work(connection: Connection) -> None:
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(telephone=telephone))
            self._note(connection, account_id, "telephone-set", account_id, now)

        self._write(work)

    def rehash(self, account_id: str, password: str) -> None:
        """The same password as a newer hash."""
        mine = accounts.c.id == account_id
        self._write(lambda connection: connection.execute(update(accounts).where(mine).values(password=password)))

    def set_role(self, account_id: str, role: Role, by: str, now: datetime) -> None:
        """Another role. Ends every session of the account."""

        def work(connection: Connection) -> None:
            before = _must(connection, account_id)
            _keep_one_administrator(connection, before, leaves=role != "administrator")
            self._change(connection, account_id, now, role=role)
            self._note(connection, by, "role-changed", account_id, now, before=before.role, after=role)

        self._write(work)

    def disable(self, account_id: str, by: str, now: datetime) -> None:
        """Nobody signs in with it any more; sessions end at once, links lead nowhere."""

        def work(connection: Connection) -> None:
            _keep_one_administrator(connection, _must(connection, account_id), leaves=True)
            connection.execute(delete(invites).where(invites.c.account_id == account_id))
            self._change(connection, account_id, now, status="disabled")
            self._note(connection, by, "account-disabled", account_id, now)

        self._write(work)

    def enable(self, account_id: str, by: str, now: datetime) -> None:
        """It may be used again, with the password and second factor it had."""

        def work(connection: Connection) -> None:
            status = "active" if _must(connection, account_id).password else "invited"
            self._change(connection, account_id, now, status=status)
            self._note(connection, by, "account-enabled", account_id, now)

        self._write(work)

    def link_subject(self, account_id: str, subject: str, now: datetime) -> None:
        """Who it is at the provider of single sign-on, from its first sign-in there on; the account is in use."""

        def work(connection: Connection) -> None:
            values = {"subject": subject, "status": "active"}
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(**values))
            self._note(connection, account_id, "provider-linked", account_id, now)

        self._write(work)

    def rehearsal(self, now: datetime) -> Account:
        """The account of a rehearsal, which has no password and is good for nothing else."""

        def work(connection: Connection) -> Account:
            account_id = "rehearsal"
            if _one(connection, accounts.c.id == account_id) is None:
                row = {"id": account_id, "name": "Robin Rehearsal", "email": "rehearsal@example.org"}
                values = {**row, "role": "administrator", "status": "rehearsal", "created": now}
                connection.execute(insert(accounts).values(**values))
            return _must(connection, account_id)

        return self._write(work)

    def _change(self, connection: Connection, account_id: str, now: datetime, **values: object) -> None:
        """Change it, and end its sessions."""
        connection.execute(update(accounts).where(accounts.c.id == account_id).values(**values))
        end_all(connection, account_id, now)

    def _note(self, connection: Connection, by: str, what: str, account_id: str, now: datetime, **more: str) -> None:
        self._audit.note(connection, Deed(by, what, f"account:{account_id}", more), now)


def hashed(word: str) -> str:
    """By what a word of ours, which nobody could guess, is known in the database."""
    return hashlib.sha256(word.encode()).hexdigest()


def active_administrators(connection: Connection) -> Collection[str]:
    """The ids of those who can administer."""
    wanted = select(accounts.c.id).where(accounts.c.role == "administrator", accounts.c.status == "active")
    return list(connection.execute(wanted).scalars())


def _keep_one_administrator(connection: Connection, account: Account, *, leaves: bool) -> None:
    if leaves and list(active_administrators(connection)) == [account.id]:
        raise AccountError("This is the only administrator: make somebody else one first")


def _leave_invite(connection: Connection, account_id: str, word: str, now: datetime) -> None:
    connection.execute(delete(invites).where(invites.c.account_id == account_id))
    values = {"id": hashed(word), "account_id": account_id, "expires": now + INVITE_FOR}
    connection.execute(insert(invites).values(**values))


def _invited(connection: Connection, word: str, now: datetime) -> str | None:
    wanted = select(invites.c.account_id).where(invites.c.id == hashed(word), invites.c.expires > now)
    found: str | None = connection.execute(wanted).scalar()
    return found


def _must(connection: Connection, account_id: str) -> Account:
    found = _one(connection, accounts.c.id == account_id)
    if found is None:
        raise AccountError("There is no such account")
    return found


def _one(connection: Connection, condition: object) -> Account | None:
    row = connection.execute(select(accounts).where(condition)).one_or_none()  # type: ignore[arg-type]
    return _account(row) if row else None


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(*(row._mapping[name] for name in Account.__slots__))  # noqa: SLF001 - SQLAlchemy's public name
