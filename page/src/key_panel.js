// The list of the keys, and the numbers of the chosen one.
import { anglesOf, millimetres, rotationOf, zoomOf } from "./camera.js"
import { button, h, number, select, setIcon } from "./dom.js"
import { colourAt } from "./drawing.js"
import { EASES, isFixed } from "./keys.js"

const EASE_TEXTS = { none: "even", in: "starts slowly", out: "ends slowly", "in and out": "slow, fast, slow" }

export function makeKeyPanel(actions) {
    const list = h("div", { className: "ws-list" })
    const lockButton = button("locked", {
        title: "Key P is the photo: the clip starts exactly there. Unlock to move it",
        press: actions.toggleLock,
    })
    const removeButton = button("remove", { title: "Delete the key (Del)", press: actions.remove })
    const earlier = button("left", {
        title: "Change places with the key before",
        press: () => actions.reorder(-1),
    })
    const later = button("right", {
        title: "Change places with the key after",
        press: () => actions.reorder(1),
    })
    const tools = h(
        "div",
        { className: "ws-keytools" },
        button("add", {
            text: "Add key",
            className: "ws-main",
            title: "A new key where the lens is now (K)",
            press: actions.addHere,
        }),
        button("insert", {
            title: "Insert a key on the curve, here or after the chosen key (I)",
            press: actions.insert,
        }),
        button("duplicate", { title: "Duplicate the key (Ctrl+D)", press: actions.duplicate }),
        removeButton,
        earlier,
        later,
        lockButton,
    )

    let key = null,
        lens = null,
        median = 1,
        chosen = 0,
        frames = 1
    const move = (axis, sign) => (value) => {
        const position = [...key.position]
        position[axis] = sign * value
        actions.change({ position })
    }
    const turn = (axis) => (value) => {
        const angles = anglesOf(key.rotation)
        angles[axis] = value
        actions.change({ rotation: rotationOf(angles) })
    }
    const frame = number(
        "Frame",
        "",
        "The frame at which the camera is here",
        (value) => actions.setTime(chosen, value / Math.max(frames - 1, 1)),
        1,
    )
    const zoom = number(
        "Zoom",
        "×",
        "Focal length as a factor of the photo's",
        (value) => value > 0 && actions.change({ zoom: value }),
    )
    const mm = number(
        "Lens",
        "mm",
        "Focal length on 35 mm film, by the width of the picture (36 mm)",
        (value) => value > 0 && actions.change({ zoom: Number(zoomOf(lens, value).toFixed(5)) }),
        1,
    )
    const places = [
        ["Right", 0, 1, "to the right of the photo's camera"],
        ["Up", 1, -1, "above it"],
        ["Forward", 2, 1, "in front of it"],
    ].map(([name, axis, sign, text]) => ({
        axis,
        sign,
        ...number(name, "", `Median depths ${text}`, move(axis, sign)),
    }))
    const turns = [
        ["Turn", "to the right"],
        ["Tilt", "up"],
        ["Roll", "clockwise"],
    ].map(([name, text], axis) =>
        number(name, "°", `Degrees ${text}, from the photo's camera`, turn(axis), 1),
    )
    const ease = select(
        EASES.map((value) => [value, EASE_TEXTS[value]]),
        "Speed on the way to the next key",
        (value) => actions.change({ ease: value }),
    )
    const unit = h("span", { className: "ws-unit" })
    const fields = h(
        "div",
        { className: "ws-fields" },
        h(
            "div",
            { className: "ws-group" },
            frame.element,
            h("label", { className: "ws-number ws-wide" }, h("span", {}, "Speed"), ease),
        ),
        h("div", { className: "ws-group" }, mm.element, zoom.element),
        h("div", { className: "ws-group" }, ...places.map((field) => field.element), unit),
        h("div", { className: "ws-group" }, ...turns.map((field) => field.element)),
    )
    const rows = []

    function rowOf(index) {
        const name = h("b"),
            facts = h("small")
        const row = h(
            "button",
            { type: "button", className: "ws-key", onclick: () => actions.choose(index) },
            name,
            facts,
        )
        return { row, name, facts }
    }

    return {
        element: h(
            "div",
            { className: "ws-panel" },
            h("div", { className: "ws-listbar" }, list, tools),
            fields,
        ),
        show(state, index, optics, poses) {
            chosen = index
            key = poses[index]
            lens = optics
            median = optics.median ?? 1
            frames = optics.frames
            const { keys } = state,
                fixed = isFixed(state, index),
                last = keys.length - 1
            while (rows.length < keys.length) {
                rows.push(rowOf(rows.length))
                list.append(rows.at(-1).row)
            }
            for (const { row } of rows.splice(keys.length)) row.remove()
            keys.forEach((each, i) => {
                const { row, name, facts } = rows[i]
                row.classList.toggle("ws-chosen", i === index)
                row.title = i ? `Key ${i}` : "Key P: the photo"
                row.style.setProperty("--ws-key", `#${colourAt(each.time).getHexString()}`)
                name.textContent = i ? i : state.locked ? "Photo" : "P"
                facts.textContent = `frame ${Number((each.time * (frames - 1)).toFixed(1))} · ${millimetres(lens, each.zoom).toFixed(0)} mm`
            })
            setIcon(lockButton, state.locked ? "locked" : "unlocked")
            lockButton.setAttribute("aria-pressed", state.locked)
            removeButton.disabled = fixed || keys.length < 2
            earlier.disabled = fixed || index === 0 || isFixed(state, index - 1)
            later.disabled = fixed || index === last
            frame.show(key.time * (frames - 1), 2)
            frame.enable(index > 0 && index < last)
            zoom.show(key.zoom)
            mm.show(millimetres(lens, key.zoom), 1)
            ease.value = key.ease
            ease.disabled = index === last
            for (const { axis, sign, show, enable } of places) {
                show(sign * key.position[axis])
                enable(!fixed)
            }
            anglesOf(key.rotation).forEach((angle, axis) => {
                turns[axis].show(angle, 1)
                turns[axis].enable(!fixed && (state.look === "free" || index === 0))
            })
            for (const field of [zoom, mm]) field.enable(!fixed)
            const away = Math.hypot(...key.position)
            unit.textContent = optics.unit
                ? `${Number((away * median).toPrecision(3))} ${optics.unit} from the photo`
                : "median depths"
        },
    }
}
