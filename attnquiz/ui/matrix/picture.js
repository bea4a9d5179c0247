// The picture: how large everything is, and how it is drawn. 4,096 cells are a few milliseconds.

const NUMBER_SIZES = [14, 13, 12, 11, 10]
const NAME_SIZE = 13
const GAP = 6
const STRIPE = 6 // px from one line of the hatching to the next
const SHADES = 513 // odd: the middle of a scale is one of them

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
  const width = clamp(room, matrix.tiny ? 4 : matrix.columns > 24 ? 16 : 26, 92)
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
  put(view)
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
  dress(view, context, ink, style.backgroundColor)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, seen[0], seen[1])
  const columns = span(scroller.scrollLeft, seen[0] - plan.left, plan.width, matrix.columns)
  const rows = span(scroller.scrollTop, seen[1] - plan.top, plan.height, matrix.rows)
  clipped(context, plan.left, plan.top, seen[0], seen[1], () => {
    const [x, y] = corner(view, 0, 0)
    context.fillStyle = getComputedStyle(view.find(".bar")).borderTopColor // shows between the cells
    context.fillRect(x - 1, y - 1, plan.width * matrix.columns + 1, plan.height * matrix.rows + 1)
    drawCells(context, view, rows, columns)
    drawChosen(context, view, ink, style.backgroundColor)
  })
  drawNames(context, view, ink, rows, columns)
}

// The colours and the hatching, made anew only where the numbers or the theme are others.
function dress(view, context, ink, ground) {
  const { matrix, ratio } = view
  const worn = view.dress
  if (worn?.matrix === matrix && worn.ink === ink && worn.ground === ground && worn.ratio === ratio) return
  const scale = colours(matrix, rgb(ground))
  view.dress = { ...scale, matrix, ink, ground, ratio, pattern: hatching(context, ink, ratio) }
  view.find(".bar").style.background = `linear-gradient(to right, ${scale.stops.join(", ")})`
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

function drawCells(context, view, rows, columns) {
  const { matrix, plan, dress } = view
  const gap = plan.width > 20 ? 1 : 0
  const [w, h] = [plan.width - gap, plan.height - gap]
  const [left, top] = corner(view, 0, 0)
  const size = STRIPE / Math.round(STRIPE * dress.ratio)
  dress.pattern.setTransform(new DOMMatrix([size, 0, 0, size, left, top]))
  if (plan.size) context.font = `${plan.size}px ${plan.font}`
  context.textAlign = "center"
  context.textBaseline = "middle"
  for (let row = rows[0]; row < rows[1]; row++)
    for (let column = columns[0]; column < columns[1]; column++) {
      const place = row * matrix.columns + column
      const marks = matrix.marks[place]
      const x = left + column * plan.width
      const y = top + row * plan.height
      const shade = shadeAt(view, place)
      const empty = shade === dress.paper
      context.fillStyle = shade.colour
      context.fillRect(x, y, w, h)
      if (empty) {
        context.fillStyle = dress.pattern
        context.fillRect(x, y, w, h)
      }
      if (plan.size) drawNumber(context, matrix, place, shade, empty, x + w / 2, y + h / 2 + 0.5)
      if (marks > HIDDEN) drawMarks(context, marks, shade.ink, x, y, w, h)
    }
}

const shadeAt = ({ matrix, dress }, place) =>
  matrix.marks[place] & HIDDEN || Number.isNaN(matrix.values[place]) ? dress.paper : dress.at(matrix.values[place])

function drawNumber(context, matrix, place, shade, empty, x, y) {
  const value = matrix.values[place]
  const text = (matrix.marks[place] & HIDDEN && (matrix.hiddenText || (value === 0 && "0"))) || short(value)
  if (empty) {
    context.lineWidth = 5 // a halo, so that the hatching does not run through the sign
    context.strokeStyle = shade.colour
    context.strokeText(text, x, y)
  }
  context.fillStyle = shade.ink
  context.fillText(text, x, y)
}

// In the corners, clear of the number: a triangle where the cell differs from before, a dot where the learner wrote it.
function drawMarks(context, marks, ink, x, y, w, h) {
  const side = Math.min(9, 0.27 * h)
  const radius = side * 0.36
  context.fillStyle = ink
  context.beginPath()
  if (marks & CHANGED) {
    context.moveTo(x + w - side, y)
    context.lineTo(x + w, y)
    context.lineTo(x + w, y + side)
  }
  context.closePath()
  if (marks & OWN) context.roundRect(x + 1.5, y + 1.5, 2 * radius, 2 * radius, radius)
  context.fill()
}

function hatching(context, ink, ratio) {
  const tile = document.createElement("canvas")
  tile.width = tile.height = Math.round(STRIPE * ratio)
  const pen = tile.getContext("2d")
  pen.scale(tile.width / STRIPE, tile.width / STRIPE)
  pen.strokeStyle = ink
  pen.globalAlpha = 0.3
  for (const shift of [-STRIPE, 0, STRIPE]) {
    pen.moveTo(shift - 1, STRIPE + 1)
    pen.lineTo(shift + STRIPE + 1, -1)
  }
  pen.stroke()
  return context.createPattern(tile, "repeat")
}

function drawChosen(context, view, ink, paper) {
  const [x, y] = corner(view, ...view.cell)
  const { matrix } = view
  const { width, height } = view.plan
  if (width > 40) {
    context.lineWidth = 2
    context.strokeStyle = paper
    context.strokeRect(x + 3, y + 3, width - 7, height - 7)
  }
  context.lineWidth = width > 20 ? 3 : 2
  context.strokeStyle = ink
  context.strokeRect(x + 0.5, y + 0.5, width - 2, height - 2)
  const place = view.cell[0] * matrix.columns + view.cell[1]
  const marks = matrix.marks[place]
  const inset = width > 40 ? 5 : 2
  const { ink: own } = shadeAt(view, place)
  if (marks > HIDDEN) drawMarks(context, marks, own, x + inset, y + inset, width - 2 * inset - 1, height - 2 * inset - 1)
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
      if (row % Math.ceil(NAME_SIZE / plan.height)) continue
      const y = corner(view, row, 0)[1] + plan.height / 2
      context.fillText(name(matrix.rowNames[row], row === cell[0], plan.left - 2 * GAP), plan.left - GAP, y)
    }
  })
  clipped(context, plan.left - (plan.slanted ? 4 : 0), 0, seen[0], plan.top, () => {
    for (let column = columns[0]; column < columns[1]; column++) {
      if (column % Math.ceil(NAME_SIZE / plan.width)) continue
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

function colours(matrix, ground) {
  const stops = luminance(ground) > 0.18 ? matrix.colours.light : matrix.colours.dark
  const parsed = stops.map(hex)
  const [low, high] = matrix.domain
  const shades = Array.from({ length: SHADES }, (_, i) => {
    const place = (i / (SHADES - 1)) * (parsed.length - 1)
    const from = Math.min(Math.floor(place), parsed.length - 2)
    return shade(parsed[from].map((c, k) => Math.round(c + (parsed[from + 1][k] - c) * (place - from))))
  })
  const at = (value) => shades[Math.round(clamp((value - low) / (high - low || 1), 0, 1) * (SHADES - 1))]
  return { stops, at, paper: shade(ground) }
}

// Above 0.18, black and white contrast equally.
const shade = (colour) => ({ colour: `rgb(${colour.join(",")})`, ink: luminance(colour) > 0.18 ? "#000" : "#fff" })

const hex = (text) => [1, 3, 5].map((i) => parseInt(text.slice(i, i + 2), 16))
const rgb = (text) => (text.match(/[\d.]+/g) || [255, 255, 255]).slice(0, 3).map(Number)

function luminance(colour) {
  const [r, g, b] = colour.map((channel) => {
    const c = channel / 255
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
