"""The map of a call as SVG: no script, no style attribute, every box a link, a title and a description."""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final

from ivr.pages.boxes import BADGE, CHIP, LINE, PADDING, TITLE, Box, Chip
from ivr.pages.chart import Chart, Lane, Line

STYLE: Final = Path(__file__).parent / "map.css"
CLASSES: Final = {
    "question": "question",
    "yes or no": "question",
    "words": "spoken",
    "a call to the councils": "talk",
    "keys": "talk",
    "recording": "talk",
    "no words": "silent",
    "end": "end",
}
"""How each kind of box looks. Its kind is written in it too, so that no colour has to be told apart."""


def as_svg(chart: Chart, *, alone: bool = False, script: str = "/script") -> str:
    """The picture as one SVG element; `alone` is a file of its own, with its style inside. `script` is that page."""
    size = f'width="{chart.width:.0f}" height="{chart.height:.0f}" viewBox="0 0 {chart.width:.0f} {chart.height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="flow-map" {size} role="group"'
    title = f"Map of a call to {escape(chart.name)}"
    told = "Every stop of a call, and the keys that lead from one to the next. The same is told as a list of stops."
    return "\n".join(
        (
            f'{head} aria-labelledby="map-title map-told">',
            f'<title id="map-title">{title}</title>',
            f'<desc id="map-told">{told}</desc>',
            *((f"<style>{STYLE.read_text('utf-8')}</style>",) if alone else ()),
            *(piece for lane in chart.lanes for piece in _lane(chart, lane, script)),
            "</svg>",
        )
    )


def _lane(chart: Chart, lane: Lane, script: str) -> Iterator[str]:
    title = f"{lane.chapter.number} {escape(lane.chapter.title)}"
    yield f'<g id="map-{lane.chapter.number}" role="group" aria-label="{title}">'
    yield (
        f'<rect class="lane" x="4" y="{lane.top + 4:.0f}" width="{chart.width - 8:.0f}" '
        f'height="{lane.height - 8:.0f}" rx="8"/>'
    )
    yield f'<text class="lane-title" x="24" y="{lane.top + 38:.0f}" aria-hidden="true">{title}</text>'
    yield '<g aria-hidden="true">'
    yield from (_wire(line) for line in lane.lines)
    yield "</g>"
    yield from (piece for box in lane.boxes for piece in _box(box, script))
    yield '<g aria-hidden="true">'
    yield from (_pill(line) for line in lane.lines if line.label)
    yield "</g></g>"


def _wire(line: Line) -> str:
    """Down to the end of the layer, then a curve to the next; a small triangle where it arrives."""
    first, last = line.stretches[0], line.stretches[-1]
    path = f"M{first.x:.1f} {line.leaves:.1f}"
    for piece in line.stretches:
        half = (piece.to_y - piece.y) / 2
        path += f"V{piece.y:.1f}C{piece.x:.1f} {piece.y + half:.1f} {piece.to_x:.1f} {piece.to_y - half:.1f}"
        path += f" {piece.to_x:.1f} {piece.to_y:.1f}"
    tip = f"M{last.to_x:.1f} {last.to_y:.1f}l-5 -9h10z"
    return f'<path class="wire" d="{path}"/><path class="tip" d="{tip}"/>'


def _pill(line: Line) -> str:
    x, y = line.stretches[0].x, line.leaves
    left = x - line.label_width / 2
    return (
        f'<rect class="pill" x="{left:.1f}" y="{y - 11:.1f}" width="{line.label_width:.1f}" height="22" rx="11"/>'
        f'<text class="pill-text" x="{x:.1f}" y="{y + 4.5:.1f}">{escape(line.label)}</text>'
    )


def _box(box: Box, script: str) -> Iterator[str]:
    kind = "leaflet" if box.kind.startswith("leaflet") else CLASSES[box.kind]
    name = f"{box.entry.number} {box.entry.heading}"
    yield f'<a class="box {kind}" href="{escape(script)}#{box.entry.anchor}" aria-label="{escape(name)}">'
    radius = box.height / 2 if kind == "end" else 6
    yield (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="{radius:.0f}"/>'
    )
    left, y = box.x + PADDING, box.y + PADDING
    yield f'<text class="small" x="{left:.1f}" y="{y + 8:.1f}">{box.entry.number} · {escape(box.kind)}</text>'
    for number, text in enumerate(box.title, 1):
        yield f'<text class="title" x="{left:.1f}" y="{y + 9 + LINE * number:.1f}">{escape(text)}</text>'
    yield from (_chip(box, chip, number) for number, chip in enumerate(box.chips))
    yield "</a>"


def _chip(box: Box, chip: Chip, number: int) -> str:
    left = box.x + PADDING
    y = box.y + PADDING + LINE * (len(box.title) + 1) + CHIP * number + TITLE - 2
    text = f'<text class="way" x="{left + (BADGE if chip.key else 0):.1f}" y="{y:.1f}">{escape(chip.text)}</text>'
    if not chip.key:
        return text
    badge = f'<rect class="badge" x="{left:.1f}" y="{y - 14:.1f}" width="20" height="19" rx="4"/>'
    return f'{badge}<text class="badge-text" x="{left + 10:.1f}" y="{y:.1f}">{chip.key}</text>{text}'
