"""The stand-in's table of verbs against the attributes and nesting that Twilio's own library offers."""

import inspect

import pytest
from twilio.twiml import TwiML, lower_camel
from twilio.twiml import voice_response as library

from ivr.rehearsal.verbs import VERBS

CLASSES = {
    "Response": library.VoiceResponse,
    "Gather": library.Gather,
    "Dial": library.Dial,
    "Say": library.Say,
    "emphasis": library.SsmlEmphasis,
    "lang": library.SsmlLang,
    "p": library.SsmlP,
    "s": library.SsmlS,
    "prosody": library.SsmlProsody,
    "w": library.SsmlW,
}
"""Elements that hold others, and their class in the library."""

CONTENT = {"message", "words", "url", "number", "phone_number", "sip_url", "name", "self", "kwargs"}
"""Arguments that become text, not attributes. <Number url> and <Dial><Queue url> are told apart below."""

NOT_PLAYED = {
    "Response": {
        "Connect", "Echo", "Enqueue", "Leave", "Pay", "Prompt", "Queue", "Refer", "Sms", "Start", "Stop",
    },
    "Dial": {"Client", "Conference", "Queue", "Sim", "Sip", "Application", "WhatsApp"},
}  # fmt: skip
"""Real verbs that this line has no use for: the stand-in cannot play them, so it refuses them."""

NOT_TAKEN = {
    ("Gather", "bargeIn"): "not in the documentation's table of attributes; a key always stops what is nested",
    ("Gather", "debug"): "not documented",
    ("Gather", "enhanced"): "deprecated",
    ("Record", "recordingConfigurationId"): "for stored recording settings, which this line does not have",
    ("Dial", "recordingConfigurationId"): "for stored recording settings, which this line does not have",
    ("Dial", "events"): "not documented",
    ("Dial", "passports"): "not documented",
    ("Number", "machineDetection"): "the line asks the person to press 1; it does not guess what answered",
    ("Number", "machineDetectionTimeout"): "as machineDetection",
    ("Number", "machineDetectionSpeechThreshold"): "as machineDetection",
    ("Number", "machineDetectionSpeechEndThreshold"): "as machineDetection",
    ("Number", "machineDetectionSilenceTimeout"): "as machineDetection",
    ("Number", "amdStatusCallback"): "as machineDetection",
    ("Number", "amdStatusCallbackMethod"): "as machineDetection",
}
"""Attributes that the library offers and the stand-in refuses, and why."""


def _offered(name):
    """The elements that the library lets stand inside this one, and the method that puts them there."""
    own = {
        member: method
        for member, method in inspect.getmembers(CLASSES[name], inspect.isfunction)
        if member not in dict(inspect.getmembers(TwiML, inspect.isfunction)) and not member.startswith("_")
    }
    return {_title(name, member): method for member, method in own.items()}


def _title(parent, member):
    if parent not in {"Response", "Gather", "Dial"}:
        return {"break_": "break", "say_as": "say-as"}.get(member, member)
    return {"whats_app": "WhatsApp"}.get(member, member.capitalize())


def _attributes(child, method):
    names = [name for name in inspect.signature(method).parameters if name not in CONTENT]
    if child == "Number":
        names.append("url")
    return {TwiML.MAP.get(name, lower_camel(name)) for name in names}


@pytest.mark.parametrize("name", CLASSES)
def test_what_may_stand_inside_agrees_with_the_library(name):
    assert VERBS[name].inside == set(_offered(name)) - NOT_PLAYED.get(name, set())


@pytest.mark.parametrize("name", NOT_PLAYED)
def test_what_is_not_played_is_really_offered_and_really_refused(name):
    assert NOT_PLAYED[name] <= set(_offered(name))
    assert not NOT_PLAYED[name] & set(VERBS)


PAIRS = [(parent, child) for parent in CLASSES for child in sorted(VERBS[parent].inside)]


@pytest.mark.parametrize(("parent", "child"), PAIRS)
def test_attributes_agree_with_the_library(parent, child):
    offered = _attributes(child, _offered(parent)[child])
    refused = {attribute for element, attribute in NOT_TAKEN if element == child}
    taken = set(VERBS[child].attributes)
    assert offered - refused == taken - ({"digits"} if child == "Play" and "digits" not in offered else set())


@pytest.mark.parametrize(("element", "attribute"), NOT_TAKEN)
def test_each_refused_attribute_is_really_offered(element, attribute):
    parents = [parent for parent in CLASSES if element in VERBS[parent].inside]
    assert any(attribute in _attributes(element, _offered(parent)[element]) for parent in parents)
