// Mouse and keyboard, behind one button.
import { button, h } from "./dom.js"

const HELP = {
    "Outside (left)": [
        ["drag", "turn the view"],
        ["Shift or right drag", "shift the view"],
        ["wheel", "nearer, farther"],
        ["drag a key's circle", "move the key in the plane of the view"],
        ["drag its arrows or rings", "move or turn the key"],
    ],
    "Through the camera (right)": [
        ["drag", "look around"],
        ["Shift or right drag", "move sideways, up and down"],
        ["wheel", "move forward, back"],
        ["Alt drag", "around the point under the mouse"],
        ["W A S D, Q E", "move; Q down, E up"],
    ],
    Keys: [
        ["K", "add a key at the camera's view"],
        ["Enter", "move the chosen key there"],
        ["I", "insert a key on the curve"],
        ["Ctrl+D", "duplicate"],
        ["Del", "delete"],
        ["drag in time", "another frame; Alt: between frames"],
    ],
    Everywhere: [
        ["Space", "play"],
        ["← → Home End", "frames"],
        ["1 2 3, F", "orbit, top, side; show everything"],
        ["M, T", "handles that move, that turn"],
        ["Ctrl+Z, Ctrl+Shift+Z", "undo, redo"],
        ["Esc", "back to the path; leave full screen"],
    ],
}

export function makeHelp(close) {
    const element = h(
        "div",
        { className: "ws-help", hidden: true },
        h(
            "div",
            { className: "ws-helpbox" },
            button("close", { title: "Close (Esc)", press: close, className: "ws-close" }),
            ...Object.entries(HELP).map(([title, rows]) =>
                h(
                    "section",
                    {},
                    h("h4", {}, title),
                    h("dl", {}, ...rows.flatMap(([keys, text]) => [h("dt", {}, keys), h("dd", {}, text)])),
                ),
            ),
        ),
    )
    element.addEventListener("click", (event) => {
        if (event.target === element) close()
    })
    return element
}
