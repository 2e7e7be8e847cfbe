// A spoken message can be heard slower or faster, and a little of it again. Without a script the browser's own player is there.
const SPEEDS = [['0.5', 'Half speed'], ['0.75', 'Slower'], ['1', 'As spoken'], ['1.25', 'Faster'], ['1.5', 'Much faster']]
const BACK = 5

const control = (sound, number) => {
  const box = document.createElement('div')
  box.className = 'sound-controls'
  const label = document.createElement('label')
  label.className = 'govuk-label'
  label.htmlFor = `speed-${number}`
  label.textContent = 'Speed'
  const speed = document.createElement('select')
  speed.className = 'govuk-select'
  speed.id = label.htmlFor
  speed.append(...SPEEDS.map(([rate, words]) => new Option(words, rate, rate === '1', rate === '1')))
  speed.addEventListener('change', () => { sound.defaultPlaybackRate = sound.playbackRate = Number(speed.value) })
  const back = document.createElement('button')
  back.type = 'button'
  back.className = 'govuk-button govuk-button--secondary'
  back.textContent = `Back ${BACK} seconds`
  back.addEventListener('click', () => { sound.currentTime = Math.max(0, sound.currentTime - BACK) })
  box.append(label, speed, back)
  sound.after(box)
}

document.querySelectorAll('.spoken-message').forEach(control)
