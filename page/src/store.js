// The keys that are shown, and all earlier ones. `write` gets the text after every change.
import { parse, STILL } from "./keys.js"

export function makeStore(write, changed) {
    let state = STILL,
        text = "",
        past = [],
        future = [],
        drag = null

    function show([next, itsText]) {
        state = next
        text = itsText
        write(text)
        changed()
    }

    return {
        get state() {
            return state
        },
        get canUndo() {
            return past.length > 0
        },
        get canRedo() {
            return future.length > 0
        },
        // From outside: a loaded workflow, a text typed by hand. `start` is what an empty text stands for.
        load(loaded, start) {
            state = parse(loaded) ?? start ?? STILL
            text = loaded
            past = []
            future = []
            changed()
        },
        // All changes of one drag (any value that is the same for all of them) are undone at once.
        change(next, ofDrag = null) {
            if (next === state) return
            if (ofDrag === null || ofDrag !== drag) past.push([state, text])
            drag = ofDrag
            future = []
            show([next, JSON.stringify(next)])
        },
        undo() {
            if (!past.length) return
            future.push([state, text])
            drag = null
            show(past.pop())
        },
        redo() {
            if (!future.length) return
            past.push([state, text])
            drag = null
            show(future.pop())
        },
    }
}
