"""`ivr check`: what the line says and where each key leads, every mistake at once."""

import gc
import json
import sys
from datetime import date
from pathlib import Path
from typing import Final

import click

from ivr.flow.line import Flow
from ivr.prompts import guide, schema
from ivr.prompts.findings import Finding, PromptsError
from ivr.prompts.load import Loaded, load_with_positions
from ivr.prompts.proving import Proved, machine, prove, table

MISTAKES: Final = 1
"""Exit code when there are mistakes."""


@click.command()
@click.option(
    "--prompts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path("prompts"),
    show_default=True,
    help="The folder with the words and menus.",
)
@click.option("--json", "as_json", is_flag=True, help="For a machine: findings, and keys and seconds for each node.")
@click.option("--schema", "as_schema", is_flag=True, help="Write the JSON Schemas that editors check with, and stop.")
@click.option(
    "--guide",
    "document",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Write the list of kinds and keys in docs/authors.md anew, and stop.",
)
def check(prompts: Path, document: Path | None, *, as_json: bool, as_schema: bool) -> None:
    """Check what the line says and where each key leads: that no caller is stranded, and that all can be followed.

    For each node, worst first: keys and seconds to a person or a callback, seconds to the first choice (each at
    normal and at slow pace), choices down from the main menu, and the words in each part.

    \b
    Before every change goes live:  ivr check
    Another folder:                 ivr check --prompts drafts
    In a script:                    ivr check --json
    """
    if as_schema or document:
        _write(prompts if as_schema else None, document)
        return
    loaded, proved, findings = examine(prompts, date.today())
    if as_json:
        click.echo(json.dumps(machine(proved, findings), indent=2))
    else:
        click.echo(_told(loaded, proved, findings))
    if any(one.severity == "error" for one in findings):
        sys.exit(MISTAKES)


def examine(prompts: Path, today: date) -> tuple[Loaded | None, Proved | None, tuple[Finding, ...]]:
    """The flow and its proof, when it can be loaded, and everything found, worst first."""
    gc.disable()  # millions of small values are made and none in a circle: collecting costs a third of the time
    try:
        loaded = load_with_positions(prompts)
        proved = prove(loaded, today)
    except PromptsError as error:
        return None, None, error.findings
    finally:
        gc.enable()
    return loaded, proved, proved.findings


def _told(loaded: Loaded | None, proved: Proved | None, findings: tuple[Finding, ...]) -> str:
    errors = sum(one.severity == "error" for one in findings)
    shown = [table(proved.report.rows), ""] if proved else []
    lines = [*shown, *(str(one) for one in findings), *(f"{one} (waived)" for one in (proved.waived if proved else ()))]
    if errors:
        lines.append(f"{errors} {'mistake' if errors == 1 else 'mistakes'}; the line will not take this.")
    elif loaded:
        lines.append(f"{_size(loaded.flow)}: no mistakes")
    return "\n".join(lines)


def _size(flow: Flow) -> str:
    prompts = len(flow.words[flow.line.languages[0]].prompts)
    return f"{len(flow.nodes)} nodes, {prompts} prompts, {len(flow.facts)} facts"


def _write(prompts: Path | None, document: Path | None) -> None:
    for path in schema.write(prompts) if prompts else ():
        click.echo(f"written: {path}")
    if document:
        document.write_text(guide.renewed(document.read_text("utf-8")), "utf-8")
        click.echo(f"written: {document}")
