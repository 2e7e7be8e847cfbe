"""How people of one language talk to a telephone line: the small words, by data. `ears` decides with it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Speechways:
    """One language's ways of talking. Phrases are written as spoken; case, accents and apostrophes do not matter."""

    polite: tuple[str, ...]
    """Politeness and hesitation: they never mean anything."""
    fillers: tuple[str, ...]
    """Words around a choice that add nothing to it."""
    asides: tuple[str, ...]
    """Words that mean something alone, and nothing beside a choice: `again`, `sorry`, `yes`."""
    idioms: tuple[str, ...]
    """Fixed expressions whose words do not mean what they mean alone: `one moment`, `no worries`."""
    negations: tuple[str, ...]
    """Words that turn the rest of the sentence round."""
    breaks: tuple[str, ...]
    """Words that end what a negation covers."""
    retractions: tuple[str, ...]
    """Words between a choice and its correction."""
    alternatives: tuple[str, ...]
    """Words between two choices of a caller who has not decided."""
    numbers: tuple[tuple[str, tuple[str, ...]], ...]
    """Each key and its words, besides those that the line's own words bring."""
    ordinals: tuple[tuple[str, tuple[str, ...]], ...]
    """Each key and its place in a list."""
    last: tuple[str, ...]
    """Words for the last choice of a menu."""
    sound_alikes: tuple[tuple[str, tuple[str, ...]], ...]
    """Each key and words that sound like it: believed only when nothing else was said."""
    carriers: tuple[str, ...]
    """Words that make a number a choice: `option`, `press`."""
    pronouns: tuple[str, ...]
    """Numbers that also stand for something just named."""
    pointers: tuple[str, ...]
    """Words before a pronoun that make it no number: `that one`."""
    same: tuple[tuple[str, ...], ...]
    """Groups of phrases with one meaning: a choice that has the first has all of them."""
    misheard: tuple[tuple[str, str], ...]
    """What recognisers write, and what was said."""
    lookalikes: tuple[str, ...]
    """Words of their own that look like a choice: the caller is asked."""
    plural: str = ""
    """Ending that does not change a word's meaning here."""
    yes: str = "yes"
    no: str = "no"


def _split(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in text.split("|"))


_HELP = "help with|help me with|some help with|information|info"
_FRAMES = (
    "talk about|talk to you about|speak about|speak to you about|ask about|ask you about|find out|know about|hear about"
    "|know more|to know|tell me|more about|go for|go with|put me through to|connect me to|connect me with|take me to"
    "|move me to|send me to|calling about|phoning about|ringing about|here about|interested in|looking for|looking at"
    "|looking to|look at|has to be|have to|got to|had better|go back to|back to|if you can|if you could|if thats ok"
    "|if thats okay|if thats all right|if possible|if i may|if you dont mind|wouldnt mind|dont mind if i do"
    "|as soon as possible|i think|i guess|i suppose|i reckon|i believe|i said|i say|i am saying|im saying"
    "|i choose|i pick"
    "|ill choose|ill pick|i select|i press|i pressed|ive pressed|can i choose|choose option|someone to|somebody to"
    "|a person to|get someone to|can someone|could someone|can somebody|could somebody|id prefer|i prefer|would prefer"
    "|it would be|it will be|itll be|that would be|would be best|is best|would be better|is better|suits me|suit me"
    "|works for me|is good|is fine|would be good|would be fine|would be great|would be lovely|do it|to do|i live in"
    "|i am in|im in|were in|we live in|live in|were under|im under|comes under|come under|what is|what are|whats"
    "|what about|how about|how does|how do i|where is|when i|this is|at the moment|my answer is|the answer is"
    "|go on then"
    "|make it|part about|bit about|part on|bit on"
)
_SMALL = (
    "i|id|im|ill|ive|me|my|we|wed|us|our|you|your|am|is|are|be|being|it|its|itd|the|a|an|this|that|thats|these|those"
    "|some|there|theres|to|too|for|of|in|on|at|with|about|and|then|so|as|by|from|do|does|would|could|can|may|might|will"
    "|shall|should|like|want|wanna|need|prefer|fancy|love|have|having|get|getting|got|gotta|give|go|going"
    "|gonna|let|lets"
    "|try|take|use|using|just|really|only|simply|quite|bit|now|today|here|one|ones|thing|things|stuff|side|part|section"
    "|option|choice|select|pick|press|push|key|button|hit|say|saying|said|mean|if|possible"
)
_YES = (
    "yes|yeah|yep|yup|yah|ya|yea|aye|aye aye|ay|yes please|yes sir|ok|okay|okey dokey|all right|alright|sure|for sure"
    "|correct|thats correct|that is correct|right|thats right|that is right|thats it|thats the one|thats me|thats mine"
    "|thats fine|that is fine|please do|i do|i would|it is|it does|i am|i have|we do|we would|go ahead"
    "|go on then|of course"
    "|definitely|certainly|absolutely|exactly|indeed|why not|uh huh|mhm|mm hmm|mmhmm|you can|you may|by all means"
    "|if you would|true|spot on|too right|affirmative|thatll do|that will do|if you like"
)
_NO = (
    "no|nope|nah|naw|nay|na|no thanks|no thank you|no ta|no im not|im not|i am not|i dont|i do not|i wouldnt|i havent"
    "|we dont|we do not|please dont|dont|do not|it isnt|it is not|its not|it doesnt|id rather not|i would rather not"
    "|rather not|not really|not at all|not today|not right|not correct|thats wrong|that is wrong|wrong"
    "|its wrong|incorrect"
    "|thats not it|not that one|no way|certainly not|definitely not|absolutely not|of course not|dont want to"
    "|i dont want to|i dont think so|uh uh|nuh uh|negative|not me|not mine|no not really|you cant|you cannot|better not"
)
_PERSON = (
    "person|real person|a human|human|human being|operator|adviser please|speak to someone|talk to someone"
    "|speak to somebody"
    "|talk to somebody|speak to a person|talk to a person|someone real|member of staff|staff|agent|representative"
    "|customer service|customer services|reception|receptionist|put me through|a real human|somebody real|proper person"
    "|actual person|live person|speak with someone|speak with a person|a real person please|someone i can talk to"
    "|somebody i can talk to|anybody there|a person not a machine|talk with someone|speak to an adviser"
)
_AGAIN = (
    "again|say again|say that again|say it again|say that once more|once more|one more time|repeat|repeat that"
    "|repeat it"
    "|repeat please|pardon|pardon me|i beg your pardon|beg pardon|come again|you what|ya what|yer what|what"
    "|what was that"
    "|what did you say|what you say|whats that|eh|ey|sorry|sorry what|run that by me again|run it by me again"
    "|didnt catch that|i didnt catch that|didnt get that|i didnt get that|didnt hear that|i didnt hear|i didnt hear you"
    "|missed that|i missed that|gi us it again|gis it again|give us it again|give us that again|tell me again"
    "|hear it again"
    "|hear that again|play it again|play that again|go over that again|start that again|what were they|what was it"
    "|what are the options|what were the options|what were the choices|didnt catch it|i didnt understand that|huh|star"
)
_SLOWER = (
    "slower|slowly|more slowly|slow down|speak slower|slower please|too fast|thats too fast|youre too fast|not so fast"
    "|say it slower|say that slower|a bit slower|go slower|youre going too fast|talk slower|speak more slowly"
    "|slow it down"
)
_MORE_TIME = (
    "more time|wait|hold on|hang on|just a minute|just a moment|one moment|one minute|one second|a second"
    "|a minute|a moment"
    "|give me a minute|give me a moment|give me a second|one sec|just a sec|wait a minute|wait a moment"
    "|hang on a minute"
    "|hang on a sec|bear with me|two minutes|two ticks|half a mo|hold your horses|im thinking|let me think|hang about"
    "|hold the line|just a second|hang fire|bear with|let me get a pen|need a pen"
)
_GOODBYE = (
    "goodbye|good bye|bye|bye bye|bye now|ta ra|tara|ta ta|cheerio|see you|see ya|cheers bye|thanks bye"
    "|hang up|end the call"
    "|finish the call|finish the call now|bye for now|end call|end this call"
)
_NOTHING_ELSE = (
    "nothing else|nothing more|nowt else|nowt|nothing|thats all|that is all|thatll be all|that will be all"
    "|im done|i am done"
    "|all done|im finished|i am finished|ive finished|i have finished|no thats all|no thats it"
    "|thats everything|no nothing"
    "|that is everything|nothing thanks|no nothing else|that was all|done"
)

ENGLISH = Speechways(
    polite=_split(
        "please|pls|thanks|thank you|thank you very much|many thanks|thanks very much|ta|ta very much"
        "|ta muchly|cheers|um|umm"
        "|uhm|er|err|erm|ermm|uh|oh|ooh|ah|aah|hmm|hm|mm|mmm|hello|hi|hiya|ey up|ay up|excuse me|mate|pal|love"
        "|duck|me duck"
        "|dear|sweetheart|darling|bab|kindly|you know|like i said|if you please|good morning|good afternoon"
        "|good evening"
        "|let me see|lets see|now then"
    ),
    fillers=_split(f"{_HELP}|{_FRAMES}|{_SMALL}"),
    asides=_split(
        "yes|yeah|yep|yup|aye|ok|okay|right|alright|all right|sure|well|again|once more|sorry|wait|hold on"
        "|hang on|actually"
        "|what|say that again|repeat|repeat that|pardon|eh|go on|of course|definitely|that one|this one"
        "|i beg your pardon"
    ),
    idioms=_split(
        "one moment|one minute|one second|one sec|a second|just a second|two seconds|two secs|two minutes"
        "|two ticks|one sec|a sec"
        "|second thoughts|split second|any second|first of all|no worries|no problem|no bother|no doubt"
        "|no idea|no one|no matter"
        "|not bad|not a problem|not to worry|why not|yes and no|no comment|no end|one of those|one of them"
        "|one day|one thing"
        "|one more|one more time|one another|each other|help yourself|god help|back door|back of|back in"
        "|back then|back when|back and forth"
        "|behind my back|my back|by the way"
        "|north sea|wild west|west ham|west end|north face|north pole|kanye west|going on|oh no|good morning"
        "|morning all"
        "|one hundred|two hundred|a third|two thirds|yeah right|what the hell"
    ),
    negations=_split(
        "not|dont|never|cant|cannot|wont|isnt|arent|wasnt|werent|doesnt|didnt|wouldnt|couldnt|shouldnt|havent"
        "|hasnt|hadnt"
        "|mustnt|neednt|aint|without|except|nothing|none|nobody|neither|nor|nowt|stop|cancel|forget|avoid|hate"
        "|anything but"
        "|apart from|instead of|rather than|no more|no longer|no need|no point|wrong|refuse|against|sick of|unless"
    ),
    breaks=_split("but|i want|id like|i would like|i need|i said|i meant|i mean|its|just|only|give me|make it"),
    retractions=_split(
        "no|nope|no wait|sorry|actually|wait|i mean|i meant|or rather|no i mean|rather|hang on|no sorry"
        "|scratch that|but"
    ),
    alternatives=_split("or|either|versus|whichever|both|between"),
    numbers=(
        ("0", ("0", "zero", "nought", "naught", "nil")),
        ("1", ("1", "one", "wun")),
        ("2", ("2", "two")),
        ("3", ("3", "three")),
        ("4", ("4", "four")),
        ("5", ("5", "five")),
        ("6", ("6", "six")),
        ("7", ("7", "seven")),
        ("8", ("8", "eight")),
        ("*", ("star", "asterisk")),
        ("#", ("hash", "pound sign")),
    ),
    ordinals=(
        ("1", ("first", "1st", "top one")),
        ("2", ("second", "2nd")),
        ("3", ("third", "3rd")),
        ("4", ("fourth", "4th")),
        ("5", ("fifth", "5th")),
        ("6", ("sixth", "6th")),
        ("7", ("seventh", "7th")),
        ("8", ("eighth", "8th")),
    ),
    last=("last", "last one", "final one", "bottom one"),
    sound_alikes=(
        ("0", ("oh", "o")),
        ("1", ("won", "wan", "juan")),
        ("2", ("to", "too", "tu")),
        ("3", ("free", "tree", "thee")),
        ("4", ("for", "fore", "faw", "far")),
        ("8", ("ate",)),
    ),
    carriers=_split(
        "option|option number|number|press|press number|key|key number|button|button number|choice"
        "|choice number|no|pressing"
        "|push|select|pick|choose|opt for|hit|digit|option the"
    ),
    pronouns=("one",),
    pointers=_split(
        "that|this|which|no|any|every|another|each|what|wrong|right|other|some|the|these|not|only|a|good|bad"
    ),
    same=(
        _split(_YES),
        _split(_NO),
        _split(_PERSON),
        _split(_AGAIN),
        _split(_SLOWER),
        _split(_MORE_TIME),
        _split(_GOODBYE),
        _split(_NOTHING_ELSE),
        _split("back|go back|back one|previous|step back|go back one|back please|the one before|last menu|back a step"),
        _split("main menu|menu|start again|start over|the start|beginning|from the top|back to the start|the menu"),
        _split("help|help me|i need help|im stuck|im lost|im confused|what do i do|what can i say|what do i say|hint"),
    ),
    misheard=(
        ("meditation", "mediation"),
        ("mediating", "mediation"),
        ("mediate", "mediation"),
        ("mediations", "mediation"),
        ("advise", "advice"),
        ("compliant", "complaint"),
        ("compliance", "complaint"),
        ("complain", "complaint"),
        ("complaining", "complaint"),
        ("mourning", "morning"),
        ("mornin", "morning"),
        ("operater", "operator"),
        ("parson", "person"),
        ("nawth", "north"),
        ("norf", "north"),
        ("norths", "north"),
        ("wes", "west"),
        ("arternoon", "afternoon"),
        ("summat", "something"),
        ("owt", "anything"),
        ("nuffink", "nothing"),
        ("choosing", "choose"),
        ("chose", "choose"),
        ("goodby", "goodbye"),
        ("phoned", "phone"),
    ),
    lookalikes=_split(
        "medication|meditating|dedication|median|medallion|forth|worth|vest|best|rest|test|better|meditations"
    ),
    plural="s",
)
"""English as it is spoken in Northamptonshire and elsewhere in Britain."""
