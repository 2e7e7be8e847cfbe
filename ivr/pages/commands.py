"""`ivr script` and `ivr map`: the whole line as text, and its flow as a picture."""

import json
from pathlib import Path
from typing import Final

import click

from ivr.flow.line import Flow
from ivr.line import LONDON, clock
from ivr.pages.book import Book, book

_PROMPTS: Final = click.option(
    "--prompts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path("prompts"),
    show_default=True,
    help="The folder with the words and menus.",
)
_LANGUAGE: Final = click.option("--language", default="", help="Another language, such as pl-PL; drafts are marked.")


@click.command()
@_PROMPTS
@_LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="For a machine: one JSON object.")
def script(prompts: Path, language: str, *, as_json: bool) -> None:
    """Everything that the line says, as plain text of 72 columns.

    \b
    To read or print:        ivr script
    A draft, to check it:    ivr script --language pl-PL
    For a machine:           ivr script --json
    """
    from ivr.pages.text import as_text, as_values

    told, today = _book(prompts, language), clock().astimezone(LONDON).date()
    click.echo(json.dumps(as_values(told, today), ensure_ascii=False, indent=2) if as_json else as_text(told, today))


@click.command()
@_PROMPTS
@_LANGUAGE
@click.option("--text", "as_words", is_flag=True, help="The same as text: each stop, its keys and where they lead.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file to write it to.")
@click.option("--url", default="", help="Where the boxes lead, such as https://line.example.org.")
def map(prompts: Path, language: str, output: Path | None, url: str, *, as_words: bool) -> None:  # noqa: A001 - the command's name
    """The whole flow as a picture, in SVG.

    \b
    Write it to a file:    ivr map --output map.svg
    The same as text:      ivr map --text
    """
    told = _book(prompts, language)
    written = _words(told) if as_words else _picture(told, url)
    if output:
        output.write_text(written + "\n", "utf-8")
        click.echo(f"written: {output}")
    else:
        click.echo(written)


def _book(prompts: Path, language: str) -> Book:
    from ivr.prompts.load import load

    flow: Flow = load(prompts)
    if language and language not in flow.words:
        raise click.BadParameter(
            f"no words for {language}; there are: {', '.join(flow.words)}", param_hint="--language"
        )
    return book(flow, language or flow.line.languages[0])


def _words(told: Book) -> str:
    from ivr.pages.text import map_text

    return map_text(told)


def _picture(told: Book, url: str) -> str:
    from ivr.pages.chart import chart_of
    from ivr.pages.drawing import as_svg

    return as_svg(chart_of(told), alone=True, script=f"{url.rstrip('/')}/script")
