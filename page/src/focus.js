// The keyboard's focus, and what happens in the editor and is not for the graph behind it.
import { h } from "./dom.js"

const INSIDE = ["pointerdown", "mousedown", "wheel", "dblclick", "contextmenu", "copy", "paste", "cut"]

export function keepFocus(element) {
    // ComfyUI leaves the keyboard, its undo above all, to an input that has the focus
    const focus = h("input", {
        className: "ws-focus",
        readOnly: true,
        ariaLabel: "Camera path: press ? for the keys of the keyboard",
    })
    element.prepend(focus)
    const take = () => focus.focus({ preventScroll: true })
    element.addEventListener("mousedown", (event) => {
        if (event.target.closest("input, select")) return
        event.preventDefault() // no button takes the focus
        take()
    })
    // Nodes 2.0 gives the wheel to what has the focus
    element.addEventListener("pointerenter", () => {
        if ([null, document.body].includes(document.activeElement)) take()
    })
    for (const name of INSIDE) element.addEventListener(name, (event) => event.stopPropagation())
    return take
}
