// Why a dimmed button does nothing just now, in words for the phone's screen.

const LOST = "The line was not reached, so there is nothing to";
const WHY = {
  pause: {
    idle: "There is no call to pause yet. Press Call.",
    asking: "The line is being asked. You can pause as soon as it speaks.",
    lost: `${LOST} pause. Try again, or hang up.`,
    over: "The call is over: there is nothing to pause.",
  },
  repeat: {
    idle: "Nothing was said yet. Press Call.",
    asking: "The line is being asked. You can hear it again as soon as it speaks.",
    recording: "The line is recording: nothing can be heard again now.",
    ringing: "A person is being rung: nothing can be heard again now.",
    lost: `${LOST} hear again. Try again, or hang up.`,
    over: "The call is over. Its words are in “The call so far”.",
    replay: "A replay goes on by itself. Stop it to hear words again.",
  },
};

// Why a key or a word reaches nobody.
export const NO_CALL = {
  idle: "There is no call yet. Press Call first.",
  over: "The call is over. Press Call to ring again.",
};

export function why(button, stage, replaying) {
  return (replaying && WHY[button].replay) || WHY[button][stage];
}

// What Call will do, in words for a screen reader.
export function whoSpeaks(reads, sounds) {
  if (reads && sounds)
    return "You hear the line’s own voice, and your screen reader reads its words. For one voice only, untick the switch or turn Sound off.";
  if (reads) return "Your screen reader reads the words of the line. Its own voice is off; to hear it, turn Sound on.";
  if (sounds) return "You hear the line’s own voice. Your screen reader does not read its words; for that, tick the switch.";
  return "You hear nothing: Sound is off, and your screen reader does not read the words. Tick the switch or turn Sound on.";
}
