"""E-mail to staff: notices, and invitations. Each is handed over until the mail server has taken it: at least once.

SMTP has no way to ask whether a letter was taken, so after a lost answer there is a choice: perhaps twice, or perhaps
never. A notice that never comes may cost a family its call, one that comes twice costs nobody anything: so, perhaps
twice. The letter is the same to the byte then, its Message-ID too, by which many mail programs show it once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from ivr.flow.line import Flow
from ivr.jobs.notices import digest_lines, lines_of
from ivr.jobs.runner import Again, Dead, Done, Patience, Result
from ivr.line import LONDON
from ivr.mail import Letter, Posted
from ivr.store import Account, AccountError, Accounts, Job, Notice, Notices
from ivr.store.choices import DIGEST

PATIENCE: Final = Patience(attempts=14, first=30.0, longest=7200.0)
"""Tried for about nine hours: a mail server may be down for a night, or take what strangers send only later."""


class Post(Protocol):
    """Whoever takes letters. Does not raise."""

    def post(self, letter: Letter) -> Posted:
        """Hand one letter over."""


@dataclass(frozen=True, slots=True)
class Letters:
    """The jobs that send e-mail."""

    notices: Notices
    accounts: Accounts
    post: Post
    flow: Callable[[], Flow]
    url: str
    now: Callable[[], datetime]

    def notice(self, job: Job) -> Result:
        """Send one notice; marked before and after, so that one whose worker was killed is sent again."""
        found = self.notices.notice(job.payload["notice"])
        reader = self.accounts.of(found.account_id) if found else None
        if found is None or found.status in {"sent", "closed"}:
            return Done()
        if reader is None or reader.status != "active":
            self.notices.told(found.id, "closed", "the account is not in use")
            return Done()
        self.notices.sending(found.id, self.now())
        posted = self.post.post(letter_of(found, reader.email, self.flow().line.name, self.url))
        self.notices.told(found.id, _STATUS[posted.status], posted.trouble)
        return _result(posted)

    def invitation(self, job: Job) -> Result:
        """Send a link that is made now, so that none is ever stored: the newest works, for an hour."""
        account = self.accounts.of(job.payload["account"])
        if account is None or account.status != job.payload["status"]:
            return Done()  # a password was chosen, or the account disabled, meanwhile
        try:
            word = self.accounts.invite_again(account.id, "ivr", self.now())
        except AccountError:
            return Done()
        letter = invitation_of(account, f"{self.url}/staff/invite/{word}", self.flow().line.name, job.id, self.now())
        return _result(self.post.post(letter))


_STATUS: Final = {"sent": "sent", "later": "queued", "unknown": "sending", "refused": "refused"}


def _result(posted: Posted) -> Result:
    match posted.status:
        case "sent":
            return Done()
        case "refused":
            return Dead(posted.trouble)
        case _:
            return Again(posted.trouble)


def letter_of(notice: Notice, to: str, line: str, url: str) -> Letter:
    """A notice as an e-mail: the same each time it is made."""
    digest = DIGEST in notice.counts
    lines = digest_lines(notice.counts) if digest else lines_of(notice.counts)
    local = notice.created.astimezone(LONDON)
    at = f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"
    told = "\n".join(f"- {one}" for one in lines)
    body = (
        f"{'The queue' if digest else 'What needs staff'} on {at}:\n\n{told}\n\n"
        f"Sign in to see more: {url}/staff\n\n"
        "This message says nothing of anybody who called. A machine sent it; nobody reads answers.\n"
        f"To choose what you are told: {url}/staff/account/notices\n"
    )
    return Letter(to, f"{line} staff: {_subject(notice, digest=digest)}", body, f"notice-{notice.id}", notice.created)


def _subject(notice: Notice, *, digest: bool) -> str:
    if digest:
        return f"{notice.counts.get('open', 0)} waiting, {notice.counts.get('overdue', 0)} overdue"
    if len(notice.counts) > 1:
        return "requests need you"  # one that came at night may be due today as well: nobody is to add them up
    (number,) = notice.counts.values()
    return "1 request needs you" if number == 1 else f"{number} requests need you"


def invitation_of(account: Account, link: str, line: str, job_id: str, now: datetime) -> Letter:
    """A link as an e-mail. Each has another link, so each is another letter."""
    body = (
        f"Somebody who looks after {line} made you an account for its staff pages, or a new link to yours.\n\n"
        f"Choose a password here, once, within an hour:\n{link}\n\n"
        "If you have more than one of these messages, only the newest link works. When the hour is over, ask for a new "
        "one.\nIf you did not expect this, leave it: nothing happens without you.\n"
    )
    return Letter(account.email, f"{line} staff: choose a password", body, f"invitation-{job_id}-{now:%H%M%S}", now)
