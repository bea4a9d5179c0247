// What a button of the page will show is here before it is asked for: it is drawn at the click, and the answer of the
// page, which shows the same, confirms it. Until then nothing is told, and no answer to an older click is shown.

function watch(view) {
  // At the window, so that whatever takes the click or the key for itself has done so.
  view.clicked = (event) => {
    const key = keyOf(event.target.closest?.("button"))
    if (key && !event.defaultPrevented) walk(view, key)
  }
  view.pressed = (event) => {
    const key = view.said?.shortcuts[event.key]
    const free = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.composedPath().some(isField))
    const button = free && key && document.querySelector(`.st-key-${key} button`)
    if (button && !button.disabled && event.defaultPrevented) walk(view, key) // a shortcut that was heard is prevented
  }
  window.addEventListener("click", view.clicked)
  window.addEventListener("keydown", view.pressed)
}

function unwatch(view) {
  window.removeEventListener("click", view.clicked)
  window.removeEventListener("keydown", view.pressed)
}

const isField = (node) => node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName)

// Streamlit writes the key of a widget as a class of what is around it.
const keyOf = (button) => button?.closest("[class*=st-key-]")?.className.match(/st-key-(\S+)/)[1]

// A step leads on from the picture that the page knows: while that is another than the one on the screen, it waits.
function walk(view, key) {
  const { said, walks } = view
  const name = walks.length ? key : said?.steps[key] || key
  const there = name === said?.name ? said : said?.ahead.get(name)
  if (!there || name === view.name || view.orders.length) return
  walks.push(name)
  view.given = there.cell
  show(view, { ...there, done: 0 })
  clearTimeout(view.doubts)
  view.doubts = setTimeout(() => doubt(view), PATIENCE)
}

// Whether what the page says answers an older click than the last. Of several clicks some may get no answer.
function awaits(view, news) {
  const { name } = view.said
  if (!name) view.walks = []
  else if (news) view.walks.splice(0, view.walks.indexOf(name) + 1)
  if (!view.walks.length) clearTimeout(view.doubts)
  return view.walks.length > 0
}

// No answer, and nothing is running: the picture must not show anything else than the page.
function doubt(view) {
  if (busy()) {
    view.doubts = setTimeout(() => doubt(view), PATIENCE)
    return
  }
  if (view.said.name !== view.name) [view.orders, view.sent] = [[], []]
  view.walks = []
  show(view, view.said)
  tell(view)
}
