// One line below all: what the path is like and, in red, what went wrong or where it is too near to the scene.
import { h } from "./dom.js"
import { measure, steps } from "./path.js"

export function makeStatus() {
    const facts = h("span"),
        warning = h("span", { className: "ws-warning" })
    return {
        element: h("div", { className: "ws-status" }, facts, warning),
        // problem: why the text of the keys cannot be shown
        show(session, problem) {
            facts.textContent = session.getting
                ? "Getting the scene…"
                : [pathText(session), pointsText(session)].filter(Boolean).join(" · ")
            warning.textContent = session.message || problem || session.pathless || nearText(session)
        },
    }
}

function pathText({ path, header }) {
    const { way, turn } = measure(path)
    const medians = `${round(way)} median depths`
    const length = header ? `${round(way * header.median)} ${header.unit} (${medians})` : medians
    return `Path ${length}, turns ${turn.toFixed(0)}°`
}

function pointsText({ header }) {
    if (!header) return ""
    const { count, of } = header,
        all = of > count ? ` of ${of.toLocaleString("en")}` : ""
    return `${count.toLocaleString("en")} points${all}`
}

function nearText({ tooNear, clip }) {
    const fine = steps(clip.frames)
    const frames = tooNear.flatMap((near, i) => (near ? [Math.floor(i / fine)] : []))
    return frames.length ? `Too near to the scene at frame ${ranges(frames)}` : ""
}

const round = (length) => Number(length.toPrecision(3)).toString()

// [1, 2, 3, 7] -> "1-3, 7"
function ranges(numbers) {
    const runs = []
    for (const number of new Set(numbers)) {
        const run = runs.at(-1)
        if (run && run[1] === number - 1) run[1] = number
        else runs.push([number, number])
    }
    return runs.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(", ")
}
