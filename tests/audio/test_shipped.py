"""The audio in git says the words in git, and is understood."""

import functools
from pathlib import Path

import pytest

from ivr.audio.badline import Line
from ivr.audio.build import build_utterances, utterances
from ivr.audio.check import Checked, check, faults, means, read_limits
from ivr.audio.clip import Entry, Utterance
from ivr.audio.folder import AudioFolder, read_manifest, sha256
from ivr.audio.lexicon import pieces, read_lexicon
from ivr.audio.plan import distinct, plan, take_stock
from ivr.audio.recogniser import Recogniser, Remembering, Whisper
from ivr.audio.tuned import TUNED, read_tuned
from ivr.audio.voice import RESERVE, SHIPPED, open_voice
from ivr.prompts.load import load

ROOT = Path(__file__).parents[2]
FOLDER = AudioFolder(ROOT / "audio")
LEXICON = read_lexicon(FOLDER.lexicon)
LIMITS = read_limits(ROOT / "pyproject.toml")
MOST_BYTES = 25_000_000
A_MINUTE = 60.0
RENDER = "say them: python3 dev.py voice; then listen, and commit audio/spoken"


@functools.cache
def line() -> list[Utterance]:
    return utterances(load(ROOT / "prompts"))


def shipped() -> list[Entry]:
    return read_manifest(FOLDER.shipped)


def listened(entries: list[Entry], ears: Recogniser, lines: tuple[Line, ...]) -> list[Checked]:
    return list(check(entries, FOLDER.root, ears, LEXICON, LIMITS.terms, lines))


def test_every_word_of_the_line_is_in_the_shipped_voice() -> None:
    planned = plan(line(), take_stock(FOLDER), open_voice(SHIPPED), SHIPPED, LEXICON, everything=False)
    missing = sorted({job.utterance.text for job in planned.missing})
    assert not missing, f"the shipped voice has not said these words yet; {RENDER}"


def test_every_sentence_with_a_speed_of_its_own_is_said() -> None:
    voice = open_voice(SHIPPED)
    said = {piece.text for one in line() for piece in pieces(voice.script(one.text, LEXICON), 0.0)}
    assert {sentence for sentence, _ in read_tuned(TUNED)} <= said


def test_nothing_is_shipped_that_the_line_does_not_say() -> None:
    texts = {(one.language, one.text) for one in line()}
    assert {(entry.language, entry.text) for entry in shipped()} <= texts
    listed = {entry.file for entry in shipped()}
    assert {path.relative_to(FOLDER.spoken).as_posix() for path in FOLDER.spoken.glob("*/*")} == listed


def test_shipped_files_are_whole_and_small_enough_for_git() -> None:
    files = [FOLDER.spoken / entry.file for entry in shipped()]
    assert [sha256(path) for path in files] == [entry.sha256 for entry in shipped()]
    assert sum(path.stat().st_size for path in files) < MOST_BYTES


def test_levels_silences_and_pace_are_within_the_limits() -> None:
    rows = list(check(shipped(), FOLDER.root, None, LEXICON, LIMITS.terms))
    assert rows
    assert not faults(rows, LIMITS)


def test_a_sample_of_the_line_is_understood() -> None:
    normal = [entry for entry in shipped() if entry.pace == "normal" and not entry.prompt.startswith("digit.")]
    rows = listened(normal[:: max(1, len(normal) // 12)][:12], Whisper("tiny"), ("mulaw",))
    [rate] = means(rows).rates.values()
    # The tiny recogniser is a poorer listener than the one that the limit is meant for.
    assert rate <= 2 * LIMITS.mean, [row.heard for row in rows]


@pytest.mark.parametrize("pace", ["normal", pytest.param("slow", marks=pytest.mark.prove)])
def test_every_digit_is_understood(pace: str) -> None:
    digits = [entry for entry in shipped() if entry.prompt.startswith("digit.") and entry.pace == pace]
    assert len(digits) == 10
    wrong = [row.heard for row in listened(digits, Whisper("tiny"), ("mulaw",)) if row.worst]
    assert not wrong


@pytest.mark.prove
@pytest.mark.parametrize("pace", ["normal", "slow"])
def test_the_whole_line_is_understood_on_good_and_bad_lines(pace: str) -> None:
    entries = [entry for entry in shipped() if entry.pace == pace]
    ears = Remembering(Whisper("base"), FOLDER.heard)
    assert not faults(listened(entries, ears, ("mulaw", "alaw", "noise")), LIMITS)


@pytest.mark.prove
def test_the_shipped_voice_says_the_same_words_in_the_same_bytes_again(tmp_path: Path) -> None:
    words = [one for one in line() if one.prompt in {"main.ask", "digit.4", "digit.8", "after.ask"}]
    for name in ("once", "again"):
        build_utterances(words, tmp_path / name, SHIPPED, everything=True, processes=1)
    once, again = (read_manifest(AudioFolder(tmp_path / name).shipped) for name in ("once", "again"))
    assert once == again
    lengths = {entry.path: entry.seconds for entry in shipped()}
    assert {entry.path: entry.seconds for entry in once} == {
        entry.path: pytest.approx(lengths[entry.path], abs=0.05) for entry in once
    }


@pytest.mark.prove
def test_the_whole_line_is_rebuilt_in_a_minute_in_the_reserve_voice_to_the_same_bytes(tmp_path: Path) -> None:
    wanted = [one for one in line() if one.language == "en-GB"]
    reports = [build_utterances(wanted, tmp_path / name, RESERVE, everything=True) for name in ("once", "again")]
    assert [report.made for report in reports] == [2 * len(distinct(wanted))] * 2
    once, again = (read_manifest(AudioFolder(tmp_path / name).manifest) for name in ("once", "again"))
    assert once == again
    assert min(report.seconds for report in reports) < A_MINUTE
