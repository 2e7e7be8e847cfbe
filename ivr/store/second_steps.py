"""The second step of signing in: codes from an app, each good once; and recovery codes, each good once."""

import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from ivr.store.audit import Audit, Deed
from ivr.store.engine import Database
from ivr.store.part import Part
from ivr.store.sessions import end_all
from ivr.store.staff_tables import accounts, recovery_codes


class SecondSteps(Part):
    """The secrets of apps, sealed by whoever calls, and recovery codes as keyed hashes. Raises StoreUnavailable."""

    def __init__(self, database: Database, audit: Audit, key: str) -> None:
        super().__init__(database)
        self._audit: Final = audit
        self._key: Final = key.encode()

    def begin(self, account_id: str, sealed: str, step: int, codes: Collection[str], now: datetime) -> None:
        """An app is set up, and its code of this step used; these are the recovery codes, instead of all before."""

        def work(connection: Connection) -> None:
            values = {"totp": sealed, "totp_step": step}
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(**values))
            self._put(connection, account_id, codes)
            self._note(connection, account_id, "second-step-set", account_id, now)

        self._write(work)

    def use(self, account_id: str, step: int) -> bool:
        """Use the code of a step. False when it, or a later one, was used."""
        fresh = (accounts.c.id == account_id) & (accounts.c.totp_step < step)
        return self._write(
            lambda connection: connection.execute(update(accounts).where(fresh).values(totp_step=step)).rowcount == 1
        )

    def renew(self, account_id: str, codes: Collection[str], now: datetime) -> None:
        """New recovery codes; the old ones are good no more."""

        def work(connection: Connection) -> None:
            self._put(connection, account_id, codes)
            self._note(connection, account_id, "recovery-codes-renewed", account_id, now)

        self._write(work)

    def recover(self, account_id: str, code: str, now: datetime) -> bool:
        """Use a recovery code. False when it is none, or was used."""

        def work(connection: Connection) -> bool:
            mine = (recovery_codes.c.account_id == account_id) & (recovery_codes.c.id == self._hashed(account_id, code))
            if connection.execute(delete(recovery_codes).where(mine)).rowcount != 1:
                return False
            self._note(connection, account_id, "recovery-code-used", account_id, now)
            return True

        return self._write(work)

    def left(self, account_id: str) -> int:
        """How many recovery codes somebody has left."""
        with self._reading() as connection:
            mine = select(func.count()).where(recovery_codes.c.account_id == account_id)
            return connection.execute(mine).scalar_one()

    def take_away(self, account_id: str, by: str, now: datetime) -> None:
        """Have somebody set it up again at their next sign-in: the app and all codes are gone, sessions ended."""

        def work(connection: Connection) -> None:
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(totp="", totp_step=-1))
            connection.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
            end_all(connection, account_id, now)
            self._note(connection, by, "second-step-taken-away", account_id, now)

        self._write(work)

    def _put(self, connection: Connection, account_id: str, codes: Collection[str]) -> None:
        connection.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
        rows = [{"account_id": account_id, "id": self._hashed(account_id, code)} for code in codes]
        connection.execute(insert(recovery_codes), rows)

    def _hashed(self, account_id: str, code: str) -> str:
        return hmac.new(self._key, f"recovery {account_id} {code}".encode(), hashlib.sha256).hexdigest()

    def _note(self, connection: Connection, by: str, what: str, account_id: str, now: datetime) -> None:
        self._audit.note(connection, Deed(by, what, f"account:{account_id}"), now)
