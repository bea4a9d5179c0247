// The concepts as boxes in lanes, with lines from what they need. One box is in the tab order; arrows move to the next.

const TOP = 50 // pixels above the first row, for the names of the lanes
const HEIGHT = 50
const PITCH = 62 // from row to row
const GAP = 8 // between lanes
const SIGNS = { known: "✓", begun: "◐", ready: "▶", later: "" }
const SAID = { known: "known", begun: "begun", ready: "ready to learn", later: "builds on things not known yet" }
const SVG = "http://www.w3.org/2000/svg"

const views = new WeakMap()

export default function (component) {
  const { parentElement, data, setTriggerValue } = component
  let view = views.get(parentElement)
  if (!view) {
    view = { sheet: parentElement.querySelector(".sheet"), lines: parentElement.querySelector(".lines"), boxes: new Map() }
    views.set(parentElement, view)
    view.sheet.onkeydown = (event) => walk(view, event)
    view.observer = new ResizeObserver(() => draw(view))
    view.observer.observe(view.sheet)
  }
  view.data = data
  view.choose = (id) => setTriggerValue("choice", id)
  build(view)
  draw(view)
  view.sheet.classList.toggle("covered", view.boxes.has(data.chosen))
  if (view.boxes.has(data.chosen) && view.chosen !== data.chosen)
    requestAnimationFrame(() => inSight(view.boxes.get(data.chosen)))
  view.chosen = data.chosen
  return () => {
    if (parentElement.isConnected) return // it is also called while the next data comes
    view.observer.disconnect()
    views.delete(parentElement)
  }
}

function build(view) {
  const { boxes, lanes, chosen } = view.data
  const wanted = new Set(boxes.map((box) => box.id))
  for (const [id, button] of view.boxes)
    if (!wanted.has(id)) {
      button.remove()
      view.boxes.delete(id)
    }
  for (const lane of view.sheet.querySelectorAll(".lane")) lane.remove()
  lanes.forEach((title, number) => {
    const name = document.createElement("div")
    name.className = "lane"
    name.dataset.lane = number
    name.textContent = title
    view.sheet.append(name)
  })
  const focused = view.focused ?? (wanted.has(chosen) ? chosen : boxes.find((box) => box.known === "ready")?.id)
  for (const box of boxes) {
    const button = view.boxes.get(box.id) ?? made(view, box.id)
    button.className = `${box.known} ${near(chosen, box, boxes) ? "near" : ""}`
    button.setAttribute("aria-pressed", String(box.id === chosen))
    const met = box.recall !== null
    button.setAttribute("aria-label", `${box.title}: ${SAID[box.known]}${met ? `, predicted recall ${box.recall}%` : ""}`)
    button.querySelector(".recall").textContent = met ? `${box.recall}%` : ""
    button.querySelector(".recall").hidden = !met
    button.querySelector(".bar").style.width = met ? `${box.recall}%` : "0"
    button.querySelector(".sign").textContent = SIGNS[box.known]
    button.querySelector(".sign").hidden = !SIGNS[box.known]
    button.querySelector(".title").textContent = box.title
  }
  reach(view, wanted.has(focused) ? focused : boxes[0]?.id)
}

// Whether the chosen one builds on this one, or this one on it.
function near(chosen, box, boxes) {
  const other = boxes.find((each) => each.id === chosen)
  return box.needs.includes(chosen) || other?.needs.includes(box.id)
}

function made(view, id) {
  const button = document.createElement("button")
  const [sign, title, recall, bar] = ["sign", "title", "recall", "bar"].map((name) => {
    const part = document.createElement("span")
    part.className = name
    return part
  })
  for (const part of [sign, recall, bar]) part.setAttribute("aria-hidden", "true")
  button.type = "button"
  button.append(sign, title, recall, bar)
  button.onfocus = () => reach(view, id)
  button.onclick = () => {
    reach(view, id) // not every browser focuses what is clicked
    view.choose(id)
  }
  view.boxes.set(id, button)
  view.sheet.append(button)
  return button
}

function reach(view, id) {
  view.focused = id
  for (const [other, button] of view.boxes) button.tabIndex = other === id ? 0 : -1
}

// ---------------------------------------------------------------- where everything stands

function draw(view) {
  const { boxes, lanes, chosen } = view.data
  const wide = (view.sheet.clientWidth + GAP) / Math.max(1, lanes.length)
  const rows = Math.max(0, ...boxes.map((box) => box.row)) + 1
  view.sheet.style.height = `${TOP + rows * PITCH}px`
  const at = new Map(boxes.map((box) => [box.id, { x: box.lane * wide, y: TOP + box.row * PITCH }]))
  for (const lane of view.sheet.querySelectorAll(".lane"))
    Object.assign(lane.style, { left: `${lane.dataset.lane * wide}px`, width: `${wide - GAP}px` })
  for (const [id, button] of view.boxes) {
    const { x, y } = at.get(id)
    Object.assign(button.style, { left: `${x}px`, top: `${y}px`, width: `${wide - GAP}px` })
  }
  const middle = (wide - GAP) / 2
  const paths = boxes.flatMap((box) =>
    ["needs", "helps"].flatMap((kind) =>
      box[kind].filter((id) => at.has(id)).map((id) => {
        const [from, to] = [at.get(id), at.get(box.id)]
        const [x1, y1, x2, y2] = [from.x + middle, from.y + HEIGHT, to.x + middle, to.y]
        const bend = Math.max(14, Math.abs(y2 - y1) / 2)
        const path = document.createElementNS(SVG, "path")
        path.setAttribute("d", `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`)
        path.setAttribute("class", `${kind} ${[id, box.id].includes(chosen) ? "near" : ""}`)
        return path
      }),
    ),
  )
  view.lines.replaceChildren(...paths)
}

// ---------------------------------------------------------------- keys

function walk(view, event) {
  const here = view.data.boxes.find((box) => box.id === view.focused)
  const step = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key]
  if (!here || !step || event.ctrlKey || event.altKey || event.metaKey) return
  event.preventDefault()
  const [across, down] = step
  const ahead = view.data.boxes.filter((box) =>
    across ? Math.sign(box.lane - here.lane) === across : box.lane === here.lane && Math.sign(box.row - here.row) === down,
  )
  const far = (box) => 100 * Math.abs(box.lane - here.lane) + Math.abs(box.row - here.row)
  const next = ahead.sort((one, other) => far(one) - far(other))[0]
  if (!next) return
  reach(view, next.id)
  view.boxes.get(next.id).focus({ preventScroll: true })
  inSight(view.boxes.get(next.id))
}

function inSight(button) {
  button?.scrollIntoView({ block: "nearest", inline: "nearest" })
}
