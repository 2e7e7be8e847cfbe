"""`/audio/…`: exact type, long caching, ranges, and nothing but audio files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ivr.audio.clip import Entry
from ivr.audio.folder import AudioFolder, write_manifest, write_whole
from ivr.audio.library import Library
from ivr.audio.serve import audio_pages

NAME = "en-GB/hello-normal-0123456789abcdef.wav"
URL = f"/audio/{NAME}"
CONTENT = b"RIFF" + bytes(range(200))
SIZE = len(CONTENT)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    folder = AudioFolder(tmp_path / "audio")
    write_whole(folder.built / NAME, CONTENT)
    write_whole(folder.built / "secret.txt", b"secret")
    write_manifest(folder.manifest, [Entry(URL, "hello", "en-GB", "normal", "Hello.", 0.02, "x", "f" * 64)])
    app = Flask(__name__)
    app.register_blueprint(audio_pages(Library.open(folder.root)))
    with app.test_client() as one:
        yield one


def test_a_file_has_its_exact_type_and_may_be_kept_for_a_year(client: FlaskClient) -> None:
    with client.get(URL) as answer:
        assert answer.data == CONTENT
        assert answer.headers["Content-Type"] == "audio/wav"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"] == "inline"
        assert set(answer.headers["Cache-Control"].split(", ")) == {"public", "max-age=31536000", "immutable"}
        assert answer.headers["Content-Length"] == str(len(CONTENT))
        assert answer.headers["ETag"] == f'"{"f" * 64}"'


def test_head_has_the_same_headers_and_no_body(client: FlaskClient) -> None:
    with client.head(URL) as answer:
        assert answer.data == b""
        assert answer.headers["Content-Length"] == str(len(CONTENT))


def test_a_file_that_is_known_is_not_sent_again(client: FlaskClient) -> None:
    with client.get(URL, headers={"If-None-Match": f'"{"f" * 64}"'}) as answer:
        assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "status", "sent"),
    [
        ("bytes=0-9", 206, CONTENT[:10]),
        ("bytes=-4", 206, CONTENT[-4:]),
        ("bytes=200-", 206, CONTENT[200:]),
        ("bytes=200-999999999", 206, CONTENT[200:]),
        ("bytes=-999999999", 206, CONTENT),
    ],
)
def test_a_part_of_a_file(client: FlaskClient, asked: str, status: int, sent: bytes) -> None:
    with client.get(URL, headers={"Range": asked}) as answer:
        assert (answer.status_code, answer.data) == (status, sent)
        assert answer.headers["Content-Range"].startswith("bytes ")


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=5-2", "bytes=abc", "bytes=", "bytes", "bytes=-", "bytes=--5", "bytes=-0", "items=0-5", "bytes=0-1,5-6",
        "bytes=0-1,0-1,0-1,0-1", "bytes=0-999999999999999999999", "bytes=-999999999999", "bytes=\u0661-\u0663",
        "bytes=1e3-", "bytes= 0 - 4", "0-4", "bytes=0-4;q=1", "bytes=0x1-0x2", "bytes=" + "0-1," * 2000,
    ],
)  # fmt: skip
def test_an_odd_range_is_the_whole_file_or_refused_never_a_fault(client: FlaskClient, asked: str) -> None:
    with client.get(URL, headers={"Range": asked}) as answer:
        match answer.status_code:
            case 200:
                assert answer.data == CONTENT
            case 206:
                first, last = answer.headers["Content-Range"].removeprefix("bytes ").split("/")[0].split("-")
                assert answer.data == CONTENT[int(first) : int(last) + 1] != b""
            case other:
                assert other == 416


def test_a_part_of_an_older_file_is_not_mixed_with_this_one(client: FlaskClient) -> None:
    with client.get(URL, headers={"Range": "bytes=0-9", "If-Range": f'"{"0" * 64}"'}) as answer:
        assert (answer.status_code, answer.data) == (200, CONTENT)
    with client.get(URL, headers={"Range": "bytes=0-9", "If-Range": f'"{"f" * 64}"'}) as answer:
        assert (answer.status_code, answer.data) == (206, CONTENT[:10])


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=9999-"])
def test_a_part_beyond_the_end_is_refused(client: FlaskClient, asked: str) -> None:
    with client.get(URL, headers={"Range": asked}) as answer:
        assert answer.status_code == 416
        assert answer.headers["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "items=0-5", "bytes=5-2", "bytes=-0", "bytes=abc", "bytes=-"])
def test_a_range_that_is_not_one_part_is_passed_over(client: FlaskClient, asked: str) -> None:
    with client.get(URL, headers={"Range": asked}) as answer:
        assert (answer.status_code, answer.data) == (200, CONTENT)


def test_a_part_of_a_file_that_is_known_is_not_sent_again(client: FlaskClient) -> None:
    with client.get(URL, headers={"Range": "bytes=0-9", "If-None-Match": f'"{"f" * 64}"'}) as answer:
        assert (answer.status_code, answer.data) == (304, b"")


def test_head_speaks_of_the_whole_file(client: FlaskClient) -> None:
    with client.head(URL, headers={"Range": "bytes=0-9"}) as answer:
        assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(SIZE))


@pytest.mark.parametrize(
    "path",
    [
        "/audio/", "/audio", "/audio/en-GB/", "/audio/manifest.json", "/audio/secret.txt", "/audio/built/" + NAME,
        "/audio/../audio/" + NAME, "/audio/en-GB/../" + NAME, "/audio/..%2f..%2fetc/passwd", "/audio/%2e%2e/secret.txt",
        "/audio/en-GB/..%5c..%5csecret.txt", "/audio//etc/passwd", "/audio/en-GB//hello-normal-0123456789abcdef.wav",
        "/audio/en-GB/hello-normal-0123456789abcdef.wav%00.txt", "/audio/en-GB/hello-normal-0123456789abcde0.wav",
        "/audio/EN-gb/hello-normal-0123456789abcdef.wav", "/audio/en-GB/hello-normal-0123456789abcdef.wav/",
        "/audio/en-GB/%0ahello-normal-0123456789abcdef.wav", "/audio/.hidden",
    ],
)  # fmt: skip
def test_anything_else_is_not_found(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        assert answer.status_code == 404
        assert b"secret" not in answer.data
        assert answer.headers.get("Cache-Control", "no-store") == "no-store"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_written(client: FlaskClient, method: str) -> None:
    with getattr(client, method)(URL) as answer:
        assert answer.status_code == 405


def test_a_file_of_the_build_before_is_still_served(client: FlaskClient, tmp_path: Path) -> None:
    write_manifest(AudioFolder(tmp_path / "audio").manifest, [])
    older = NAME.replace("hello", "older")
    write_whole(tmp_path / "audio" / "built" / older, CONTENT)
    with client.get(f"/audio/{older}") as answer:
        assert (answer.status_code, answer.data) == (200, CONTENT)


@pytest.mark.parametrize("left", [b"", CONTENT[:60], CONTENT[:-60]])
def test_a_file_that_was_cut_off_is_not_served_and_not_remembered(
    client: FlaskClient, tmp_path: Path, left: bytes
) -> None:
    (tmp_path / "audio" / "built" / NAME).write_bytes(left)
    with client.get(URL) as answer:
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    with client.get(f"/audio/{NAME.replace('hello', 'never')}") as answer:
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_an_older_file_without_any_sound_is_not_served(client: FlaskClient, tmp_path: Path) -> None:
    older = NAME.replace("hello", "older")
    write_whole(tmp_path / "audio" / "built" / older, bytes(44))
    with client.get(f"/audio/{older}") as answer:
        assert answer.status_code == 404


class Late(Library):
    """A library whose files go between being found and being opened."""

    def file(self, name: str) -> tuple[str, str] | None:
        found = super().file(name)
        if found:
            Path(found[0]).unlink()
        return found


def test_a_file_that_goes_in_that_moment_is_not_found_and_no_fault(tmp_path: Path) -> None:
    folder = AudioFolder(tmp_path)
    write_whole(folder.built / NAME, CONTENT)
    app = Flask(__name__)
    app.register_blueprint(audio_pages(Late(folder, "")))
    assert app.test_client().get(URL).status_code == 404


def test_a_link_out_of_the_folder_is_not_served(client: FlaskClient, tmp_path: Path) -> None:
    name = NAME.replace("hello", "outside")
    (tmp_path / "outside.wav").write_bytes(CONTENT)
    (tmp_path / "audio" / "built" / name).symlink_to(tmp_path / "outside.wav")
    with client.get(f"/audio/{name}") as answer:
        assert answer.status_code == 404
