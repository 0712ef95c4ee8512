// Keys of the keyboard while the editor has the focus. None of them reaches ComfyUI's own shortcuts.
const STEP = 0.03 // median depths

export function bindKeyboard(element, actions) {
    const plain = {
        " ": actions.play,
        arrowleft: () => actions.step(-1),
        arrowright: () => actions.step(1),
        home: () => actions.seek(0),
        end: () => actions.seek(1),
        k: actions.addHere,
        enter: actions.moveHere,
        i: actions.insert,
        delete: actions.remove,
        backspace: actions.remove,
        1: () => actions.view("orbit"),
        2: () => actions.view("top"),
        3: () => actions.view("side"),
        f: actions.fit,
        m: () => actions.gizmo("translate"),
        t: () => actions.gizmo("rotate"),
        "?": actions.help,
        escape: actions.escape,
        w: () => actions.fly(0, 0, STEP),
        s: () => actions.fly(0, 0, -STEP),
        a: () => actions.fly(-STEP, 0, 0),
        d: () => actions.fly(STEP, 0, 0),
        q: () => actions.fly(0, -STEP, 0),
        e: () => actions.fly(0, STEP, 0),
    }
    const withControl = { z: actions.undo, y: actions.redo, d: actions.duplicate }

    element.addEventListener("keydown", (event) => {
        event.stopPropagation()
        const typing = event.target.closest("input:not(.ws-focus), select"),
            key = event.key.toLowerCase()
        if (typing && key !== "escape") return
        if (event.target.closest("button") && (key === " " || key === "enter")) return
        const control = event.ctrlKey || event.metaKey
        const action = control
            ? event.shiftKey && key === "z"
                ? actions.redo
                : withControl[key]
            : plain[key]
        if (!action || event.altKey) return
        event.preventDefault()
        action()
    })
    element.addEventListener("keyup", (event) => event.stopPropagation())
}
