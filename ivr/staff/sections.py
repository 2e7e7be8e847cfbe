"""The sections of the pages of staff, in the order of the navigation. A new one is one line here."""

from typing import Final

from ivr.staff import (
    account,
    audit_pages,
    dialling,
    hearing,
    home,
    invites,
    jobs_page,
    kept,
    notices_page,
    people,
    privacy_pages,
    provider,
    queue_pages,
    renewing,
    request_forms,
    request_pages,
    second_step,
    sign_in,
)
from ivr.staff.desk import Section
from ivr.staff.queue_sheet import SECTION as QUEUE_SHEET
from ivr.staff.report_pages import SECTION as REPORTS

SECTIONS: Final[tuple[Section, ...]] = (
    home.SECTION,
    queue_pages.SECTION,
    QUEUE_SHEET,
    REPORTS,
    request_pages.SECTION,
    request_forms.SECTION,
    hearing.SECTION,
    dialling.SECTION,
    renewing.SECTION,
    audit_pages.SECTION,
    jobs_page.SECTION,
    people.SECTION,
    privacy_pages.SECTION,
    account.SECTION,
    notices_page.SECTION,
    invites.SECTION,
    kept.SECTION,
    sign_in.SECTION,
    second_step.SECTION,
    provider.SECTION,
)
