"""JSON Schemas of the files of `prompts/`, made from the dataclasses, for editors that check as you type."""

import json
from dataclasses import Field, fields, is_dataclass
from datetime import date, time
from pathlib import Path
from types import UnionType
from typing import Any, Final, Literal, NewType, Union, get_args, get_origin

from ivr.flow.line import Line
from ivr.flow.nodes import KINDS, READ_BACK, PromptId
from ivr.flow.wording import Words
from ivr.prompts.annotations import SHAPES, hints_of, required, shorthand

Schema = dict[str, Any]

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: Final[dict[Any, Schema]] = {
    str: {"type": "string"},
    int: {"type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]{1,6}$"},
    bool: {"enum": ["yes", "no", "true", "false", True, False]},
    date: {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    time: {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"},
}
"""Numbers and yes-or-no may stand as text: the loader reads YAML as text, editors do not."""


def schemas() -> dict[str, str]:
    """The text of each schema file, by its name in `prompts/`."""
    made = {"line": _whole(Line), "menu": _menu(), "words": _whole(Words)}
    return {f"{name}.schema.json": json.dumps(schema, indent=2) + "\n" for name, schema in made.items()}


def write(folder: Path) -> list[Path]:
    """Write the schema files into the folder; the paths written."""
    paths = []
    for name, text in schemas().items():
        (folder / name).write_text(text, "utf-8")
        paths.append(folder / name)
    return paths


def _whole(wanted: type) -> Schema:
    parts: dict[str, Schema] = {}
    top = _object(wanted, parts)
    return {"$schema": DRAFT, "title": wanted.__name__, **top, "$defs": parts}


def _menu() -> Schema:
    """One node a file: its kind says which keys it has."""
    parts: dict[str, Schema] = {}
    for kind, wanted in KINDS.items():
        made = _object(wanted, parts)
        parts[wanted.__name__] = made | {"properties": {"kind": {"const": kind}, **made["properties"]}}
    ways = [
        {
            "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
            "then": {"$ref": f"#/$defs/{wanted.__name__}"},
        }
        for kind, wanted in KINDS.items()
    ]
    kinds: Schema = {"kind": {"description": "what this node does", "enum": list(KINDS)}}
    top: Schema = {"$schema": DRAFT, "title": "Node", "type": "object", "required": ["kind"], "properties": kinds}
    return {**top, "allOf": ways, "$defs": parts}


def _object(wanted: Any, parts: dict[str, Schema]) -> Schema:
    return {
        "description": wanted.__doc__.split("\n")[0],
        "type": "object",
        "additionalProperties": False,
        "required": list(required(wanted)),
        "properties": {field.name: _field(wanted, field, parts) for field in fields(wanted)},
    }


def _field(owner: Any, field: Field[Any], parts: dict[str, Schema]) -> Schema:
    made = _of(hints_of(owner)[field.name], parts)
    if made.get("type") == "array":
        made |= {"minItems": 1} if field.name in required(owner) else {}
        if field.name in {"ask", "says"} and get_args(hints_of(owner)[field.name])[:1] == (PromptId,):
            made["items"] = {"anyOf": [made["items"], {"enum": sorted(READ_BACK)}]}
    return {"description": field.metadata["about"], **made}


def _of(wanted: Any, parts: dict[str, Schema]) -> Schema:
    origin, inner = get_origin(wanted), get_args(wanted)
    if isinstance(wanted, NewType):
        return {"type": "string", "pattern": f"^({SHAPES[wanted][0]})$"}
    if origin in {Union, UnionType}:
        return _of(inner[0], parts)
    if origin is Literal:
        return {"enum": list(inner)}
    if origin is tuple:
        return {"type": "array", "items": _of(inner[0], parts)}
    if origin is dict:
        return {"type": "object", "propertyNames": _of(inner[0], parts), "additionalProperties": _of(inner[1], parts)}
    return _part(wanted, parts) if is_dataclass(wanted) else dict(_PLAIN[wanted])


def _part(wanted: Any, parts: dict[str, Schema]) -> Schema:
    """A class inside another, told once; text may stand for it where the loader takes that."""
    name = wanted.__name__
    if name not in parts:
        parts[name] = _object(wanted, parts)
    part: Schema = {"$ref": f"#/$defs/{name}"}
    return {"anyOf": [{"type": "string"}, part]} if shorthand(wanted) else part
