"""The part of the command line that is about staff: `ivr staff`."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

from ivr.config import Config

if TYPE_CHECKING:
    from ivr.staff.desk import Desk
    from ivr.store import Account


@click.group()
def staff() -> None:
    """Who may sign in to the pages of staff.

    \b
    The first administrator:  ivr staff add "Sam Person" sam@example.org
    Who has an account:       ivr staff list
    A new link for somebody:  ivr staff invite sam@example.org
    """


@staff.command()
@click.argument("name")
@click.argument("email")
@click.option(
    "--role", type=click.Choice(["staff", "lead", "administrator"]), default="administrator", show_default=True
)
def add(name: str, email: str, role: str) -> None:
    """Make an account, and print the link with which its person chooses a password: once, within an hour.

    \b
    The first one:  ivr staff add "Sam Person" sam@example.org
    Not so much:    ivr staff add "Alex Person" alex@example.org --role staff
    """
    from ivr.staff.invites import link
    from ivr.staff.named import wrong_address, wrong_name

    if wrong := wrong_name(name) or wrong_address(email):
        how = 'give a name and an e-mail address: ivr staff add "Sam Person" sam@example.org'
        raise click.UsageError(f"{wrong}; {how}")
    with desk(Config.from_env()) as opened:
        account, word = opened.accounts.invite(name, email, role, "ivr", opened.now())  # type: ignore[arg-type]  # click chose
        click.echo(_told(account, link(opened, word)))


@staff.command("list")
@click.option("--json", "as_json", is_flag=True, help="For a machine: one JSON list.")
def list_people(*, as_json: bool) -> None:
    """List the accounts.

    \b
    To read:        ivr staff list
    For a machine:  ivr staff list --json
    """
    with desk(Config.from_env()) as opened:
        rows = [_row(account) for account in opened.accounts.everybody()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo("  ".join(str(value or "-") for value in row.values()))
    if not rows:
        click.echo('Nobody has an account. The first: ivr staff add "Sam Person" sam@example.org')


@staff.command()
@click.argument("email")
def invite(email: str) -> None:
    """Print a new link for somebody who has an account. Earlier links stop working; the second step stays.

    \b
    The usual one:  ivr staff invite sam@example.org
    """
    from ivr.staff.invites import link

    with desk(Config.from_env()) as opened:
        account = _of(opened, email)
        click.echo(_told(account, link(opened, opened.accounts.invite_again(account.id, "ivr", opened.now()))))


@staff.command()
@click.argument("email")
def disable(email: str) -> None:
    """Let somebody sign in no more. Their sessions end at once.

    \b
    The usual one:  ivr staff disable sam@example.org
    """
    with desk(Config.from_env()) as opened:
        account = _of(opened, email)
        opened.accounts.disable(account.id, "ivr", opened.now())
        click.echo(f"{account.name} cannot sign in any more.")


@contextmanager
def desk(config: Config) -> "Iterator[Desk]":
    """What commands about staff work with, meanwhile."""
    from ivr.staff.web import desk_of
    from ivr.store import Store

    with closing(Store.open(config.database_url)) as store:
        yield desk_of(config, store)


def _of(desk: "Desk", email: str) -> "Account":
    found = desk.accounts.by_email(email)
    if found is None:
        raise click.UsageError(f"nobody has an account with {email}; see: ivr staff list")
    return found


def _told(account: "Account", address: str) -> str:
    return f"{account.name} chooses a password here, once, within an hour:\n{address}"


def _row(account: "Account") -> dict[str, object]:
    return {
        "name": account.name,
        "email": account.email,
        "role": account.role,
        "status": account.status,
        "second_step": "yes" if account.totp else "no",
        "signed_in": account.signed_in.isoformat() if account.signed_in else None,
    }
