"""Single sign-on, for lines that have it; the others start without the packages that it needs."""

from flask import Blueprint

from ivr.staff.desk import Desk, Section


def _install(pages: Blueprint, desk: Desk) -> None:
    known = desk.config.staff.provider
    if known is not None:
        from ivr.staff.openid import install

        install(pages, desk, known)


SECTION = Section(_install)
