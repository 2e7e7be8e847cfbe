"""What tells staff, put together: who looks, who writes, who posts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache

from ivr.config import Config
from ivr.flow.line import Flow
from ivr.jobs.letters import Letters, Post
from ivr.jobs.notices import NOTICES, Telling
from ivr.jobs.runner import Work
from ivr.line import clock
from ivr.mail import Mail
from ivr.prompts.load import Watched
from ivr.sealing import Sealing
from ivr.store import Accounts, Audit, Choices, Notices, Store
from ivr.store.choices import DIGEST
from ivr.store.notices import INVITATION, LETTER


def telling(
    config: Config, store: Store, *, texts: bool, now: Callable[[], datetime] = clock, post: Post | None = None
) -> Mapping[str, Work]:
    """The work of telling staff, by kind of job: none where the line can send neither e-mail nor texts.

    `post` takes the place of the mail server of the settings.
    """
    settings = config.notices
    mail = post or (Mail(settings.mail) if settings.mail else None)
    if mail is None and not texts:
        return {}
    database, flow = store.database, _flow(config)
    found, url = Notices(database), config.public_url
    tell = Telling(
        found, Choices(database), Sealing(config.encryption_keys), flow, settings, url, (mail is not None, texts), now
    )
    looking = {NOTICES: tell.look}
    if mail is None:
        return looking
    accounts = Accounts(database, Audit(database, config.encryption_keys))
    letters = Letters(found, accounts, mail, flow, url, now)
    return looking | {DIGEST: tell.digest, LETTER: letters.notice, INVITATION: letters.invitation}


def _flow(config: Config) -> Callable[[], Flow]:
    """The flow as it is now, read when it is first needed: a worker starts without it."""

    @cache
    def watched() -> Watched:
        return Watched(config.prompts_dir)

    return lambda: watched().flow
