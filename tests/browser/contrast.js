// Every piece of visible text whose contrast with what lies under it is below WCAG AA (4.5 to 1, 3 for large text).
() => {
  const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const parse = colour => {
    pixel.clearRect(0, 0, 1, 1)
    pixel.fillStyle = colour
    pixel.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data
    return [r, g, b, a / 255]
  }
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat([1])
  const luminance = colour => {
    const [r, g, b] = colour.map(v => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const ancestors = element => (element ? [element, ...ancestors(element.parentElement)] : [])
  const ground = element => {
    const layers = ancestors(element).map(e => parse(getComputedStyle(e).backgroundColor)).filter(c => c[3] > 0)
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1])
  }
  const ink = element => {
    const style = getComputedStyle(element)
    const darker = /brightness\(([\d.]+)\)/.exec(style.filter)
    const [r, g, b, a] = parse(style.color)
    const opacity = ancestors(element).reduce((all, e) => all * getComputedStyle(e).opacity, a)
    return [...[r, g, b].map(v => (darker ? v * darker[1] : v)), opacity]
  }
  const other = "[role=slider], [data-testid=stSliderThumbValue]" // stands above the thumb, not on its colour
  const hidden = e => e.closest(`script, style, noscript, .katex-mathml, :disabled, ${other}, [aria-hidden=true]`)
  const faint = {}
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const [text, element] = [walker.currentNode.textContent.trim(), walker.currentNode.parentElement]
    if (!text || hidden(element) || !element.checkVisibility({ opacityProperty: true })) continue
    const style = getComputedStyle(element)
    const size = parseFloat(style.fontSize)
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700)
    const under = ground(element)
    const [a, b] = [luminance(over(ink(element), under)), luminance(under)]
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    if (contrast < (large ? 3 : 4.5)) faint[`${element.tagName} ${text.slice(0, 40)}`] = contrast.toFixed(2)
  }
  return faint
}
