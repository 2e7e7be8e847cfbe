// Saving one part of a request does not lose what was begun in another: it goes along to the next page, and no further.
const main = document.querySelector('main')
const key = `left ${location.pathname.split('/').slice(0, 4).join('/')}`
const session = () => main.querySelector('[name=csrf_token]').value.split('.')[0]
const fields = (form) => [...form.querySelectorAll('textarea, input:not([type=hidden])')].filter((one) => one.id)

main.addEventListener('submit', ({ target }) => {
  const begun = [...main.querySelectorAll('form')].filter((form) => form !== target).flatMap(fields)
    .filter((field) => field.type === 'radio' ? field.checked : field.value)
    .map((field) => [field.id, field.value])
  if (begun.length) sessionStorage.setItem(key, JSON.stringify({ session: session(), begun }))
})

const give = (id, value) => {
  const field = document.getElementById(id)
  if (!field) return
  if (field.type === 'radio') field.checked = true
  else field.value ||= value
}

const left = sessionStorage.getItem(key)
sessionStorage.removeItem(key)
if (left) {
  const { session: whose, begun } = JSON.parse(left)
  if (whose === session()) begun.forEach(([id, value]) => give(id, value))
}
