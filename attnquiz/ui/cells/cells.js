// Tokens by tokens: a table of buttons, walked with the arrow keys (one of them is in the tab order). Where a row or
// a column is asked, its header is the button. Once the weights are shown, the cells can be walked but not chosen.

const views = new WeakMap()

export default function (component) {
  const { parentElement, data, setTriggerValue } = component
  let view = views.get(parentElement)
  if (!view) {
    view = open(parentElement)
    views.set(parentElement, view)
  }
  view.send = (choice) => setTriggerValue("choice", choice)
  receive(view, data)
  return () => parentElement.isConnected || views.delete(parentElement) // it is also called while the next data comes
}

function open(root) {
  const table = root.querySelector("table")
  const view = { root, table, built: "", grid: null, chosen: null, given: null, sent: [], at: null, send: () => {} }
  table.onkeydown = (event) => press(view, event)
  table.onclick = (event) => {
    const cell = event.target.closest("th, .cell") // in a row that is asked for, any of its cells will do
    if (cell?.firstStop && !view.grid.shown) choose(view, cell.firstStop)
  }
  table.addEventListener("focusin", (event) => stand(view, event.target.closest("[tabindex]").place))
  table.addEventListener("focusout", () => light(view, null))
  table.onpointerover = (event) => {
    if (event.pointerType === "mouse") light(view, event.target.closest("th, td")?.firstStop)
  }
  table.onpointerleave = () => light(view, null)
  return view
}

// ---------------------------------------------------------------- data

function receive(view, grid) {
  const { tokens, asked, shown, chosen } = grid
  const plan = JSON.stringify([tokens, asked, shown])
  const fresh = plan !== view.built
  view.grid = grid
  // What comes back of a choice this view sent some keystrokes ago must not undo the one made since.
  const echo = view.sent.findIndex((choice) => same(choice, chosen))
  if (echo >= 0) view.sent.splice(0, echo + 1)
  else if (!same(chosen, view.given)) view.sent = []
  view.given = chosen
  if (fresh) view.sent = []
  if (!view.sent.length) view.chosen = chosen
  if (fresh) build(view, plan)
  mark(view)
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)

// ---------------------------------------------------------------- the table

function build(view, plan) {
  const { table, grid, root } = view
  const { tokens, asked, shown } = grid
  const focused = table.contains(root.activeElement)
  const once = (token) => tokens.indexOf(token) === tokens.lastIndexOf(token)
  const names = tokens.map((token, i) => (once(token) ? token : `${token} (number ${i + 1})`))
  view.names = names
  view.built = plan
  view.stops = new Map()
  table.className = shown ? "shown" : `asking ${asked}s`
  table.style.setProperty("--count", tokens.length)
  table.classList.toggle("tall", tokens.length > 6 && tokens.some((token) => token.length > 5))
  table.setAttribute("aria-label", `Queries down, keys across, ${tokens.length} by ${tokens.length}`)
  const head = make("tr", "row", make("td", "gridcell"))
  head.firstChild.className = "corner"
  head.firstChild.append(text("across", "key →"), text("down", "query ↓"))
  head.append(...tokens.map((token, column) => header(view, "column", token, names[column], column)))
  const rows = tokens.map((token, row) => {
    const cells = tokens.map((_, column) => cell(view, row, column))
    return make("tr", "row", header(view, "row", token, names[row], row), ...cells)
  })
  table.replaceChildren(make("thead", "rowgroup", head), make("tbody", "rowgroup", ...rows))
  view.at = null
  const start = [view.chosen, [0], [0, 0]].find((place) => place && stop(view, place))
  rove(view, start)
  if (focused) stop(view, start).focus({ preventScroll: true })
  if (shown?.right.length) showAnswer(view, stop(view, shown.right[0]))
}

// Where the grid is wider than the screen, the answer must not lie outside.
function showAnswer(view, cell) {
  const scroller = view.root.querySelector(".scroller")
  scroller.scrollLeft = cell.offsetLeft - scroller.clientWidth / 2
}

function make(tag, role, ...children) {
  const element = document.createElement(tag)
  element.setAttribute("role", role)
  element.append(...children)
  return element
}

function text(className, words) {
  const span = document.createElement("span")
  span.className = className
  span.textContent = words
  return span
}

function header(view, side, token, name, place) {
  const { asked, shown } = view.grid
  const word = side === "row" ? "query" : "key"
  const label = text("name", token)
  label.dir = "auto"
  label.title = name
  const element = make("th", `${side}header`, label)
  element.scope = side === "row" ? "row" : "col"
  element.side = side
  element.where = place
  if (asked === side && !shown) {
    const button = document.createElement("button")
    button.append(label)
    element.append(button)
    target(view, button, [place], `${word} ${name}`)
    element.firstStop = [place]
  } else element.setAttribute("aria-label", `${word} ${name}`)
  return element
}

function cell(view, row, column) {
  const { asked, shown } = view.grid
  const element = make("td", "gridcell")
  element.className = "cell"
  element.where = [row, column]
  element.firstStop = asked === "cell" || shown ? [row, column] : [asked === "row" ? row : column]
  const name = `query ${view.names[row]}, key ${view.names[column]}`
  if (shown) {
    element.style.setProperty("--shade", shown.shades[row][column])
    element.append(text("number", shown.texts[row][column]))
    target(view, element, [row, column], `${name}, weight ${shown.texts[row][column]}`)
  } else if (asked === "cell") {
    const button = document.createElement("button")
    target(view, button, [row, column], name)
    element.append(button)
  }
  return element
}

function target(view, element, place, name) {
  element.place = place
  element.spoken = name
  element.tabIndex = -1
  element.setAttribute("aria-label", name)
  view.stops.set(String(place), element)
}

const stop = (view, place) => view.stops.get(String(place))

// ---------------------------------------------------------------- what is chosen, what is right

function mine(view, row, column) {
  const { chosen, grid } = view
  if (!chosen) return false
  return grid.asked === "cell" ? same(chosen, [row, column]) : chosen[0] === (grid.asked === "row" ? row : column)
}

function mark(view) {
  const { grid, table, chosen, root } = view
  const { shown, asked } = grid
  const right = new Set(shown ? shown.right.map(String) : [])
  for (const element of table.querySelectorAll(".cell")) {
    const [row, column] = element.where
    const own = mine(view, row, column)
    const good = right.has(String([row, column]))
    element.classList.toggle("mine", own)
    element.classList.toggle("right", good)
    const host = element.querySelector("button") || element
    host.querySelector(".marks")?.remove()
    const signs = text("marks", (good ? "✓" : "") + (own ? "◆" : ""))
    signs.setAttribute("aria-hidden", "true")
    if (signs.textContent) host.append(signs)
    const spoken = [element.spoken, good && "the answer", own && "your choice"]
    if (shown) element.setAttribute("aria-label", spoken.filter(Boolean).join(", "))
  }
  for (const button of table.querySelectorAll("button")) {
    const own = same(chosen, button.place)
    button.setAttribute("aria-pressed", own)
    if (asked !== "cell") button.parentElement.classList.toggle("mine", own)
  }
  root.querySelector(".legend").hidden = !shown
  root.querySelector(".legend .mine").parentElement.hidden = !chosen
  const said = sentence(view)
  const readout = root.querySelector(".readout")
  if (readout.textContent !== said) readout.textContent = said
}

function sentence(view) {
  const { chosen, grid, names } = view
  const { shown, asked } = grid
  const side = asked === "row" ? 0 : 1
  const called = ([row, column]) => {
    if (column === undefined) return `the ${asked} of ${["query", "key"][side]} ${apart(names[row])}`
    const weight = shown ? `, weight ${shown.texts[row][column]}` : ""
    return `query ${apart(names[row])}, key ${apart(names[column])}${weight}`
  }
  const known = chosen && chosen.every((place) => place < names.length)
  const own = known ? called(chosen) : ""
  if (!shown) return own && `You chose ${own}.`
  const lines = () => [...new Set(shown.right.map((place) => place[side]))].map((line) => [line])
  const right = asked === "cell" ? shown.right : lines()
  const answers = right.slice(0, 3).map(called).join("; ") + (right.length > 3 ? `; and ${right.length - 3} more` : "")
  return [answers && `The answer: ${answers}.`, own && `Your choice: ${own}.`].filter(Boolean).join(" ")
}

// A name written from right to left must not turn the sentence around it.
const apart = (name) => (/[\u0590-\u08ff\ufb1d-\ufefc]/.test(name) ? `\u2068${name}\u2069` : name)

// ---------------------------------------------------------------- keys, clicks, focus

function press(view, event) {
  if (event.altKey || event.metaKey || event.shiftKey) return
  const { shown, asked, tokens } = view.grid
  if (event.key === " " || event.key === "Enter") {
    if (shown || event.ctrlKey) return // nothing to choose: the page's large button may have it
    event.stopPropagation() // the page's own shortcuts must not see it; the button's click does the rest
    return
  }
  const last = tokens.length - 1
  const [row, column] = shown || asked === "cell" ? view.at : asked === "row" ? [view.at[0], 0] : [0, view.at[0]]
  const all = event.ctrlKey
  const goal = {
    ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
    Home: [all ? 0 : row, 0], End: [all ? last : row, last],
  }[event.key]
  if (!goal) return
  event.preventDefault()
  event.stopPropagation()
  const [down, across] = goal.map((place) => Math.max(0, Math.min(last, place)))
  const place = shown || asked === "cell" ? [down, across] : [lineGoal(asked, event.key, down, across, last)]
  stop(view, place).focus()
}

// Among row headers Home and End mean the first and the last row, with and without Ctrl.
function lineGoal(asked, key, down, across, last) {
  if (key === "Home") return 0
  if (key === "End") return last
  return asked === "row" ? down : across
}

function choose(view, place) {
  if (same(place, view.chosen)) return
  view.chosen = place
  view.sent.push(place)
  rove(view, place)
  mark(view)
  view.send(place)
}

function rove(view, place) {
  if (view.at) stop(view, view.at).tabIndex = -1
  view.at = place
  stop(view, place).tabIndex = 0
}

function stand(view, place) {
  rove(view, place)
  light(view, place)
  stop(view, place).scrollIntoView({ block: "nearest", inline: "nearest" }) // out from under the names, too
}

// Light up the names of the row and the column, or the whole line where a line is asked.
function light(view, place) {
  const { table, grid } = view
  const line = place && place.length === 1
  for (const element of table.querySelectorAll("th, .cell")) {
    const { side, where } = element
    const [row, column] = side ? [side === "row" ? where : -1, side === "column" ? where : -1] : where
    const in_line = line && (grid.asked === "row" ? row : column) === place[0]
    const names_cell = place && !line && side && (row === place[0] || column === place[1])
    element.classList.toggle("lit", Boolean(in_line || names_cell))
  }
}
