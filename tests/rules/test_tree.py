"""The top of the tree is the map of the design: a newcomer sees at once what is what."""

from tests.rules.source import TOP, files

MAP = frozenset(
    {
        "app.py",
        "gunicorn.conf.py",
        "prompts",
        "audio",
        "ivr",
        "dev.py",
        "Makefile",
        "tests",
        "docs",
        "deploy",
        "requirements",
        "pyproject.toml",
    }
    | {"package.json", "package-lock.json", ".npmrc"}
    | {"README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", ".ci", ".editorconfig", ".gitattributes", ".gitignore"}
)
PACKAGES = frozenset(
    {"doctor", "settings", "jobs", "flow", "prompts", "audio", "store", "phone", "staff", "rehearsal", "pages"}
    | {"watching", "health"}
)
MODULES = frozenset(
    {
        "line.py",
        "promises.py",
        "decided.py",
        "listening.py",
        "intake.py",
        "numbers.py",
        "sealing.py",
        "sounds.py",
        "personal.py",
        "mail.py",
    }
    | {"commands.py", "background.py", "privacy.py", "safekeeping.py", "cli.py", "config.py", "factory.py"}
    | {"__init__.py"}
)


def strangers(names: list[str]) -> list[str]:
    """Files that are nowhere on the map."""
    return [name for name in names if not _placed(name)]


def _placed(name: str) -> bool:
    top, _, rest = name.partition("/")
    inner = rest.partition("/")[0]
    return top in MAP and (top != "ivr" or inner in PACKAGES | MODULES)


def test_every_file_has_its_place_on_the_map() -> None:
    assert strangers(files(TOP)) == []


def test_a_file_off_the_map_is_seen() -> None:
    names = ["app.py", "notes.txt", "scripts/x.py", "ivr/flow/engine.py", "ivr/billing.py", "ivr/sms/a.py"]

    assert strangers(names) == ["notes.txt", "scripts/x.py", "ivr/billing.py", "ivr/sms/a.py"]
