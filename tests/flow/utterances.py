"""What callers say at the menus of the line, and what it should be taken for.

Each block: a menu, an outcome, and utterances, one a line. Outcomes: `= id` sure, `? id` ask, `~ id` sure or ask,
`! id` anything but sure of anything, `-` nothing at all.
"""

TABLE = """
## main
= mediation
mediation
Mediation.
the mediation one please
um mediation
erm, mediation please
I'd like mediation
I would like to know about mediation
I want to talk about mediation
can I have the mediation one
could you tell me about mediation please
meditation
mediations
mediaton
meadiation
mediation and disagreement resolution
disagreement resolution
disagreement resolution please
resolution of disagreements
mediation please, thank you
yes mediation please
yeah, mediation
ok mediation
sorry, mediation
hello, mediation please
what is mediation
mediation mediation
MEDIATION
two
2
2.
option two
option 2
number two
number two please
press two
two please
the second one
second
the second option
to
too
umm, two
two two
two, mediation
I'll go for two
the number two
key two
it's mediation love
mediation me duck
I think mediation
the one about mediation

= help-me
help me choose
help me to choose please
can you help me choose
I don't know which one I need
one
won
1
option one
number one please
the first one
help choosing

= advice
advice and complaints
complaints
complaint
I'd like to make a complaint
I want to complain
advice
advise
three
free
tree
option three
option free
complaints and advice
the third one
I need advice please
some advice please

= number
phone number
call me back
callback
call back please
call-back
can you call me back please
can someone call me back
I'd like a call back
four
for
fore
number four
number for
the last one
the number please
could I have the phone number please
ring me back
can I have the number and address
I want someone to call me back

= person
person
a person please
operator
speak to someone
can I speak to a person please
I want to talk to someone
put me through to a person
human
a real person please
zero
0
nought
get me a person
let me speak to somebody
I'd like to speak to a human being please

= again
again
say that again
again please
can you say that again please
pardon
you what
come again
eh
gi' us it again
repeat that please
what did you say
sorry
what
could you repeat that
star
one more time
say it again duck

= slower
slower
slower please
can you speak more slowly please
too fast
say that again slower
slow down a bit please

= back
go back
back
back please

= main_menu
main menu
main menu please
go back to the main menu
start again

= help
help
help please
help me

= more_time
hang on
just a minute
one moment please
give me a minute

~ mediation
disagreement
resolution
mediation maybe
perhaps mediation
no, mediation
well I had mediation before
I want mediation not complaints

~ advice
not mediation but complaints
north, I mean complaints

~ person
you're useless, get me a person
oh for goodness sake, operator

! mediation
not mediation
I don't want mediation
no mediation
mediation or complaints
never mediation
anything but mediation
I do not want mediation
we've already had mediation and it was a disaster so I'd like something different this time
without mediation
mediation complaints

! number
don't call me back
I don't want to be called back
nobody called me back
he said he would call me back on tuesday but then nothing ever happened
please don't ring me back

! help-me
that one
this one
the one
one of those
no one
one two three
I've got one child
one or two
everyone
someone one day
once upon a time

-
five
nine
12
eleven
two children
my two children are in the car
there were three of them at the door
and now the weather
it's for the school run tomorrow at half past
banana
what a lovely day in the park
turn the telly down
dzień dobry
chciałbym rozmawiać po polsku
Bună ziua, vorbiți românește
मुझे मदद चाहिए
我需要帮助
كيف حالك
\u202eنوت
👍
😀😀😀
***
f*** off
bloody hell
you stupid machine
shut up Kevin
blah blah blah
mmm
um
er
please
thank you
hello
hello hello
ha ha ha
la la la
asdfghjkl
zzzzz
the
a
and
I
first of all
no worries
no problem
01604 367125
07700 900123
1 2 3
1_0
²
٣
９
{{7*7}}
=HYPERLINK("x")
' OR 1=1--
</Say><Dial>+1900</Dial>
goal for Northampton Town
the dog is barking
mummy can I have a biscuit
dinner's ready
who's on the phone
nan is that you

## yes_no
= yes
yes
yeah
yep
yup
aye
aye go on then
yes please
yes that's right
that's right
correct
ok
okay then
sure
go on then
please do
yes I do
yes it is
one
1
option one
uh huh
of course
yes yes yes
ta, yes
why not
yeah that's fine

= no
no
nope
nah
no thanks
no thank you
no ta
no it isn't
no that's wrong
no not really
not really
that's not right
I'd rather not
two
2
too
no no no
no I don't
no don't
no, it is not

? no
I don't want to be called back

! yes
yeah no
no she lives with her dad
not yes
yes and no
yes no
yes or no
no yes
yesterday
yes minister was on the telly last night with my favourite actor

-
perhaps
maybe
I was born in 1962
no problem
what time is it there
no worries

= again
pardon
say again please

= person
operator please

## council
= north
north
the north one
north northamptonshire
North Northants
North Northamptonshire council please
norf
one
kettering
I live in Kettering
corby
we're in the north
it's north
north please duck
up north

= west
west
west northants
west northamptonshire council
Northampton
I'm in Northampton
daventry
the west one please
to
second one
two.

= unsure
not sure
I'm not sure
I don't know
don't know
dunno
no idea
three
free
I'm not really sure
not sure sorry
haven't a clue

~ north
nroth

~ west
north, sorry, west
north no west
not north but west

! north
north or west
not north
north and west
north west
neither north nor west
both
the north of england will see rain this morning with some sunny spells

-
best
east
south
london
the rest of it
north sea
month

= person
a person

## best_time
= morning
morning
mornings
in the morning please
mourning
mornings are best
morning would be best
the morning suits me
one
first thing in the morning

= afternoon
afternoon
afternoons
after noon
the afternoon please
afternoons would be better
in the afternoon I think
two

= any
any time
anytime
any time please
I don't mind
don't mind
whenever
three
any time is fine
I'm not fussed

~ afternoon
not the morning but the afternoon
mornings, no, afternoons

! morning
not mornings
I can't do mornings
not in the morning please
never in the morning
morning or afternoon
good morning Britain is on

-
evening
tuesday
midnight
last night
half past nine
warning

## needs
= interpreter
interpreter
an interpreter please
I need an interpreter
interpretor
interpreters
translator
I need a translator please
one

= relay
text relay
relay
text relay please
relay uk
two

= slower-speech
slower speech
speech slower
I need slower speech please

= large-print
large print
print in large
big print please
large print letters
bigger letters
four
for

~ large-print
print

! interpreter
I don't need an interpreter
no interpreter
not an interpreter
interpreter or text relay

-
sausages
braille is not what he asked for when they came round

## more
= hear-again
again
hear it again
again please
the first one
one

= call-me
call me back
callback please
I'd like to be called back
two

= main_menu
main menu
back to the main menu
the menu please
three

= goodbye
goodbye
bye
bye bye
ta ra
that's all
that's all thanks
nothing else
nowt else ta
no that's all thank you
cheerio
four
I'm done thanks
no nothing else

= again
pardon
you what
I didn't catch that

! goodbye
don't hang up
not goodbye
don't say goodbye yet

! call-me
don't call me back
call me later or call me a taxi or something like that I don't care

-
good
buy
summat
what's on telly

## main
? mediation
medication

= mediation
mediation thing for my lad
mediation if you don't mind

= person
can I speak to a person about mediation

-
I'd like to
can I go to
one of those
not resolution
no longer mediation
speed
mediation or advice and complaints
mediation and then he shouted at her beside that awful caravan holding advice and complaints
the school told me to try mediation before the hearing in the new year

## council
? north
nurth
forth

-
north wind blowing gently

! unsure
sure, not west

## best_time
-
good morning

## needs
? interpreter
interpratar

## yes_no
= no
oh no thanks
"""
