// A matrix with names on both sides, drawn on one canvas the size of what is visible: the rest is scrolled,
// so 2,048 columns cost no more than 20. Names stay put while the cells move under them.
// This file: the component, what it is given, what it tells and what it says. ahead.js, gestures.js, picture.js follow.

const HIDDEN = 1
const CHANGED = 2
const OWN = 4
const PATIENCE = 1500 // ms without an answer, and nothing running, after which something is told again
const TIMES = 3

const views = new WeakMap()

export default function (component) {
  const { parentElement, data, setTriggerValue } = component
  let view = views.get(parentElement)
  if (!view) {
    view = open(parentElement)
    views.set(parentElement, view)
  }
  view.trigger = setTriggerValue
  receive(view, data)
  return () => close(view)
}

function open(root) {
  const find = (selector) => root.querySelector(selector)
  const view = {
    root, find, canvas: find("canvas"), scroller: find(".scroller"), extent: find(".extent"), tip: find(".tip"),
    editor: find(".editor"), input: find(".editor input"), editing: null,
    cell: [0, 0], given: [0, 0], sent: [], orders: [], serial: 0, timer: 0, reminder: 0, trigger: () => {},
    said: null, name: "", walks: [], doubts: 0,
  }
  view.again = () => view.matrix && layout(view)
  view.observer = new ResizeObserver(view.again)
  view.observer.observe(view.scroller)
  document.fonts.addEventListener("loadingdone", view.again) // a canvas does not redraw itself when its font arrives
  view.scroller.onscroll = () => draw(view)
  listen(view)
  watch(view)
  return view
}

// Streamlit calls this when the picture leaves the page, and also when new data comes before the last was received:
// then the picture is still there, and what it has to tell must not be forgotten.
function close(view) {
  if (view.root.isConnected) return
  view.observer.disconnect()
  document.fonts.removeEventListener("loadingdone", view.again)
  clearTimeout(view.timer)
  clearTimeout(view.reminder)
  clearTimeout(view.doubts)
  unwatch(view)
  views.delete(view.root)
}

// ---------------------------------------------------------------- data

function split(bytes) {
  const end = 4 + new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true)
  return [JSON.parse(new TextDecoder().decode(bytes.subarray(4, end))), bytes.subarray(end)]
}

function unpack(bytes) {
  const [header, rest] = split(bytes)
  const cells = header.rows * header.columns
  header.values = new Float32Array(rest.slice(0, 4 * cells).buffer)
  header.marks = rest.subarray(4 * cells, 5 * cells)
  header.all = 0 // every mark that some cell has
  for (const marks of header.marks) header.all |= marks
  return header
}

function alike(a, b) {
  if (a?.length !== b.length) return false
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return false
  return true
}

function receive(view, bytes) {
  const news = bytes !== view.said?.bytes // Streamlit also comes again with what it has said
  if (news) view.said = hold(bytes)
  const walking = view.walks.length > 0
  if (walking && awaits(view, news)) return
  show(view, view.said)
  if (walking) tell(view)
}

// What a message holds: the picture, and those that are ahead, which nobody unpacks before they are wanted.
function hold(bytes) {
  const [moment, rest] = split(bytes)
  let end = moment.size
  const ahead = new Map()
  for (const each of moment.ahead || []) ahead.set(each.name, { ...each, rest: rest.subarray(end, (end += each.size)) })
  return { name: "", steps: {}, shortcuts: {}, ...moment, bytes, rest: rest.subarray(0, moment.size), ahead }
}

function show(view, { name, cell, show, done, rest }) {
  const last = view.matrix
  const known = alike(view.rest, rest) // another cell was chosen: there is nothing to lay out anew
  if (!known) view.matrix = unpack(rest)
  view.rest = rest
  view.name = name
  const moved = last ? shift(view, last.origin) : false
  settle(view, cell)
  const heard = hear(view, done)
  if (known) draw(view)
  else {
    describe(view)
    layout(view)
  }
  view.find(".readout").textContent = sentence(view.matrix, view.cell)
  const fresh = last?.title !== view.matrix.title
  if (fresh && !moved) finish(view, false)
  if (fresh && (moved || show)) reveal(view)
  if (heard) say(view)
}

// Another part of the same large matrix: what the learner sees and writes in stays where it is.
function shift(view, before) {
  const { matrix, editing, scroller, plan } = view
  const by = minus(matrix.origin, before)
  if (same(by, [0, 0])) return false
  view.cell = minus(view.cell, by)
  if (editing) editing.cell = inside(matrix, minus(editing.cell, by))
  if (plan) scroller.scrollTo(scroller.scrollLeft - by[1] * plan.width, scroller.scrollTop - by[0] * plan.height)
  return true
}

const minus = (a, b) => [a[0] - b[0], a[1] - b[1]]

// A cell as it is counted in the whole matrix, of which this may be a part.
const whole = ({ matrix }, cell) => [cell[0] + matrix.origin[0], cell[1] + matrix.origin[1]]

const same = (a, b) => a[0] === b[0] && a[1] === b[1]

const inside = ({ rows, columns }, [row, column]) => [clamp(row, 0, rows - 1), clamp(column, 0, columns - 1)]

function settle(view, cell) {
  // An answer to a cell this view sent some keystrokes ago must not pull the cursor back.
  const echo = view.sent.findIndex((own) => same(own, cell))
  if (echo >= 0) view.sent.splice(0, echo + 1)
  else if (!same(cell, view.given)) view.sent = []
  view.given = cell
  if (!view.sent.length && !view.timer) view.cell = minus(cell, view.matrix.origin)
  view.cell = inside(view.matrix, view.cell)
  if (!view.sent.length && !view.orders.length) clearTimeout(view.reminder)
}

// Orders up to that number are carried out: whatever waits behind them is told.
function hear(view, number) {
  const waiting = view.orders.length
  view.serial = Math.max(view.serial, number)
  view.orders = view.orders.filter((order) => order.value.serial > number)
  if (view.orders.length === waiting) return false
  tell(view)
  return true
}

// ---------------------------------------------------------------- telling

// Of two messages that wait for one run, Streamlit delivers the later one alone, and a run may be over before a message
// is read. So edits and flips are numbered and told one after the other, and whatever gets no answer is told again.
function order(view, event, value) {
  view.serial = Math.max(view.serial + 1, Date.now())
  view.orders.push({ event, value: { ...value, serial: view.serial, picture: view.name } })
  if (view.orders.length === 1) tell(view)
}

function choose(view, cell, wait) {
  if (same(cell, view.cell)) return
  view.cell = cell
  reveal(view)
  draw(view)
  say(view)
  clearTimeout(view.timer)
  view.timer = setTimeout(() => {
    view.timer = 0
    view.sent.push(whole(view, view.cell))
    if (!view.orders.length) tell(view)
  }, wait)
}

function tell(view, times = 1) {
  clearTimeout(view.reminder)
  if (view.walks.length) return // the page does not know yet which picture this is about
  const order = view.orders[0]
  if (!order && !view.sent.length) return
  if (order) view.trigger(order.event, order.value)
  else view.trigger("cell", view.sent.at(-1))
  view.reminder = setTimeout(() => remind(view, times), PATIENCE)
}

const busy = () => document.querySelector("[data-test-script-state=running]")

function remind(view, times) {
  if (busy()) view.reminder = setTimeout(() => remind(view, times), PATIENCE)
  else if (times < TIMES) tell(view, times + 1)
  else giveUp(view)
}

// The page shows what it knows: the picture must not show anything else.
function giveUp(view) {
  view.orders = []
  view.sent = []
  if (view.timer) return
  view.cell = inside(view.matrix, minus(view.given, view.matrix.origin))
  draw(view)
  say(view)
}

// ---------------------------------------------------------------- words

function sentence(matrix, [row, column]) {
  const place = row * matrix.columns + column
  const marks = matrix.marks[place]
  const seen = [(marks & HIDDEN && matrix.hiddenSpoken) || exact(matrix.values[place])]
  if (marks & HIDDEN) seen.push(matrix.hiddenWords)
  if (marks & CHANGED) seen.push("changed")
  if (marks & OWN) seen.push("edited by you")
  return `${named(matrix, [row, column])}: ${seen.join(", ")}`
}

const named = (matrix, [row, column]) =>
  `${matrix.rowAxis} ${matrix.rowNames[row]}, ${matrix.columnAxis} ${matrix.columnNames[column]}`

function exact(value) {
  if (Number.isNaN(value)) return "not a number"
  const size = Math.abs(value)
  if (size === 0) return "0"
  if (size < 0.001 || size >= 1e5) return value.toExponential(2)
  return size >= 100 ? value.toFixed(1) : value.toFixed(size < 0.01 ? 5 : 4)
}

// The shortest text that is this number: 0.1 and not 0.10000000149011612, as float32 has it.
function typed(value) {
  if (!Number.isFinite(value)) return ""
  const digits = [1, 2, 3, 4, 5, 6, 7, 8].find((digits) => Math.fround(value.toPrecision(digits)) === value) || 9
  return String(Number(value.toPrecision(digits)))
}

function short(value) {
  if (Number.isNaN(value)) return "nan"
  const size = Math.abs(value)
  if (size >= 1e5) return value.toExponential(0)
  const text = value.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : 2)
  return text === "-0.00" ? "0.00" : text
}

function say(view) {
  const text = sentence(view.matrix, view.cell)
  view.find(".readout").textContent = text
  view.find(".spoken").textContent = text
}

const EDITS = " Type a number to change it, Delete brings the original back."
const FLIPS = " Space turns it over."
const HINTS = {
  editable: ["Type a number to change this cell. Delete brings the original back.", "Tap the chosen cell to change it."],
  toggles: ["Space or a double click turns this cell over.", "Tap the chosen cell to turn it over."],
}

function describe(view) {
  const { matrix, find, canvas } = view
  const size = `${matrix.title}: ${matrix.rows} rows, ${matrix.columns} columns. Arrow keys choose a cell.`
  canvas.setAttribute("aria-label", size + (matrix.editable ? EDITS : "") + (matrix.toggles ? FLIPS : ""))
  canvas.setAttribute("aria-roledescription", "matrix")
  find(".row-axis").textContent = `↓ rows: ${matrix.rowLabel}`
  find(".column-axis").textContent = `→ columns: ${matrix.columnLabel}`
  const hint = matrix.toggles ? HINTS.toggles : matrix.editable ? HINTS.editable : ["", ""]
  find(".hint").hidden = !hint[0]
  find(".keys").textContent = hint[0]
  find(".touch").textContent = hint[1]
  find(".low").textContent = short(matrix.domain[0])
  find(".high").textContent = short(matrix.domain[1])
  find(".changed-key").hidden = !(matrix.all & CHANGED)
  find(".own-key").hidden = !(matrix.all & OWN)
  find(".hidden-key").hidden = !(matrix.all & HIDDEN)
  find(".hidden-words").textContent = matrix.hiddenWords
}
