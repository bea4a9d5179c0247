// A matrix with names on both sides, drawn on one canvas the size of what is visible: the rest is scrolled,
// so 2,048 columns cost no more than 20. Names stay put while the cells move under them.

const NUMBER_SIZES = [14, 13, 12, 11, 10]
const NAME_SIZE = 13
const GAP = 6

const views = new WeakMap()

export default function (component) {
  const { parentElement, data, setTriggerValue } = component
  let view = views.get(parentElement)
  if (!view) {
    view = open(parentElement)
    views.set(parentElement, view)
  }
  view.send = (cell) => setTriggerValue("cell", cell)
  receive(view, unpack(data))
  return () => {
    view.observer.disconnect()
    document.fonts.removeEventListener("loadingdone", view.again)
    clearTimeout(view.timer)
    views.delete(parentElement)
  }
}

// ---------------------------------------------------------------- data

function unpack(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)))
  const cells = header.rows * header.columns
  header.values = new Float32Array(bytes.slice(4 + length, 4 + length + 4 * cells).buffer)
  header.hidden = bytes.slice(4 + length + 4 * cells)
  return header
}

function receive(view, matrix) {
  const fresh = !view.matrix || view.matrix.title !== matrix.title
  view.matrix = matrix
  // An answer to a cell this view sent some keystrokes ago must not pull the cursor back.
  const echo = view.sent.findIndex((cell) => same(cell, matrix.cell))
  if (echo >= 0) view.sent.splice(0, echo + 1)
  else if (!same(matrix.cell, view.given)) view.sent = []
  view.given = matrix.cell
  if (!view.sent.length && !view.timer) view.cell = matrix.cell
  const [row, column] = view.cell
  view.cell = [Math.min(row, matrix.rows - 1), Math.min(column, matrix.columns - 1)]
  describe(view)
  layout(view)
  if (fresh && matrix.show) reveal(view)
}

const same = (a, b) => a[0] === b[0] && a[1] === b[1]

// ---------------------------------------------------------------- one view

function open(root) {
  const find = (selector) => root.querySelector(selector)
  const view = {
    root, canvas: find("canvas"), scroller: find(".scroller"), extent: find(".extent"), tip: find(".tip"),
    cell: [0, 0], given: [0, 0], sent: [], timer: 0, send: () => {}, find,
  }
  view.again = () => view.matrix && layout(view)
  view.observer = new ResizeObserver(view.again)
  view.observer.observe(view.scroller)
  document.fonts.addEventListener("loadingdone", view.again) // a canvas does not redraw itself when its font arrives
  view.scroller.onscroll = () => draw(view)
  view.canvas.onkeydown = (event) => press(view, event)
  view.canvas.onclick = (event) => {
    const cell = at(view, event)
    if (cell) choose(view, cell, 0)
  }
  view.canvas.onpointermove = (event) => event.pointerType === "mouse" && point(view, event)
  view.canvas.onpointerleave = () => point(view, null)
  return view
}

function press(view, event) {
  if (event.altKey || event.metaKey || event.shiftKey) return
  const [row, column] = view.cell
  const { rows, columns } = view.matrix
  const all = event.ctrlKey
  const goal = {
    ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
    Home: [all ? 0 : row, 0], End: [all ? rows - 1 : row, columns - 1],
  }[event.key]
  if (!goal) return
  event.preventDefault()
  event.stopPropagation() // the page's own shortcuts must not see it
  choose(view, [clamp(goal[0], 0, rows - 1), clamp(goal[1], 0, columns - 1)], 90)
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
    view.sent.push(view.cell)
    view.send(view.cell)
  }, wait)
}

function at(view, event) {
  const box = view.canvas.getBoundingClientRect()
  const x = event.clientX - box.left
  const y = event.clientY - box.top
  const { left, top, width, height } = view.plan
  if (x < left || y < top) return null
  const column = Math.floor((x - left + view.scroller.scrollLeft) / width)
  const row = Math.floor((y - top + view.scroller.scrollTop) / height)
  return row < view.matrix.rows && column < view.matrix.columns ? [row, column] : null
}

function point(view, event) {
  const cell = event ? at(view, event) : null
  view.tip.hidden = !cell
  if (!cell) return
  view.tip.textContent = sentence(view.matrix, cell)
  const box = view.root.querySelector(".frame").getBoundingClientRect()
  const x = event.clientX - box.left
  const right = x + view.tip.offsetWidth + 16 > box.width
  view.tip.style.left = `${Math.max(0, right ? x - view.tip.offsetWidth - 10 : x + 14)}px`
  view.tip.style.top = `${event.clientY - box.top + 16}px`
}

// ---------------------------------------------------------------- words

function sentence(matrix, [row, column]) {
  const place = row * matrix.columns + column
  const hidden = matrix.hidden[place]
  const value = (hidden && matrix.hiddenSpoken) || exact(matrix.values[place])
  const seen = hidden ? `${value}, ${matrix.hiddenWords}` : value
  return `${matrix.rowAxis} ${matrix.rowNames[row]}, ${matrix.columnAxis} ${matrix.columnNames[column]}: ${seen}`
}

function exact(value) {
  if (Number.isNaN(value)) return "not a number"
  const size = Math.abs(value)
  if (size === 0) return "0"
  if (size < 0.001 || size >= 1e5) return value.toExponential(2)
  return size >= 100 ? value.toFixed(1) : value.toFixed(size < 0.01 ? 5 : 4)
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

function describe(view) {
  const { matrix, find, canvas } = view
  canvas.setAttribute("aria-label", `${matrix.title}: ${matrix.rows} rows, ${matrix.columns} columns. Arrow keys choose a cell.`)
  canvas.setAttribute("aria-roledescription", "matrix")
  find(".row-axis").textContent = `↓ rows: ${matrix.rowLabel}`
  find(".column-axis").textContent = `→ columns: ${matrix.columnLabel}`
  find(".readout").textContent = sentence(matrix, view.cell)
  find(".low").textContent = short(matrix.domain[0])
  find(".high").textContent = short(matrix.domain[1])
  find(".hidden-key").hidden = !matrix.hidden.some(Boolean)
  find(".hidden-words").textContent = matrix.hiddenWords
}

// ---------------------------------------------------------------- sizes

function layout(view) {
  const { matrix, scroller, extent, canvas } = view
  const style = getComputedStyle(scroller)
  const context = canvas.getContext("2d")
  const font = style.fontFamily
  const inner = scroller.clientWidth
  if (!inner) return
  context.font = `600 ${NAME_SIZE}px ${font}`
  const measure = (names) => Math.max(...names.map((name) => context.measureText(name).width))
  const longest = Math.min(measure(matrix.columnNames), 110)
  const left = Math.ceil(Math.min(measure(matrix.rowNames), inner * 0.3, 120)) + 2 * GAP + 2
  const room = Math.floor((inner - left - 2) / matrix.columns)
  const width = clamp(room, matrix.columns > 24 ? 16 : 26, 92)
  const slanted = longest + 8 > width
  const top = slanted ? Math.ceil(longest * 0.71) + 20 : NAME_SIZE + 16
  const overhang = slanted ? Math.ceil(longest * 0.71) : 0
  const height = Math.min(width, 44)
  const wide = left + width * matrix.columns
  const tall = top + height * matrix.rows + 2
  // The last slanted name may lean out of the grid, but only into room that is there: it must not cause scrolling.
  const total = Math.max(wide + 2, Math.min(wide + overhang, inner))
  view.plan = { left, top, width, height, slanted, font, size: numberSize(context, matrix, width, height, font) }
  extent.style.width = `${total}px`
  extent.style.height = `${tall}px`
  const seenWidth = Math.min(total, inner)
  const seenHeight = Math.min(tall, scroller.clientHeight || tall)
  const ratio = window.devicePixelRatio || 1
  canvas.style.width = `${seenWidth}px`
  canvas.style.height = `${seenHeight}px`
  canvas.width = Math.round(seenWidth * ratio)
  canvas.height = Math.round(seenHeight * ratio)
  view.ratio = ratio
  view.seen = [seenWidth, seenHeight]
  draw(view)
}

function numberSize(context, matrix, width, height, font) {
  const shown = Array.from(matrix.values.subarray(0, 4096), short)
  const longest = shown.reduce((a, b) => (b.length > a.length ? b : a), "")
  return NUMBER_SIZES.find((size) => {
    context.font = `${size}px ${font}`
    return height >= size + 6 && context.measureText(longest).width + 5 <= width
  })
}

function reveal(view) {
  const { scroller, plan, cell, seen } = view
  if (!plan) return
  const [row, column] = cell
  const x = column * plan.width
  const y = row * plan.height
  const across = seen[0] - plan.left
  const down = seen[1] - plan.top
  if (x < scroller.scrollLeft) scroller.scrollLeft = x
  else if (x + plan.width > scroller.scrollLeft + across) scroller.scrollLeft = x + plan.width - across + 2
  if (y < scroller.scrollTop) scroller.scrollTop = y
  else if (y + plan.height > scroller.scrollTop + down) scroller.scrollTop = y + plan.height - down + 2
}

const clamp = (value, low, high) => Math.max(low, Math.min(high, value))

// ---------------------------------------------------------------- drawing

function draw(view) {
  const { canvas, plan, matrix, ratio, seen, scroller } = view
  if (!plan) return
  const context = canvas.getContext("2d")
  const style = getComputedStyle(scroller)
  const ink = style.color
  const paper = rgb(style.backgroundColor)
  const scale = colours(matrix, paper)
  view.find(".bar").style.background = `linear-gradient(to right, ${scale.stops.join(", ")})`
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, seen[0], seen[1])
  const columns = span(scroller.scrollLeft, seen[0] - plan.left, plan.width, matrix.columns)
  const rows = span(scroller.scrollTop, seen[1] - plan.top, plan.height, matrix.rows)
  clipped(context, plan.left, plan.top, seen[0], seen[1], () => {
    const [x, y] = corner(view, 0, 0)
    context.fillStyle = getComputedStyle(view.find(".bar")).borderTopColor // shows between the cells
    context.fillRect(x - 1, y - 1, plan.width * matrix.columns + 1, plan.height * matrix.rows + 1)
    for (let row = rows[0]; row < rows[1]; row++)
      for (let column = columns[0]; column < columns[1]; column++) drawCell(context, view, scale, ink, row, column)
    drawChosen(context, view, ink, style.backgroundColor)
  })
  drawNames(context, view, ink, rows, columns)
}

const span = (offset, length, size, count) =>
  [Math.max(0, Math.floor(offset / size)), Math.min(count, Math.ceil((offset + length) / size))]

function clipped(context, left, top, right, bottom, paint) {
  context.save()
  context.beginPath()
  context.rect(left, top, right - left, bottom - top)
  context.clip()
  paint()
  context.restore()
}

const corner = (view, row, column) => [
  view.plan.left + column * view.plan.width - view.scroller.scrollLeft,
  view.plan.top + row * view.plan.height - view.scroller.scrollTop,
]

function drawCell(context, view, scale, ink, row, column) {
  const { matrix, plan } = view
  const place = row * matrix.columns + column
  const value = matrix.values[place]
  const [x, y] = corner(view, row, column)
  const gap = plan.width > 20 ? 1 : 0
  const [w, h] = [plan.width - gap, plan.height - gap]
  const hidden = matrix.hidden[place]
  const empty = hidden || Number.isNaN(value)
  const colour = empty ? scale.paper : scale.at(value)
  context.fillStyle = `rgb(${colour.join(",")})`
  context.fillRect(x, y, w, h)
  if (empty) hatch(context, ink, x, y, w, h)
  if (!plan.size) return
  const text = (hidden && (matrix.hiddenText || (value === 0 && "0"))) || short(value)
  const ground = luminance(colour) > 0.18 // where black and white contrast equally
  context.fillStyle = ground ? "#000" : "#fff"
  context.font = `${plan.size}px ${plan.font}`
  context.textAlign = "center"
  context.textBaseline = "middle"
  if (empty) {
    context.lineWidth = 5 // a halo, so that the hatching does not run through the sign
    context.strokeStyle = `rgb(${colour.join(",")})`
    context.strokeText(text, x + w / 2, y + h / 2 + 0.5)
  }
  context.fillText(text, x + w / 2, y + h / 2 + 0.5)
}

function hatch(context, ink, x, y, w, h) {
  clipped(context, x, y, x + w, y + h, () => {
    context.strokeStyle = ink
    context.globalAlpha = 0.3
    context.lineWidth = 1
    context.beginPath()
    for (let offset = -h; offset < w; offset += 6) {
      context.moveTo(x + offset, y + h)
      context.lineTo(x + offset + h, y)
    }
    context.stroke()
  })
}

function drawChosen(context, view, ink, paper) {
  const [x, y] = corner(view, ...view.cell)
  const { width, height } = view.plan
  if (width > 40) {
    context.lineWidth = 2
    context.strokeStyle = paper
    context.strokeRect(x + 3, y + 3, width - 7, height - 7)
  }
  context.lineWidth = width > 20 ? 3 : 2
  context.strokeStyle = ink
  context.strokeRect(x + 0.5, y + 0.5, width - 2, height - 2)
}

function drawNames(context, view, ink, rows, columns) {
  const { matrix, plan, seen, cell } = view
  context.fillStyle = ink
  const name = (text, chosen, room) => {
    context.font = `${chosen ? 700 : 400} ${NAME_SIZE}px ${plan.font}`
    return fit(context, text, room)
  }
  clipped(context, 0, plan.top, plan.left, seen[1], () => {
    context.textAlign = "right"
    context.textBaseline = "middle"
    for (let row = rows[0]; row < rows[1]; row++) {
      if (plan.height < NAME_SIZE && row % 2) continue
      const y = corner(view, row, 0)[1] + plan.height / 2
      context.fillText(name(matrix.rowNames[row], row === cell[0], plan.left - 2 * GAP), plan.left - GAP, y)
    }
  })
  clipped(context, plan.left - (plan.slanted ? 4 : 0), 0, seen[0], plan.top, () => {
    for (let column = columns[0]; column < columns[1]; column++) {
      const x = corner(view, 0, column)[0] + plan.width / 2
      context.save()
      context.translate(x, plan.top - GAP - 2)
      if (plan.slanted) context.rotate(-Math.PI / 4)
      context.textAlign = plan.slanted ? "left" : "center"
      context.textBaseline = plan.slanted ? "middle" : "bottom"
      context.fillText(name(matrix.columnNames[column], column === cell[1], plan.slanted ? 110 : plan.width - 4), 0, 0)
      context.restore()
    }
  })
}

function fit(context, text, room) {
  if (context.measureText(text).width <= room) return text
  const letters = Array.from(text)
  while (letters.length > 1 && context.measureText(letters.join("") + "…").width > room) letters.pop()
  return letters.join("") + "…"
}

// ---------------------------------------------------------------- colour

function colours(matrix, paper) {
  const stops = luminance(paper) > 0.18 ? matrix.colours.light : matrix.colours.dark
  const parsed = stops.map(hex)
  const [low, high] = matrix.domain
  const at = (value) => {
    const place = clamp((value - low) / (high - low || 1), 0, 1) * (parsed.length - 1)
    const from = Math.min(Math.floor(place), parsed.length - 2)
    const part = place - from
    return parsed[from].map((channel, i) => Math.round(channel + (parsed[from + 1][i] - channel) * part))
  }
  return { stops, at, paper }
}

const hex = (text) => [1, 3, 5].map((i) => parseInt(text.slice(i, i + 2), 16))
const rgb = (text) => (text.match(/[\d.]+/g) || [255, 255, 255]).slice(0, 3).map(Number)

function luminance(colour) {
  const [r, g, b] = colour.map((channel) => {
    const c = channel / 255
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
