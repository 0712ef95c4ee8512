// The menu of the presets: a path to start from.
import { button, h, number, select } from "./dom.js"
import { EASES } from "./keys.js"

const FIELDS = {
    angle: ["Angle", "°", 30, 1],
    elevation: ["Elevation", "°", 0, 1],
    distance: ["Distance", "medians", 0.3, 0.05],
    zoom: ["Zoom", "×", 1.5, 0.1],
    tilt: ["Tilt", "°", 0, 1],
}

export function makePresets(post, { usePreset, setMenu, say }) {
    const values = Object.fromEntries(Object.entries(FIELDS).map(([name, [, , value]]) => [name, value]))
    const toggle = button(null, {
        text: "Presets ▾",
        title: "Start from a ready path, then edit it",
        press: () => setMenu(menu.hidden ? "presets" : null),
    })
    const list = h("div", { className: "ws-presets" }),
        text = h("p"),
        inputs = h("div", { className: "ws-group" })
    const ease = select(
        EASES.map((value) => [value, value]),
        "Start slowly (in), end slowly (out), both, or neither",
        () => {},
    )
    const apply = button(null, {
        text: "Use",
        className: "ws-main",
        title: "Replaces the keys; Undo brings them back",
        press: ask,
    })
    const menu = h(
        "div",
        { className: "ws-menu", hidden: true },
        list,
        h(
            "div",
            { className: "ws-choice" },
            text,
            inputs,
            h("div", { className: "ws-group" }, h("label", {}, "Ease", ease), apply),
        ),
    )
    const element = h("div", { className: "ws-dropdown" }, toggle, menu)
    let chosen = null

    function open(shown) {
        if (shown === !menu.hidden) return
        menu.hidden = !shown
        if (shown) document.addEventListener("pointerdown", closeFromAway, true)
        else document.removeEventListener("pointerdown", closeFromAway, true)
    }

    function closeFromAway(event) {
        if (!element.contains(event.target)) setMenu(null)
    }

    async function ask() {
        const used = Object.fromEntries(Object.keys(chosen.uses).map((name) => [name, values[name]]))
        try {
            const body = { preset: chosen.name, ...used, ease: ease.value }
            usePreset((await post("/worldstereo/preset", body)).keys)
            setMenu(null)
        } catch (error) {
            say(error.message)
        }
    }

    function choose(preset, row) {
        chosen = preset
        for (const other of list.children) other.classList.toggle("ws-chosen", other === row)
        text.textContent = `${preset.text}.`
        Object.assign(values, preset.example)
        inputs.replaceChildren(
            ...Object.entries(preset.uses).map(([name, effect]) => {
                const [label, unit, , step] = FIELDS[name]
                const field = number(
                    label,
                    unit,
                    effect || label,
                    (value) => {
                        values[name] = value
                    },
                    step,
                )
                field.show(values[name])
                return field.element
            }),
        )
    }

    toggle.disabled = true
    return {
        element,
        open,
        show(presets) {
            toggle.disabled = presets.length === 0
            list.replaceChildren(
                ...presets.map((preset) => {
                    const row = h(
                        "button",
                        { type: "button", className: "ws-preset", onclick: () => choose(preset, row) },
                        preset.name,
                    )
                    return row
                }),
            )
            if (presets.length) choose(presets[0], list.firstChild)
        },
    }
}
