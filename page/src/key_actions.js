// What changes the keys. Every change is a step that Undo takes back.
import { flipped, poseOf } from "./camera.js"
import { add, isFixed, lock, moveInTime, remove, swap, withKey } from "./keys.js"
import { poseAt } from "./path.js"
import { keyPoses, snap } from "./session.js"

// say(sentence): tells what could not be done. setPicking(on): the next click on a point is for lookAt.
export function makeKeyActions({ session, store, stage, say, setPicking }) {
    const frames = () => session.clip.frames

    // An action that may fail; what an earlier one said is gone.
    const attempt =
        (action) =>
        (...values) => {
            try {
                session.message = ""
                action(...values)
            } catch (error) {
                say(error.message)
            }
        }

    // New keys, of which `index` is chosen and shown.
    function put([next, index]) {
        session.chosen = index
        session.time = next.keys[index].time
        session.flying = false
        store.change(next)
    }

    return {
        addHere: attempt(() => put(add(store.state, stage.lens.pose, session.time, frames()))),
        insert: attempt(() => {
            const { keys } = store.state,
                { time, path } = session
            if (keys.length < 2 || !path.length) return say("Add a second key first: there is no curve yet.")
            const index = keys.findIndex((key) => Math.abs(key.time - time) < 1e-4)
            const [a, b] = index === keys.length - 1 ? [index - 1, index] : [index, index + 1]
            const at = index < 0 ? time : snap((keys[a].time + keys[b].time) / 2, session.clip)
            put(add(store.state, poseAt(path, at), at, frames()))
        }),
        duplicate: attempt(() => {
            const { position, rotation, zoom, time } = keyPoses(session, store.state)[session.chosen]
            put(add(store.state, { position, rotation, zoom }, time, frames()))
        }),
        remove: attempt(() => {
            if (store.state.keys.length < 2) return say("A path needs one key at least.")
            if (isFixed(store.state, session.chosen)) return say("Key P is the photo. Unlock it first.")
            put([remove(store.state, session.chosen), Math.max(0, session.chosen - 1)])
        }),
        reorder: attempt((by) => {
            const { chosen } = session,
                other = chosen + by
            if (other < 0 || other >= store.state.keys.length) return
            if (isFixed(store.state, other) || isFixed(store.state, chosen))
                return say("Key P is the photo and stays the first.")
            put([swap(store.state, chosen, other), other])
        }),
        moveHere: attempt(() => {
            if (isFixed(store.state, session.chosen))
                return say("Key P is the photo. Choose another key, or unlock it.")
            put([withKey(store.state, session.chosen, stage.lens.pose), session.chosen])
        }),
        // `drag`: the same value for all changes of one drag, which are undone at once.
        moveTo: (body, drag) => store.change(withKey(store.state, session.chosen, poseOf(body)), drag),
        change: attempt((change, drag = null) =>
            store.change(withKey(store.state, session.chosen, change), drag),
        ),
        setTime: attempt((index, value, drag = null) => {
            const next = moveInTime(store.state, index, value)
            session.time = next.keys[index].time
            store.change(next, drag)
        }),
        toggleLock: attempt(() => store.change(lock(store.state, !store.state.locked))),
        interpolation: attempt((interpolation) => store.change({ ...store.state, interpolation })),
        look: attempt((look) => {
            const { target, ...state } = store.state
            if (look === state.look && look !== "target") return
            if (look === "target") {
                if (!stage.points.length) return say("Get the scene first; then click the point to look at.")
                return setPicking(true)
            }
            setPicking(false)
            const keys = look === "free" ? keyPoses(session, store.state) : state.keys // so that nothing jumps
            store.change({ ...state, look, keys })
        }),
        lookAt(point) {
            setPicking(false)
            const target = flipped(point.toArray()).map((value) => Number(value.toFixed(5)))
            store.change({ ...store.state, look: "target", target })
        },
        usePreset: attempt((keys) => {
            session.chosen = keys.keys.length - 1
            session.time = 0
            session.flying = false
            store.change(keys)
            stage.fit()
        }),
        // The path of the node's input, as it is.
        startAgain() {
            if (store.isEmpty) return
            session.flying = false
            store.empty()
        },
        undo: () => store.undo(),
        redo: () => store.redo(),
    }
}
