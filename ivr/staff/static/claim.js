// While somebody works on a request it stays theirs. That is told politely, and nothing moves.
// What the page itself says when it opens stands outside of the news: that it is theirs was told just then.
const claim = document.getElementById('claim')
const news = document.getElementById('claim-news')

if (claim) {
  const { renew, token, minutes } = claim.dataset
  const pause = minutes * 60 * 1000 / 3
  let last = Date.now()
  let asking = false

  const tell = ({ until, ends, now, told }) => {
    document.dispatchEvent(new CustomEvent('seen', { detail: { ends, now, told } }))
    claim.hidden = true
    news.textContent = until
      ? `It is yours until ${until}. It stays yours while you work on it here.`
      : 'Your claim has ended. You can still send what you typed, as long as nobody else takes the request.'
  }

  const work = async () => {
    if (asking || Date.now() - last < pause) return
    asking = true
    try {
      const body = new URLSearchParams({ csrf_token: token })
      const answer = await fetch(renew, { method: 'POST', body, redirect: 'error' })
      if (answer.ok) tell(await answer.json())
      last = Date.now()
    } catch (error) {
      if (!(error instanceof TypeError)) throw error // no network just now, or signed out, which is told elsewhere
    } finally {
      asking = false
    }
  }

  for (const kind of ['input', 'keydown', 'pointerdown']) document.addEventListener(kind, work)
  document.addEventListener('timeupdate', work, true) // a message that is listened to
}
