// Keeps the place in a text: see focus.py. While somebody reads, the space bar scrolls until the question is in sight.

const TEXT = "attnquiz-text" // what this tab has read last, also after it was loaded anew
const LONGEST = 4000 // ms until what is new must be there
const CALM = 8 // frames in which nothing has moved: formulas and code are drawn late
const seen = new WeakMap() // where this stands on the page -> what it was told last

export default function ({ data, parentElement }) {
  const before = seen.get(parentElement)
  seen.set(parentElement, data)
  listen()
  if (before?.text === data.text && before.step === data.step) return
  if (!data.text) {
    if (before?.text !== "") main().scrollTo({ top: 0 })
    return
  }
  const last = sessionStorage.getItem(TEXT)
  sessionStorage.setItem(TEXT, data.text)
  if (last !== data.text) main().scrollTo({ top: 0 })
  else if (before?.text === data.text || data.begun) bring(data.new, () => seen.get(parentElement) === data)
}

const main = () => document.querySelector("[data-testid=stMain]")
const running = () => !document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]")

// What can be seen of the page: below the header, which covers it, and above the lower edge.
function sight() {
  const { top, bottom } = main().getBoundingClientRect()
  const header = document.querySelector("[data-testid=stHeader]")?.getBoundingClientRect()
  return { top: Math.max(top, header?.bottom ?? top) + 8, bottom: bottom - 8 }
}

function bring(place, current) {
  const end = performance.now() + LONGEST
  let meant = true // until the reader moves the page
  let [calm, where] = [0, null]
  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"])
    window.addEventListener(kind, () => (meant = false), { once: true, passive: true, capture: true })
  const attempt = () => {
    if (!meant || !current() || performance.now() > end) return
    const first = document.querySelector(`.st-key-${place}`)
    if (first && !running()) {
      const all = document.querySelectorAll(":is(.st-key-reached, .st-key-asked, .st-key-onward)")
      into(first, all[all.length - 1])
      calm = where === first.getBoundingClientRect().top ? calm + 1 : 0
      where = first.getBoundingClientRect().top
      if (calm === 1) keyboard(first)
      if (calm > CALM) return
    }
    requestAnimationFrame(attempt)
  }
  requestAnimationFrame(attempt)
}

// As much as there is room for, the beginning before all.
function into(first, last) {
  const room = sight()
  const [top, bottom] = [first.getBoundingClientRect().top, last.getBoundingClientRect().bottom]
  const by = top < room.top ? top - room.top : Math.min(Math.max(0, bottom - room.bottom), top - room.top)
  if (Math.abs(by) > 1) main().scrollBy({ top: by, behavior: "instant" })
}

// Tab goes on from what is new, if what was pressed has gone with the step before.
function keyboard(first) {
  if (document.activeElement !== document.body) return
  first.tabIndex = -1
  first.style.outline = "none"
  first.focus({ preventScroll: true })
}

// Whoever scrolls with the space bar must not answer, or rate, what is not in sight.
function listen() {
  if (window.attnquizPaging) return
  window.attnquizPaging = true
  window.addEventListener("keydown", paging, { capture: true })
}

function paging(event) {
  const large = document.querySelector(".st-key-asked [class*=st-key-primary-] button")
  if (event.key !== " " || !large || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return
  if (event.target.closest?.("button, a, input, textarea, select, summary, [contenteditable]")) return
  const [room, { top, bottom }] = [sight(), large.getBoundingClientRect()]
  if (top >= room.top - 8 && bottom <= room.bottom + 8) return
  event.preventDefault()
  event.stopImmediatePropagation()
  main().scrollBy({ top: 0.85 * (room.bottom - room.top) })
}
