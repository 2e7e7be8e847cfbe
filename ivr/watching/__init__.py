"""WHAT THE LINE TELLS OF ITSELF: the log, figures, what goes to Sentry and OpenTelemetry; nothing personal.

`count` may be called from any part of the line; `NOTES` is where the answers to callers are noted.
"""

from ivr.watching.notes import NOTES, SILENT, Answered, Notes, Silent, count

__all__ = ["NOTES", "SILENT", "Answered", "Notes", "Silent", "count"]
