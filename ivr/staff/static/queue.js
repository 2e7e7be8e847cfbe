// Says politely that the queue has changed. It moves nothing: who reads goes on reading, and looks again when they like.
const news = document.getElementById('news')
const EVERY = 30000
let known = news.dataset.open + news.dataset.top

const say = (found) => {
  const now = String(found.open) + found.top
  if (now === known) return
  known = now
  const link = document.createElement('a')
  link.href = location.href
  link.className = 'govuk-link'
  link.textContent = 'Show the queue as it is now'
  const words = document.createElement('p')
  words.className = 'govuk-body'
  words.append('The queue has changed. ', link)
  news.replaceChildren(words)
}

const look = async () => {
  if (document.hidden) return
  try {
    const answer = await fetch(news.dataset.news, { headers: { Accept: 'application/json' }, redirect: 'error' })
    if (answer.ok) say(await answer.json())
  } catch (error) {
    if (!(error instanceof TypeError)) throw error // no network just now: the next look may have one
  }
}

setInterval(look, EVERY)
