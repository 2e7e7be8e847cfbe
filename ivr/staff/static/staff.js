// Works without: what is here only makes the pages of staff pleasanter.
const body = document.body
const govuk = body.dataset.govuk
if (govuk && 'noModule' in HTMLScriptElement.prototype) {
  body.classList.add('js-enabled', 'govuk-frontend-supported')
  const { initAll } = await import(govuk)
  initAll()
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => print())
}

// Five minutes before a session ends its person is told, and can go on with one press; what is typed stays.
const warning = document.getElementById('session-warning')
const before = 5 * 60 * 1000
let timers = []

function words (text, press) {
  const said = document.createElement('p')
  said.className = 'govuk-body'
  said.textContent = text
  warning.replaceChildren(said)
  if (press) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'govuk-button'
    button.textContent = 'Stay signed in'
    button.addEventListener('click', stay)
    warning.append(button)
  }
  warning.hidden = false
}

function ended () {
  words('You are signed out now. What you type is not lost: send it, sign in again, and it is offered to you.', false)
}

function watch (milliseconds) {
  timers.forEach(clearTimeout)
  timers = [
    setTimeout(() => words('You will be signed out in five minutes, as nothing was done here for a while.', true),
      Math.max(0, milliseconds - before)),
    setTimeout(ended, milliseconds)
  ]
}

async function stay () {
  try {
    const answer = await fetch('/staff/stay', { redirect: 'manual' })
    if (!answer.ok) return ended()
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const { ends, now } = page.body.dataset
    document.getElementById('ends').textContent = page.getElementById('ends').textContent
    warning.hidden = true
    watch(new Date(ends) - new Date(now))
  } catch {
    words('The line cannot be reached just now. Try again.', true)
  }
}

document.addEventListener('seen', ({ detail: { ends, now, told } }) => {
  document.getElementById('ends').textContent = told
  warning.hidden = true
  watch(new Date(ends) - new Date(now))
})

if (warning && body.dataset.ends) watch(new Date(body.dataset.ends) - new Date(body.dataset.now))
