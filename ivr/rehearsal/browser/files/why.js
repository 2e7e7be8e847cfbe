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

export function why(button, stage, replaying) {
  return (replaying && WHY[button].replay) || WHY[button][stage];
}
