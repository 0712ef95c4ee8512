// The text of the keys, the keys that it stands for, and all earlier texts. `write` gets the text after every
// change from inside.
import { parse, STILL } from "./keys.js"

export function makeStore(write, changed) {
    let text = "",
        start = STILL, // what an empty text stands for
        state = STILL,
        problem = "",
        past = [],
        future = [],
        drag = null

    function read(next) {
        text = next
        problem = ""
        try {
            state = parse(text) ?? start
        } catch (error) {
            state = STILL
            problem = `${error.message} A change here replaces it.`
        }
    }

    function show(next) {
        read(next)
        write(text)
        changed()
    }

    function remember() {
        past.push(text)
        future = []
    }

    return {
        get text() {
            return text
        },
        // The keys object.
        get state() {
            return state
        },
        // Why the text cannot be shown.
        get problem() {
            return problem
        },
        get isEmpty() {
            return !text.trim()
        },
        get canUndo() {
            return past.length > 0
        },
        get canRedo() {
            return future.length > 0
        },
        // From outside: a loaded workflow, a text typed by hand.
        load(loaded) {
            read(loaded)
            past = []
            future = []
            changed()
        },
        // The keys of the node's input `trajectory`, or null.
        setStart(keys) {
            start = keys ?? STILL
            read(text)
            changed()
        },
        // All changes of one drag (any value that is the same for all of them) are undone at once.
        change(next, ofDrag = null) {
            if (next === state) return
            if (ofDrag === null || ofDrag !== drag) remember()
            drag = ofDrag
            show(JSON.stringify(next))
        },
        empty() {
            remember()
            drag = null
            show("")
        },
        undo() {
            if (!past.length) return
            future.push(text)
            drag = null
            show(past.pop())
        },
        redo() {
            if (!future.length) return
            past.push(text)
            drag = null
            show(future.pop())
        },
    }
}
