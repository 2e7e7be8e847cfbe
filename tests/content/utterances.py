"""What callers said to the shipped line, written before any of it was tried.

Each block: a node, an outcome, and utterances, one a line; `@0.2` is the recogniser's confidence. Outcomes: `= x` does
what that key or universal command does, `~ x` does it or asks first, `!` never acts, `-` is understood as nothing.
"""

TABLE = """
## main
= 1
dunno
no idea love
won
top one
press one for me
1

= 2
meditation and disagreement revolution
this agreement resolution
media nation
I want to appeal
too
the second one ta
button number two

= 3
free
tree
third option
can you help me I need advice about my son
I need some support with a complaint

= 4
can one of you ring me back
where do I write to
what's your address please
four
for
fore
the last one you said
the bottom one
the phone number for the council

= again
say again
you what
come again duck
sorry I missed that

= back
go back a bit

= goodbye
bye then
ta ra duck

= more_time
hang about
just a sec I'm getting a pen
I need a minute

= person
agent
representative
is anybody there
zero
nought

~ 1
EHC plan thingy

~ 2
er can yer tell us about that mediation malarkey
mediation or disagreement restitution
we got a tribunal letter this morning

~ 3
me lad's school won't listen I wanna complain
it's number three I'm after
decisions about his needs

~ 4
I'd like somebody to ring us back tomorrow afternoon if poss
give us a bell back

~ person
put me on to a human being
let me talk to someone who isn't a bloody computer

~ slower
can you go a bit slower please I'm elderly
you're going too quick

!
I ain't got a clue duck
the eh see plan
my daughter's E H C P has been refused
not mediation the school complaints one
advice @0.2
complaint @0.1
mediation @0.3
call me back @0.05
I want to settle it

-
they've refused to assess our Jack
I don't want mediation
for crying out loud
oh sod off
this is shit
piss off you stupid machine
the dog won't stop barking
Alfie get down off there now
mum mum mum can I have a biscuit
two sugars please love
I've got four kids and two of them are autistic
he's three and a half
it's been going on for four years
two weeks on Tuesday
half past three
one or two I'm not sure
hola no hablo ingles
czy mówi pani po polsku
nie rozumiem
vreau un interpret
اردو
12
999
nine nine nine
seven
oh
I can't find my glasses
I'll ring off now cheers
don't hang up
please don't hang up on me
I hung up last time by mistake
they said goodbye to his place at the school
my husband says no
how they make up their minds

## ways
= 1
the mediation one if you don't mind me duck

= 2
agreement resolution

= 3
what's the diff

~ 1
medication
mediator bloke

~ 2
the other one disagreement

~ 3
how's one different to the other

!
both
that's a big difference in price
there's no difference

-
not the mediation
anything but mediation
the former
I don't agree with you
first off I want to say I'm really upset

## support
= 1
advise please
advice and guidance
impartial

~ 2
I want to make a formal complaint about his headteacher

!
nursery's been useless
school's out at three
I'm just picking her up from school

-
the ice service
why did they decide that
not about a school

## contact
= 2
what's the number

= 3
can I write in
postal address

~ 1
ring us back will yer

!
my number is oh seven seven double oh

-
how old is it
wrong number sorry
don't call me back
never ring me again

## choose
= 1
yeah it is
aye go on then
too right
course it is
could be yeah

= 2
course not
not at all
nah mate
I don't think so
no not yet

= help
no idea
I don't know

!
I think so
not exactly

-
yeah no
no yeah it is
probably
maybe
I wish
yes and no
what plan
summat like that
tak
da

## ask-safe
= 1
go ahead

~ 1
yeah that's fine leave a message

~ 2
no it is not safe
no don't leave a message
don't leave one

!
I'd rather you didn't
not with my ex around
yes but not if my husband picks up
yes @0.2

-
is it safe
he might hear it
no problem leave one

## callback-own
= 1
that's the one
correct

= 2
wrong

~ 1
yeah same number

~ 2
no use my mobile

-
a different number

## ask-council
= 1
north northants

= 2
west

!
I live out west

-
Northants
Kettering
north west
not north
Daventry way
Corby
whichever
beats me

## ask-time
= 1
mornings are best

= 3
I'm not bothered
whenever suits

~ 2
after school in the afternoon

!
before dinner
any time apart from the morning

-
good morning
good afternoon to you
after the school run
not mornings
not before lunch
tomorrow

## needs
= 1
translator please

= 2
I use text relay

= 4
bigger print

= slower
talk slower

-
large text
I'm deaf in one ear
my eyesight's not great

## needs-language
= 2
română

~ 1
Polski proszę

-
not Polish
Urdu

## after-mediation
= 1
hear it all again

= 3
something else please

~ 4
text it us

-
don't text me
that's all thank you
that's me done ta

## message-check
= 1
leave it

= 2
play it back

-
bin it
scrap that and do it again

## nobody
= 1
ring me

= 3
try again
have another go

!
I'll ring back later

## after-number
= 4
that's me done ta
I am done

## mediation
= again
I didn't get that

= more_time
shut up a minute

= go_on
carry on
next bit

!
yeah
skip to the end
say that last bit again

-
right ok
mm
whereabouts are we up to
how much longer
stop

## language
= 1
English

-
Ukrainian

## resume
= 1
go on

!
carry on where we left off
start from scratch
"""
