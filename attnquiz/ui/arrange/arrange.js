// Steps in a list, moved with buttons or keys. The list is the browser's own while it is on the screen: what comes back
// from Python of a move made some keystrokes ago must not undo those made since.

const views = new WeakMap()

export default function (component) {
  const { parentElement, data, setTriggerValue } = component
  let view = views.get(parentElement)
  if (!view) {
    view = open(parentElement)
    views.set(parentElement, view)
  }
  view.send = (order) => setTriggerValue("order", order)
  receive(view, data)
  return () => parentElement.isConnected || views.delete(parentElement) // it is also called while the next data comes
}

function open(root) {
  const list = root.querySelector("ol")
  const view = { root, list, steps: null, given: null, sent: [], items: [], at: 0, picked: null, send: () => {} }
  list.onkeydown = (event) => press(view, event)
  list.onclick = (event) => click(view, event.target.closest("button"))
  list.addEventListener("focusin", (event) => rove(view, event.target.closest("li")))
  list.addEventListener("focusout", (event) => {
    if (view.picked && !view.picked.item.contains(event.relatedTarget)) drop(view)
  })
  return view
}

// ---------------------------------------------------------------- data

function receive(view, { steps, order }) {
  const fresh = !same(steps, view.steps)
  const echo = view.sent.findIndex((own) => same(own, order))
  const news = fresh || (echo < 0 && !same(order, view.given))
  if (echo >= 0) view.sent.splice(0, echo + 1)
  view.given = order
  if (!news) return
  view.steps = steps
  view.sent = []
  build(view, order)
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)
const order = (view) => view.items.map((item) => item.step)

function build(view, steps) {
  view.picked = null
  view.items = steps.map((step) => draw(view, step))
  view.list.replaceChildren(...view.items)
  view.root.querySelector(".spoken").textContent = ""
  number(view)
  rove(view, view.items[0])
}

function draw(view, step) {
  const words = view.steps[step]
  const item = document.createElement("li")
  const handle = document.createElement("button")
  const text = span("text", words)
  item.step = step
  item.words = words.replace(/\.$/, "") // in the middle of what is said
  text.dir = "auto"
  handle.className = "step"
  handle.setAttribute("aria-describedby", "hint")
  handle.setAttribute("aria-pressed", "false")
  handle.append(span("place", ""), text)
  item.append(handle, mover(words, -1), mover(words, 1))
  return item
}

function mover(words, by) {
  const button = document.createElement("button")
  const arrow = span("arrow", by < 0 ? "↑" : "↓")
  button.className = "move"
  button.by = by
  button.setAttribute("aria-label", `Move ${by < 0 ? "up" : "down"}: ${words}`)
  arrow.setAttribute("aria-hidden", "true")
  button.append(arrow)
  return button
}

function span(className, words) {
  const element = document.createElement("span")
  element.className = className
  element.textContent = words
  return element
}

function number(view) {
  const last = view.items.length - 1
  view.items.forEach((item, place) => {
    item.querySelector(".place").textContent = place + 1
    const [up, down] = item.querySelectorAll(".move")
    up.setAttribute("aria-disabled", place === 0) // not `disabled`, which would drop the focus
    down.setAttribute("aria-disabled", place === last)
  })
}

// Only one step and its two buttons are in the tab order.
function rove(view, here) {
  for (const item of view.items)
    for (const button of item.querySelectorAll("button")) button.tabIndex = item === here ? 0 : -1
}

// ---------------------------------------------------------------- moving

function put(view, items) {
  const kept = view.items.find((item) => item.contains(view.root.activeElement)) || items[0]
  const before = new Map(view.items.map((item) => [item, item.offsetTop]))
  view.items = items
  // An element that is taken out and put back loses the focus, so the others are moved around the one that has it.
  const place = items.indexOf(kept)
  items.slice(0, place).forEach((item) => view.list.insertBefore(item, kept))
  items.slice(place + 1).forEach((item) => view.list.append(item))
  number(view)
  view.sent.push(order(view))
  view.send(order(view))
  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return
  for (const item of items) {
    const way = before.get(item) - item.offsetTop
    const path = [{ transform: `translateY(${way}px)` }, { transform: "none" }]
    if (way) item.animate(path, { duration: 140, easing: "ease-out" })
  }
}

function move(view, item, by) {
  const from = view.items.indexOf(item)
  const to = from + by
  if (to < 0 || to >= view.items.length) return say(view, `${item.words}, already ${by < 0 ? "first" : "last"}`)
  const items = [...view.items]
  items.splice(from, 1)
  items.splice(to, 0, item)
  put(view, items)
  return say(view, `${item.words}, now ${to + 1} of ${items.length}`)
}

function pick(view, item) {
  view.picked = { item, items: [...view.items] }
  lift(item, true)
  const place = `${view.items.indexOf(item) + 1} of ${view.items.length}`
  say(view, `Picked up: ${item.words}, ${place}. Arrow keys move it, space drops it, Escape puts it back`)
}

function drop(view) {
  const { item } = view.picked
  view.picked = null
  lift(item, false)
  say(view, `Dropped: ${item.words}, ${view.items.indexOf(item) + 1} of ${view.items.length}`)
}

function putBack(view) {
  const { item, items } = view.picked
  view.picked = null
  lift(item, false)
  if (!same(items.map((each) => each.step), order(view))) put(view, items)
  say(view, `Put back: ${item.words}, ${items.indexOf(item) + 1} of ${items.length}`)
}

function lift(item, up) {
  item.classList.toggle("picked", up)
  item.querySelector(".step").setAttribute("aria-pressed", up)
}

function say(view, words) {
  view.root.querySelector(".spoken").textContent = `${words}.`
}

// ---------------------------------------------------------------- keys and clicks

function click(view, button) {
  if (!button) return
  const item = button.closest("li")
  if (button.by) move(view, item, button.by)
  else if (view.picked?.item === item) drop(view)
  else {
    if (view.picked) drop(view)
    pick(view, item)
  }
}

// Whatever is handled here is stopped: the page's own shortcuts must not see it.
function press(view, event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return
  const item = event.target.closest("li")
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
  if (event.key === " " || event.key === "Enter") {
    if (event.altKey) return
    if (event.repeat) event.preventDefault() // a key held down is one press
    return event.stopPropagation() // the button's click does the rest
  }
  const goal = { Home: 0, End: view.items.length - 1 }[event.key]
  if (by && (event.altKey || view.picked)) move(view, item, by)
  else if (by) focus(view, view.items.indexOf(item) + by)
  else if (event.key === "Escape" && view.picked) putBack(view)
  else if (goal !== undefined && !event.altKey && !view.picked) focus(view, goal)
  else return
  event.preventDefault()
  event.stopPropagation()
}

function focus(view, place) {
  view.items[Math.max(0, Math.min(view.items.length - 1, place))].querySelector(".step").focus()
}
