"""Which file says a text, and what happens when there is none."""

import multiprocessing
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ivr.audio.clip import Entry, from_json, to_json
from ivr.audio.folder import AudioFolder, write_manifest, write_whole
from ivr.audio.library import Library

HELLO = ("en-GB", "normal", "Hello.")
SOUND = bytes(58 + 12000)
"""A second and a half: as long as the manifests say."""


def entry(text: str = "Hello.", voice: str = "reserve", content: str = "a") -> Entry:
    return Entry(
        f"/audio/en-GB/hello-normal-{content * 16}.wav", "hello", "en-GB", "normal", text, 1.5, voice, "0" * 64
    )


@pytest.fixture
def folder(tmp_path: Path) -> AudioFolder:
    place = AudioFolder(tmp_path)
    for where, manifest, one in [
        (place.built, place.manifest, entry()),
        (place.spoken, place.shipped, entry("Shipped.", "kokoro", "b")),
    ]:
        write_whole(where / one.file, SOUND)
        write_manifest(manifest, [one])
    return place


def test_a_text_is_found_by_language_pace_and_words(folder: AudioFolder) -> None:
    library = Library.open(folder.root)
    clip = library.find(*HELLO)
    assert clip
    assert (clip.path, clip.seconds, clip.voice) == (entry().path, 1.5, "reserve")
    assert library.find("en-GB", "slow", "Hello.") is None
    assert library.find("pl", "normal", "Hello.") is None
    assert library.find("en-GB", "normal", "Hello") is None


def test_shipped_audio_is_found_before_anything_was_built(folder: AudioFolder) -> None:
    folder.manifest.unlink()
    clip = Library.open(folder.root).find("en-GB", "normal", "Shipped.")
    assert clip
    assert clip.voice == "kokoro"


def test_what_was_built_here_takes_the_place_of_shipped_audio(folder: AudioFolder) -> None:
    write_manifest(folder.shipped, [entry("Hello.", "kokoro", "b")])
    clip = Library.open(folder.root).find(*HELLO)
    assert clip
    assert clip.voice == "reserve"


def test_a_content_network_serves_the_same_paths(folder: AudioFolder) -> None:
    clip = Library.open(folder.root, "https://cdn.example/plainline/").find(*HELLO)
    assert clip
    assert clip.url == "https://cdn.example/plainline" + clip.path


@pytest.mark.parametrize("left", [b"", SOUND[:100], SOUND[:-60], None])
def test_a_deleted_empty_or_cut_off_file_is_not_played(folder: AudioFolder, left: bytes | None) -> None:
    library = Library.open(folder.root, patience=3600)
    assert library.find(*HELLO)
    spoil(folder.built / entry().file, left)
    assert library.find(*HELLO) is None
    assert library.file(entry().file) is None
    assert Library.open(folder.root).find(*HELLO) is None


def spoil(path: Path, left: bytes | None) -> None:
    """In its place, as a copy that was broken off leaves it."""
    if left is None:
        path.unlink()
    else:
        path.write_bytes(left)


def test_a_file_that_may_not_be_read_is_not_played() -> None:
    """Asked as somebody who may not read everything; pytest's own folder is closed to such a person."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        file = root / "built" / entry().file
        write_whole(file, SOUND)
        write_manifest(AudioFolder(root).manifest, [entry()])
        root.chmod(0o755)
        assert found_by_anybody(root)
        file.chmod(0)
        assert not found_by_anybody(root)


def found_by_anybody(root: Path) -> bool:
    def find() -> None:
        if os.getuid() == 0:
            os.setuid(65534)
        sys.exit(0 if Library.open(root).find(*HELLO) else 1)

    child = multiprocessing.get_context("fork").Process(target=find)
    child.start()
    child.join()
    return child.exitcode == 0


@pytest.mark.parametrize("left", [b"", SOUND[:100], None])
def test_ready_made_answers_are_thrown_away_when_a_file_goes_and_when_it_comes_back(
    folder: AudioFolder, left: bytes | None
) -> None:
    library = Library.open(folder.root, patience=0)
    whole = library.version
    spoil(folder.built / entry().file, left)
    damaged = library.version
    assert damaged != whole
    assert library.find(*HELLO) is None
    (folder.built / entry().file).write_bytes(SOUND)
    assert library.version != damaged
    assert library.find(*HELLO)


@pytest.mark.parametrize("left", [SOUND[:100], None])
def test_the_shipped_voice_takes_over_from_a_file_that_is_gone(folder: AudioFolder, left: bytes | None) -> None:
    write_manifest(folder.shipped, [entry("Hello.", "kokoro", "b")])
    library = Library.open(folder.root, patience=0)
    spoil(folder.built / entry().file, left)
    clip = library.find(*HELLO)
    assert clip
    assert clip.voice == "kokoro"


def test_a_file_that_comes_after_its_manifest_is_played(folder: AudioFolder) -> None:
    """A deploy copies in any order."""
    (folder.built / entry().file).unlink()
    library = Library.open(folder.root, patience=0)
    assert library.find(*HELLO) is None
    write_whole(folder.built / entry().file, SOUND)
    assert library.find(*HELLO)


def test_a_new_manifest_is_read_while_the_line_runs(folder: AudioFolder) -> None:
    library = Library.open(folder.root, patience=0)
    before = library.version
    write_whole(folder.built / entry(content="c").file, SOUND)
    write_manifest(folder.manifest, [entry("Changed.", content="c")])
    assert library.find("en-GB", "normal", "Changed.")
    assert library.find(*HELLO) is None
    assert library.version != before


def test_the_disk_is_looked_at_once_in_a_while_only(folder: AudioFolder) -> None:
    library = Library.open(folder.root, patience=3600)
    library.find(*HELLO)
    write_manifest(folder.manifest, [])
    assert library.find(*HELLO)


@pytest.mark.parametrize("damage", ["", "[{", '[{"path": 1}]', '{"a": 2}', "[3]"])
def test_a_damaged_manifest_silences_nothing_that_was_known(folder: AudioFolder, damage: str) -> None:
    library = Library.open(folder.root, patience=0)
    folder.manifest.write_text(damage)
    assert library.find(*HELLO)


def test_a_damaged_manifest_at_the_start_leaves_shipped_audio(folder: AudioFolder) -> None:
    folder.manifest.write_text("[{")
    assert Library.open(folder.root).find("en-GB", "normal", "Shipped.")


def test_no_folder_is_an_empty_library(tmp_path: Path) -> None:
    assert Library.open(tmp_path / "none").find(*HELLO) is None


@pytest.mark.parametrize(
    "path", ["/audio/../../etc/passwd", "/audio/en-GB/../x-normal-aaaaaaaaaaaaaaaa.wav", "/etc/passwd"]
)
def test_a_manifest_names_audio_files_only(path: str) -> None:
    bad = to_json([entry()]).replace(entry().path, path)
    with pytest.raises(ValueError, match="no audio file"):
        from_json(bad)


def test_a_link_out_of_the_folder_is_not_played(folder: AudioFolder, tmp_path: Path) -> None:
    target = folder.built / entry(content="d").file
    target.symlink_to(Path(__file__))
    write_manifest(folder.manifest, [entry(content="d")])
    assert Library.open(folder.root).find(*HELLO) is None


def test_a_file_is_never_seen_half_written(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "file"
    write_whole(target, b"old")
    with pytest.raises(TypeError):
        write_whole(target, "text is not bytes")  # type: ignore[arg-type]
    assert target.read_bytes() == b"old"
    assert os.listdir(target.parent) == ["file"]  # noqa: PTH208
    # The line may run under another account than the one that builds.
    assert stat.S_IMODE(target.stat().st_mode) == 0o644


def test_the_callers_path_loads_nothing_that_makes_sound() -> None:
    code = "import sys, ivr.audio.library, ivr.audio.serve; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "soxr", "soundfile", "pydub", "py_nanotts", "gtts", "requests"} & set(loaded)


def test_many_files_are_found_as_each_is_found_alone(tmp_path):
    folder, outside = AudioFolder(tmp_path / "audio"), tmp_path / "secret.wav"
    for place in (folder.built, folder.spoken):
        (place / "en-GB").mkdir(parents=True)
    outside.write_bytes(b"secret")
    for place, name in (
        (folder.spoken, "plain"),
        (folder.spoken, "both"),
        (folder.built, "both"),
        (folder.built, "new"),
    ):
        (place / "en-GB" / f"{name}.wav").write_bytes(b"RIFF")
    (folder.built / "en-GB" / "inside.wav").symlink_to(folder.built / "en-GB" / "new.wav")
    (folder.built / "en-GB" / "out.wav").symlink_to(outside)
    (folder.built / "en-GB" / "plain.wav").symlink_to(outside)
    (folder.built / "cy-GB").symlink_to(tmp_path)
    names = ("plain", "both", "new", "inside", "out", "missing", "../en-GB/new", "../../../secret", "")
    files = [f"en-GB/{name}.wav" for name in names] + ["cy-GB/secret.wav", "nowhere/x.wav", "en-GB", "en-GB/", "\0"]

    find = folder.finder()
    assert [find(file) for file in files] == [folder.find(file) for file in files]
    assert [file for file in files if find(file) is None] == [
        *("en-GB/out.wav", "en-GB/missing.wav", "en-GB/../../../secret.wav", "en-GB/.wav"),
        *("cy-GB/secret.wav", "nowhere/x.wav", "en-GB", "en-GB/", "\0"),
    ]
