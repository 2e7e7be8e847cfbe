"""GOV.UK Frontend without what is GOV.UK's own."""

import re
import subprocess
import sys

import pytest

from ivr.staff import assets
from tests.rules.source import TOP


def test_nothing_of_the_brand_is_left() -> None:
    style = (assets.MADE / assets.STYLE).read_text("utf-8")

    assert len(style) > 100_000
    for mark in ("GDS Transport", "crest", "@font-face", "/assets/", "sourceMappingURL"):
        assert mark not in style
    assert re.findall(r"url\((?!\"?data:)", style) == []
    assert sorted(path.name for path in assets.MADE.iterdir()) == [
        "govuk-frontend.min.css",
        "govuk-frontend.min.js",
        "made-from",
    ]


@pytest.mark.parametrize(
    "left", ["a{font-family:GDS Transport}", "b{background:url(/assets/images/x.svg)}", "c{src:url(http://x/y.woff2)}"]
)
def test_more_of_the_brand_than_we_know_stops_everything(left: str) -> None:
    with pytest.raises(assets.AssetsError, match="its own brand"):
        assets.unbranded(left)


def test_what_is_there_is_not_made_again() -> None:
    done = subprocess.run([sys.executable, "-m", "ivr.staff.assets", "--made"], cwd=TOP, check=False)

    assert done.returncode == 0


def test_a_change_of_the_lock_makes_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert assets.made()
    monkeypatch.setattr(assets, "_PINS", ("package.json",))
    assert not assets.made()


def test_without_npm_it_says_what_mends_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(assets, "made", lambda: False)
    monkeypatch.setattr(assets.shutil, "which", lambda *_, **_named: None)

    assert assets.main([]) == 1
    assert "sudo apt-get install -y npm" in capsys.readouterr().err


def test_a_failing_npm_says_why(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error code EINTEGRITY' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(assets, "made", lambda: False)
    monkeypatch.setattr(assets.shutil, "which", lambda *_, **_named: str(npm))

    assert assets.main([]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "npm error code EINTEGRITY",
        "npm could not fetch GOV.UK Frontend. It needs the npm registry, once.",
    ]
