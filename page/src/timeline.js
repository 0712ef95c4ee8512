// Play, frames, and the keys in time, which can be dragged to other frames.
import { button, h, setIcon } from "./dom.js"
import { colourAt } from "./drawing.js"

export function makeTimeline({ play, step, seek, choose, setTime, snap }) {
    const playButton = button("play", { title: "Play (Space)", press: play })
    const track = h("div", { className: "ws-track", title: "Click or drag: the frame that the lens shows" })
    const ticks = h("div", { className: "ws-ticks" }),
        red = h("div", { className: "ws-near" }),
        head = h("div", { className: "ws-head" })
    const count = h("span", { className: "ws-count" })
    track.append(ticks, red, head)
    let marks = [],
        drag = {}

    const at = (event) => {
        const box = track.getBoundingClientRect()
        return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1)
    }

    function follow(element, down, move) {
        element.setPointerCapture(down.pointerId)
        const end = () => {
            element.removeEventListener("pointermove", move)
            element.removeEventListener("pointerup", end)
            element.removeEventListener("pointercancel", end)
        }
        element.addEventListener("pointermove", move)
        element.addEventListener("pointerup", end)
        element.addEventListener("pointercancel", end)
    }

    track.addEventListener("pointerdown", (event) => {
        seek(snap(at(event)))
        follow(track, event, (moved) => seek(snap(at(moved))))
    })

    function makeMark(index) {
        const mark = h("button", { type: "button", className: "ws-mark", title: "Drag: the key's frame" })
        mark.addEventListener("pointerdown", (event) => {
            event.stopPropagation()
            choose(index)
            drag = {}
            follow(mark, event, (moved) => {
                if (Math.abs(moved.clientX - event.clientX) > 3)
                    setTime(index, moved.altKey ? at(moved) : snap(at(moved)), drag)
            })
        })
        return mark
    }

    return {
        element: h(
            "div",
            { className: "ws-timeline" },
            playButton,
            button("left", { title: "One frame back (←)", press: () => step(-1) }),
            button("right", { title: "One frame on (→)", press: () => step(1) }),
            track,
            count,
        ),
        show({ keys }, chosen, time, frames, playing) {
            setIcon(playButton, playing ? "pause" : "play")
            while (marks.length < keys.length) {
                marks.push(makeMark(marks.length))
                track.append(marks.at(-1))
            }
            for (const mark of marks.splice(keys.length)) mark.remove()
            keys.forEach((key, i) => {
                marks[i].style.left = `${100 * key.time}%`
                marks[i].style.setProperty("--ws-key", `#${colourAt(key.time).getHexString()}`)
                marks[i].classList.toggle("ws-chosen", i === chosen)
            })
            head.style.left = `${100 * time}%`
            ticks.style.backgroundSize = `${100 / Math.max(frames - 1, 1)}% 100%`
            count.textContent = `${Math.round(time * (frames - 1))} / ${frames - 1}`
        },
        // Which parts of the path are too near to the scene.
        showPath(tooNear) {
            const stops = tooNear.map(
                (near, i) =>
                    `${near ? "var(--ws-red)" : "transparent"} ${(100 * i) / Math.max(tooNear.length - 1, 1)}%`,
            )
            red.style.background = stops.length > 1 ? `linear-gradient(90deg, ${stops.join(",")})` : "none"
        },
    }
}
