"""Where a value stands in a saved call, and what to write there instead: a mistake in an author's words."""

from dataclasses import dataclass

from ivr.prompts.findings import Place
from ivr.prompts.yaml_text import Data, Items, Pairs, Tree


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a dialog, by the way to it: `("steps", 2, "press")`; with `of_key` the key there, not its value."""

    file: str
    path: tuple[str | int, ...] = ()
    of_key: bool = False

    def inside(self, step: str | int) -> "Spot":
        """One step further in."""
        return Spot(self.file, (*self.path, step))

    def key(self, name: str) -> "Spot":
        """The key of that name, as it is written here."""
        return Spot(self.file, (*self.path, name), of_key=True)

    def __str__(self) -> str:
        """The file, and the step where there is one, counted from 1."""
        step = self.path[1] if self.path[:1] == ("steps",) and len(self.path) > 1 else None
        return f"{self.file}, step {step + 1}" if isinstance(step, int) else self.file


class DialogError(Exception):
    """A dialog is not written as the format asks. `text` says what to write instead, `spot` where."""

    def __init__(self, spot: Spot, text: str) -> None:
        super().__init__(f"{spot}: {text}")
        self.spot, self.text = spot, text


def place_of(tree: Tree, spot: Spot) -> Place:
    """The line and column of a spot, or of the nearest thing around it that was written."""
    place = tree.place
    for step in spot.path:
        match tree:
            case Pairs(pairs=pairs) if step in pairs:
                place, tree = pairs[str(step)]
            case Items(items=items) if isinstance(step, int):
                tree = items[step]
                place = tree.place
            case _:
                return place
    return place if spot.of_key else tree.place


def text_at(value: Data, spot: Spot) -> str:
    """The value as text. Raises DialogError for a list or a map."""
    if not isinstance(value, str):
        name = next((step for step in reversed(spot.path) if isinstance(step, str)), "")
        raise DialogError(spot, f"here is {kind(value)}; write words on one line, such as `{name}: some words`")
    return value


def list_at(value: Data, spot: Spot) -> list[Data]:
    """The value as a list. Raises DialogError for anything else."""
    if not isinstance(value, list):
        raise DialogError(spot, f"here is {kind(value)}; write each thing on a line of its own that begins with `- `")
    return value


def pairs_at(value: Data, spot: Spot, such_as: str) -> dict[str, Data]:
    """The value as names with what belongs to each. Raises DialogError, with an example, for anything else."""
    if not isinstance(value, dict) or not value:
        raise DialogError(spot, f"here is {kind(value)}; write {such_as}")
    return value


def kind(value: Data) -> str:
    """What was found, in an author's words."""
    match value:
        case "":
            return "nothing"
        case str():
            return f"'{value[:40]}'"
        case list():
            return "a list"
        case _:
            return "a map, which is names with a colon" if value else "an empty map"
