// Works without: what is here only makes the pages of staff pleasanter.
const body = document.body
const govuk = body.dataset.govuk
if (govuk && 'noModule' in HTMLScriptElement.prototype) {
  body.classList.add('js-enabled', 'govuk-frontend-supported')
  const { initAll } = await import(govuk)
  initAll()
}
