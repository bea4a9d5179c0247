// A picture that the app drew, as SVG: shown in the colours of the page, and saved as a file, always the light one.

const ELEMENTS = ["svg", "title", "defs", "pattern", "g", "rect", "line", "circle", "path", "text"]
const ATTRIBUTES = [
  "xmlns", "viewBox", "width", "height", "role", "font-family", "font-size", "font-weight", "text-anchor", "x", "y", "x1",
  "y1", "x2", "y2", "cx", "cy", "r", "d", "id", "patternUnits", "transform", "fill", "stroke", "stroke-width",
  "stroke-opacity", "stroke-linejoin", "paint-order", "shape-rendering",
]
const SHARP = 2 // pixels of a PNG for each of the picture
const LARGEST = 8192 // pixels on a side that every browser can draw

const views = new WeakMap()

export default function (component) {
  const { parentElement, data } = component
  let view = views.get(parentElement)
  if (!view) {
    view = open(parentElement)
    views.set(parentElement, view)
  }
  if (view.data?.light !== data.light || view.data?.name !== data.name) view.said.textContent = ""
  view.data = data
  show(view)
  return () => parentElement.isConnected || close(view) // it is also called while the next data comes
}

function open(root) {
  const find = (selector) => root.querySelector(selector)
  const view = { root, frame: find(".frame"), scroller: find(".scroller"), said: find(".said"), data: null, shown: "" }
  view.frame.ontransitionend = () => show(view)
  find(".save-svg").onclick = () => saveSvg(view)
  find(".save-png").onclick = () => savePng(view)
  view.observer = new ResizeObserver(() => reachable(view))
  view.observer.observe(view.scroller)
  return view
}

function close(view) {
  view.observer.disconnect()
  views.delete(view.root)
}

// ---------------------------------------------------------------- showing

function show(view) {
  const text = isLight(view) ? view.data.light : view.data.dark
  if (text === view.shown) return
  view.shown = text
  const svg = parsed(text)
  if (!svg) {
    view.scroller.textContent = "This picture could not be drawn. Reload the page."
    return
  }
  svg.setAttribute("aria-label", view.data.title)
  svg.style.setProperty("--natural", svg.getAttribute("width"))
  view.scroller.setAttribute("aria-label", view.data.title)
  view.scroller.replaceChildren(svg)
  reachable(view)
}

// What scrolls must be reached by keyboard, and what does not scroll must not be in the way.
function reachable({ scroller }) {
  const scrolls = scroller.scrollWidth > scroller.clientWidth + 1
  if (scrolls) scroller.setAttribute("role", "group")
  else scroller.removeAttribute("role")
  scroller.tabIndex = scrolls ? 0 : -1
}

// Only what the app itself ever writes gets into the page: shapes and words, no script, no address, no event.
function parsed(text) {
  const read = new DOMParser().parseFromString(text, "image/svg+xml")
  const root = read.documentElement
  if (read.querySelector("parsererror") || root.localName !== "svg") return null
  for (const element of [root, ...root.querySelectorAll("*")]) {
    if (!ELEMENTS.includes(element.localName)) element.remove()
    for (const { name, value } of [...element.attributes])
      if (!ATTRIBUTES.includes(name) || /url\((?!#)/i.test(value)) element.removeAttribute(name)
  }
  return document.importNode(root, true)
}

function isLight({ frame }) {
  const channels = getComputedStyle(frame).backgroundColor.match(/[\d.]+/g) || [255, 255, 255]
  const [r, g, b] = channels.slice(0, 3).map((channel) => (channel / 255) ** 2.2)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18
}

// ---------------------------------------------------------------- saving

function saveSvg(view) {
  give(view, new Blob([view.data.light], { type: "image/svg+xml" }), "svg")
}

async function savePng(view) {
  const svg = parsed(view.data.light)
  const [width, height] = ["width", "height"].map((side) => Number(svg?.getAttribute(side)))
  const sharp = Math.min(SHARP, LARGEST / Math.max(width, height))
  try {
    const image = new Image()
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(view.data.light)}`
    await image.decode()
    const canvas = document.createElement("canvas")
    canvas.width = Math.round(width * sharp)
    canvas.height = Math.round(height * sharp)
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"))
    if (!blob) throw new Error("no picture")
    give(view, blob, "png")
  } catch {
    view.said.textContent = "This browser cannot make a PNG of the picture. Save it as SVG."
  }
}

function give(view, blob, ending) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = `${view.data.name}.${ending}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  view.said.textContent = `Saved as ${link.download}`
}
