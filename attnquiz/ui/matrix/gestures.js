// What the learner does with keys, mouse and finger: choose a cell, write in it, turn it over.

function listen(view) {
  const { canvas, input, editor } = view
  let touched = false
  canvas.onkeydown = (event) => press(view, event)
  canvas.onpointerdown = (event) => {
    touched = event.pointerType !== "mouse" // in braces: a handler that returns false forbids the focus
  }
  canvas.onclick = (event) => {
    const cell = at(view, event)
    if (!cell) return
    if (touched && same(cell, view.cell)) enter(view)
    else choose(view, cell, 0)
  }
  canvas.ondblclick = (event) => {
    const cell = at(view, event)
    if (!touched && cell && same(cell, view.cell)) enter(view)
  }
  canvas.onpointermove = (event) => event.pointerType === "mouse" && point(view, event)
  canvas.onpointerleave = () => point(view, null)
  input.onkeydown = (event) => write(view, event)
  input.onkeyup = (event) => event.stopPropagation() // outside of the shadow, nobody sees that this is a field
  input.onblur = () => document.hasFocus() && finish(view, true) // another window may be where the number is looked up
  const sign = editor.querySelector(".sign")
  sign.onmousedown = sign.onpointerdown = (event) => event.preventDefault() // the field keeps the focus, the phone its keys
  sign.onclick = () => (input.value = input.value.startsWith("-") ? input.value.slice(1) : `-${input.value}`)
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

// ---------------------------------------------------------------- keys

function press(view, event) {
  if (event.altKey || event.metaKey) return
  const cell = goal(view, event)
  if (cell) choose(view, cell, 90)
  else if (event.ctrlKey || !act(view, event)) return
  event.preventDefault()
  event.stopPropagation() // the page's own shortcuts must not see it
}

function goal(view, { key, ctrlKey, shiftKey }) {
  if (shiftKey) return null
  const [row, column] = view.cell
  const { rows, columns } = view.matrix
  const cell = {
    ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
    Home: [ctrlKey ? 0 : row, 0], End: [ctrlKey ? rows - 1 : row, columns - 1],
  }[key]
  return cell && inside(view.matrix, cell)
}

function act(view, { key, repeat }) {
  const { editable, toggles } = view.matrix
  if (toggles && (key === " " || key === "Enter")) return repeat || flip(view) // a key held down is one press
  if (!editable) return false
  if (/^[-.,0-9]$/.test(key)) return edit(view, key)
  if (key === "Enter" || key === "F2") return edit(view)
  if (key === "Delete" || key === "Backspace") return repeat || restore(view)
  return false
}

function enter(view) {
  if (view.matrix.toggles) flip(view)
  else if (view.matrix.editable) edit(view)
}

function flip(view) {
  order(view, "flip", { cell: whole(view, view.cell) })
  return true
}

function restore(view) {
  order(view, "edit", { cell: whole(view, view.cell), written: "" })
  return true
}

// ---------------------------------------------------------------- the field over a cell

// With what is there, to be changed; or with the first character of what takes its place.
function edit(view, first = "") {
  const { matrix, input, editor, cell } = view
  const value = typed(matrix.values[cell[0] * matrix.columns + cell[1]])
  finish(view, true)
  view.editing = { cell, before: first ? "" : value }
  view.tip.hidden = true
  editor.hidden = false
  input.setAttribute("aria-label", `New value of ${named(matrix, cell)}`)
  input.value = first || value
  reveal(view)
  put(view)
  input.focus({ preventScroll: true })
  if (!first) input.select()
  return true
}

function put(view) {
  if (!view.editing || !view.plan) return
  const { left, top, width, height } = view.plan
  const [row, column] = view.editing.cell
  const { editor, extent, input } = view
  const [w, h] = [Math.max(width, 88), Math.max(height, 30)]
  input.style.width = `${w}px`
  input.style.height = `${h}px`
  const x = clamp(left + column * width + (width - w) / 2, 0, extent.offsetWidth - editor.offsetWidth)
  const y = clamp(top + row * height + (height - h) / 2, 0, extent.offsetHeight - h)
  editor.style.left = `${x}px`
  editor.style.top = `${y}px`
}

// What was not changed is not told: a number that only passed through the field keeps all its digits.
function finish(view, keep) {
  const { editing, editor, input } = view
  if (!editing) return
  view.editing = null
  editor.hidden = true
  const written = input.value.trim()
  if (keep && written !== editing.before) order(view, "edit", { cell: whole(view, editing.cell), written })
}

function write(view, event) {
  event.stopPropagation()
  if (event.isComposing) return
  const { key } = event
  const away = key === "ArrowUp" || key === "ArrowDown"
  if (!away && key !== "Enter" && key !== "Escape") return
  event.preventDefault()
  finish(view, key !== "Escape")
  view.canvas.focus({ preventScroll: true })
  if (away) press(view, event)
}
