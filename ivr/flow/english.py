"""English as it is spoken in Northamptonshire and elsewhere in Britain, for `ears`."""

from ivr.flow.speechways import Speechways, phrases

_FILLERS = phrases("""
    help with|help me with|some help with|information|info|talk about|talk to you about|speak about|speak to you about
    |ask about|ask you about|find out|know about|hear about|know more|to know|tell me|more about|go for|go with
    |put me through to|connect me to|connect me with|take me to|move me to|send me to|calling about|phoning about
    |ringing about|here about|interested in|looking for|looking at|looking to|look at|has to be|have to|got to
    |had better|go back to|back to|if you can|if you could|if thats ok|if thats okay|if thats all right|if possible
    |if i may|if you dont mind|wouldnt mind|dont mind if i do|as soon as possible|i think|i guess|i suppose|i reckon
    |i believe|i said|i say|i am saying|im saying|i choose|i pick|ill choose|ill pick|i select|i press|i pressed
    |ive pressed|can i choose|choose option|someone to|somebody to|a person to|get someone to|can someone|could someone
    |can somebody|could somebody|id prefer|i prefer|would prefer|it would be|it will be|itll be|that would be
    |would be best|is best|are best|are better|are good|are fine|speak to|talk to|speak with|talk with|chat to|chat with
    |would be better|is better|suits me|suit me|works for me|is good|is fine|would be good|would be fine|would be great
    |would be lovely|do it|to do|i live in|i am in|im in|were in|we live in|live in|were under|im under|comes under
    |come under|what is|what are|whats|what about|how about|how does|how do i|where is|when i|this is|at the moment
    |my answer is|the answer is|go on then|make it|part about|bit about|part on|bit on|i|id|im|ill|ive|me|my|we|wed|us
    |our|you|your|am|is|are|be|being|it|its|itd|the|a|an|this|that|thats|these|those|some|there|theres|to|too|for|of|in
    |on|at|with|about|and|then|so|as|by|from|do|does|would|could|can|may|might|will|shall|should|like|want|wanna|need
    |prefer|fancy|love|have|having|get|getting|got|gotta|give|go|going|gonna|let|lets|try|take|use|using|just|really
    |only|simply|quite|bit|now|today|here|one|ones|thing|things|stuff|side|part|section|option|choice|select|pick|press
    |push|key|button|hit|say|saying|said|mean|if|possible|was wondering|wondering if|wondering about|wondering
    |was hoping|hoping to|hoping for|hoping|how it works|work|hear|obviously|obvs|basically|honestly|ideally|preferably
    |preferred|usually|generally|normally|early|at all|any|when|whatever time|which|council|service|line|team|people
    |department|area|way|good|fine|great|lovely|best|better|ideal|perfect|convenient|polish|romanian|punjabi|urdu
    |bengali|gujarati|portuguese|lithuanian|arabic|ukrainian|russian|sign language|definitely|straight away|tomorrow
    |soon|later|kind of|sort of|or something|if i could|us both|also|i wish to|wish to|wish|i wanted to|wanted to|wanted
    |so i can|make|making|ask for|very|can do
""")
_FAMILY = tuple(
    f"{about} {whose} {who}"
    for about in ("about", "for", "with")
    for whose in ("my", "our", "the", "a", "his", "her", "their")
    for who in ("son", "daughter", "child", "children", "lad", "kid", "boy", "girl", "little one", "school", "family")
)
_POLITE = phrases("""
    please|pls|thanks|thank you|thank you very much|many thanks|thanks very much|ta|ta very much|ta muchly|cheers|um|umm
    |uhm|er|err|erm|ermm|uh|oh|ooh|ah|aah|hmm|hm|mm|mmm|hello|hi|hiya|ey up|ay up|excuse me|mate|pal|pet|hun|babe
    |madam|sir|miss|love|duck|me duck
    |dear|sweetheart|darling|bab|kindly|you know|like i said|if you please|good morning|good afternoon|good evening
    |let me see|lets see|now then
""")
_ASIDES = phrases("""
    yes|yeah|yep|yup|aye|ok|okay|right|alright|all right|sure|well|again|once more|sorry|wait|hold on|hang on|actually
    |what|say that again|repeat|repeat that|pardon|eh|go on|of course|definitely|that one|this one|i beg your pardon
    |help me|can you help me|could you help me|please help me|i need help|i need some help|i need your help
""")
_IDIOMS = phrases("""
    one moment|one minute|one second|one sec|a second|just a second|two seconds|two secs|two minutes|two ticks|a sec
    |second thoughts|split second|any second|first of all|no worries|no problem|no bother|no doubt|no idea|no one
    |no matter|not bad|not a problem|not to worry|why not|yes and no|no comment|i am a person|im a person|no end
    |one of those|one of them|one day|one thing|one more|one more time|one another|each other|help yourself|god help
    |back door|back of|back in|back then|back when|back and forth|behind my back|my back|by the way|north sea|wild west
    |west ham|west end|north face|north pole|kanye west|going on|good morning|good afternoon|good evening|morning all
    |one hundred|two hundred|ill ring back|ill call back|ill phone back|ill ring you back|ill call you back
    |ill phone you back|i will ring back|i will call back|i will phone back|i will ring you back|i will call you back
    |ill ring again|ill call again|ill ring them back|let me ring you back|let me call you back
    |can i ring you back|can i call you back|can i ring back|can i call back|i can ring back|i can call back
    |a third|two thirds|yeah right|what the hell
""")
_NEGATIONS = phrases("""
    not|dont|never|cant|cannot|wont|isnt|arent|wasnt|werent|doesnt|didnt|wouldnt|couldnt|shouldnt|havent|hasnt|hadnt
    |mustnt|neednt|aint|without|except|nothing|none|nobody|neither|nor|nowt|stop|cancel|forget|avoid|hate|anything but
    |apart from|instead of|rather than|no more|no longer|no need|no point|wrong|refuse|against|sick of|unless
""")
_BREAKS = phrases("""
    but|i want|id like|i would like|i need|i said|i meant|i mean|its|just|only|give me|make it
""")
_RETRACTIONS = phrases("""
    no|nope|no wait|sorry|actually|wait|i mean|i meant|or rather|no i mean|rather|hang on|no sorry|scratch that|but
""")
_CONTRACTIONS = (
    *((f"{verb}nt", (verb, "not")) for verb in ("do", "does", "did", "is", "are", "was", "would", "could", "should")),
    *((f"{verb}nt", (verb, "not")) for verb in ("have", "has", "had", "must", "need")),
    ("cant", ("can", "not")),
    ("wont", ("will", "not")),
)
_MISHEARD = (
    ("northamptonshire", phrases("northants|northhamptonshire")),
    ("mediation", phrases("meditation|mediations|mediating|mediate|mediator|meditations|mediashun")),
    ("advice", ("advise",)),
    ("complaint", phrases("compliant|compliance|complain|complaining")),
    ("morning", phrases("mourning|mornin")),
    ("afternoon", ("arternoon",)),
    ("operator", ("operater",)),
    ("person", ("parson",)),
    ("north", phrases("norf|nawth")),
    ("something", ("summat",)),
    ("anything", ("owt",)),
    ("nothing", ("nuffink",)),
    ("choose", phrases("choosing|chose")),
    ("goodbye", ("goodby",)),
)

_SAME = """
    yes|yeah|yep|yup|yah|ya|yea|aye|aye aye|ay|yes please|yes sir|ok|okay|okey dokey|all right|alright|sure|for sure
    |correct|thats correct|that is correct|right|thats right|that is right|thats it|thats the one|thats me|thats mine
    |thats fine|that is fine|please do|i do|i would|it is|it does|i am|i have|we do|we would|go ahead|go on then
    |of course|definitely|certainly|absolutely|exactly|indeed|why not|uh huh|mhm|mm hmm|mmhmm|you can|you may
    |by all means|if you would|true|spot on|too right|affirmative|thatll do|that will do|if you like

    no|nope|nah|naw|nay|na|no thanks|no thank you|no ta|no im not|im not|i am not|i dont|i do not|i wouldnt|i havent
    |we dont|we do not|please dont|dont|do not|it isnt|it is not|its not|it doesnt|id rather not|i would rather not
    |rather not|not really|not at all|not today|not right|not correct|thats wrong|that is wrong|wrong|its wrong
    |incorrect|thats not it|not that one|no way|certainly not|definitely not|absolutely not|of course not|dont want to
    |i dont want to|i dont think so|uh uh|nuh uh|negative|not me|not mine|no not really|you cant|you cannot|better not
    |youre alright|youre all right|nah youre alright|no leave it|leave it|no thanks mate|no ta love

    person|real person|a human|human|human being|operator|adviser please|speak to someone|talk to someone
    |speak to somebody|talk to somebody|speak to a person|talk to a person|someone real|member of staff|staff|agent
    |representative|customer service|customer services|reception|receptionist|put me through|a real human|somebody real
    |proper person|actual person|live person|speak with someone|speak with a person|a real person please
    |someone i can talk to|somebody i can talk to|anybody there|anyone i can talk to|anyone there|anyone i can speak to
    |advisor|adviser|a person not a machine|talk with someone|speak to an adviser

    again|say again|say that again|say it again|say that once more|once more|one more time|repeat|repeat that|repeat it
    |repeat please|pardon|pardon me|i beg your pardon|beg pardon|come again|you what|ya what|yer what|what|what was that
    |what did you say|what you say|whats that|eh|ey|sorry|sorry what|run that by me again|run it by me again
    |didnt catch that|i didnt catch that|didnt get that|i didnt get that|didnt hear that|i didnt hear|i didnt hear you
    |missed that|i missed that|gi us it again|gis it again|give us it again|give us that again|tell me again
    |play it again|play that again|go over that again|start that again|what were they|what was it|what are the options
    |what were the options|what were the choices|didnt catch it|i didnt understand that|huh|star

    slower|slowly|more slowly|slow down|speak slower|slower please|too fast|thats too fast|youre too fast|not so fast
    |say it slower|say that slower|a bit slower|go slower|youre going too fast|talk slower|speak more slowly
    |slow it down

    more time|wait|hold on|hang on|just a minute|just a moment|one moment|one minute|one second|a second|a minute
    |a moment|give me a minute|give me a moment|give me a second|one sec|just a sec|wait a minute|wait a moment
    |hang on a minute|hang on a sec|bear with me|two minutes|two ticks|half a mo|hold your horses|im thinking
    |let me think|hang about|hold the line|just a second|hang fire|bear with|let me get a pen|need a pen

    goodbye|good bye|bye|bye bye|bye now|ta ra|tara|ta ta|cheerio|see you|see ya|cheers bye|thanks bye|hang up
    |end the call|finish the call|finish the call now|bye for now|see you later|no thanks bye|no bye|no thank you bye
    |no thank you goodbye|no goodbye|end call|end this call

    nothing else|nothing more|nowt else|nowt|nothing|thats all|that is all|thatll be all|that will be all|im done
    |i am done|all done|im finished|i am finished|ive finished|i have finished|no thats all|no thats it|thats everything
    |no nothing|that is everything|nothing thanks|no nothing else|that was all|done

    call me back|call me|call us back|call us|ring me back|ring me|ring us back|ring us|phone me back|phone me
    |phone back|phone us|give me a ring|give me a call|give us a ring|give us a bell|give us a call|give me a bell
    |call back|ring back|be called back|get called back|a call back|a ring back|returned call|return my call|return call
    |have a call back

    not sure|unsure|i am not sure|dont know|i dont know|i do not know|do not know|dunno|no idea|not a clue|no clue
    |havent a clue|havent got a clue|couldnt tell you|i couldnt tell you|not certain|im not certain|haven't the foggiest
    |cant remember|i cant remember|i forget|who knows|not too sure|not quite sure|i dont know which|not sure which

    dont know|not sure|unsure|i am not sure|i dont know|i do not know|do not know|dunno|no idea|not a clue|no clue
    |havent a clue|havent got a clue|couldnt tell you|i couldnt tell you|not certain|im not certain|haven't the foggiest
    |cant remember|i cant remember|i forget|who knows|not too sure|not quite sure|i dont know which|not sure which

    any time|anytime|any|any time at all|whenever|i dont mind|dont mind|not fussed|im not fussed|not bothered
    |im not bothered|either|either is fine|no preference|it doesnt matter|doesnt matter|all day|any time of day
    |i am not bothered|any old time|dont care|i dont care|im easy|not bothered when|whenever suits|whenever is fine
    |makes no odds|im flexible

    interpreter|translator|translation|someone who speaks my language|an interpreter for me

    text relay|relay|relay uk|text relay service|type talk|typetalk|next generation text

    slower speech|slow speech|speak slowly|talk slowly|slow talking|speaking slowly|slowly spoken

    slow speech|slower speech|speak slowly|talk slowly|slow talking|speaking slowly|slowly spoken

    large print|big print|large letters|big letters|bigger letters|large type|bigger print|larger print|big writing

    back|go back|back one|previous|step back|go back one|back please|the one before|last menu|back a step

    main menu|menu|start again|start over|the start|beginning|from the top|back to the start|the menu

    help|help me|i need help|im stuck|im lost|im confused|what do i do|what can i say|what do i say|hint
"""
"""Phrases with one meaning, a paragraph each; the first of each is what a choice must have."""

ENGLISH = Speechways(
    polite=_POLITE,
    asides=_ASIDES,
    idioms=_IDIOMS,
    negations=_NEGATIONS,
    breaks=_BREAKS,
    retractions=_RETRACTIONS,
    fillers=(*_FILLERS, *_FAMILY),
    alternatives=("or", "either", "versus", "whichever", "both", "between"),
    numbers=(
        ("0", ("0", "zero", "nought", "naught", "nil")),
        ("1", ("1", "one", "no 1", "wun")),
        ("2", ("2", "two", "no 2")),
        ("3", ("3", "three", "no 3")),
        ("4", ("4", "four", "no 4")),
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
    sound_alikes=(
        ("1", ("won", "wan")),
        ("2", ("to", "too")),
        ("3", ("free", "tree")),
        ("4", ("for", "fore")),
        ("8", ("ate",)),
    ),
    last=("last", "last one", "final one", "bottom one"),
    carriers=phrases(
        "option|option number|number|press|press number|pressing|key|key number|button|button number|choice"
        "|choice number|push|select|pick|choose|opt for|hit|digit|option the"
    ),
    pronouns=("one",),
    pointers=phrases(
        "that|this|which|no|any|every|another|each|what|wrong|right|other|some|the|these|not|only|a|good|bad|best|better"
        "|worst|same|great|last|big|next|correct|proper|main|usual"
    ),
    same=tuple(phrases(group) for group in _SAME.split("\n\n")),
    contractions=_CONTRACTIONS,
    misheard=_MISHEARD,
    lookalikes=phrases("medication|meditating|dedication|median|medallion|forth|worth|vest|best|rest|test|better"),
    plural="s",
)
