// The editor of a camera path: joins the keys (store.js), what is shown of them (session.js, view.js) and what
// changes both (key_actions.js, view_actions.js). It knows nothing of ComfyUI: what it needs comes in `host`.
import { flipped } from "./camera.js"
import { makeCollision } from "./collision.js"
import { makeKeyActions } from "./key_actions.js"
import { makePath, steps } from "./path.js"
import { readScene } from "./scene.js"
import { makeSession, optics } from "./session.js"
import { makeStage } from "./stage.js"
import { makeStore } from "./store.js"
import { makeView } from "./view.js"
import { makeViewActions } from "./view_actions.js"

const RADIUS = 0.008 // of the points, until there is a scene

// host: {
//   write(text)         the text of the keys changed
//   clip()              {frames, width, height} of the node now
//   post(route, body)   -> promise of the answer (JSON); rejects with a sentence
//   getScene()          runs what the node needs; -> promise that ends when it ran
//   toggleText()        shows or hides the text
//   fullScreen(on)      the editor shall fill the page, or not any longer
// }
export function makeEditor(host) {
    const session = makeSession(host.clip())
    const store = makeStore(host.write, keysChanged)
    const stage = makeStage({
        keyMoved: (body, drag) => actions.moveTo(body, drag),
        keyChosen: (index) => actions.choose(index),
        flown: () => actions.flown(),
        picked: (point) => actions.lookAt(point),
    })
    const redraw = { all: () => view.all(), lens: () => view.lens(), status: () => view.status() }
    const takeFocus = () => view.takeFocus()
    const viewActions = makeViewActions({ session, store, stage, host, redraw, takeFocus })
    const actions = { ...viewActions, ...makeKeyActions({ session, store, stage, ...viewActions }) }
    const view = makeView({ session, store, stage, actions, host })
    const ask = makePath(host.post, pathArrived, pathFailed)

    function keysChanged() {
        session.chosen = Math.min(session.chosen, store.state.keys.length - 1)
        session.clip = host.clip()
        view.all()
        ask(store.state, session.clip.frames)
    }

    function pathArrived(path) {
        session.path = path
        session.tooNear = path.map(({ position }, i) => i > 0 && session.collides(flipped(position)))
        session.pathless = ""
        view.path()
    }

    function pathFailed(sentence) {
        session.pathless = sentence
        view.status()
    }

    function showClip() {
        session.clip = host.clip()
        const { width, height } = session.clip
        stage.setOptics(optics(session), width / height, session.header?.radius ?? RADIUS)
    }

    function chooseLast() {
        actions.choose(store.state.keys.length - 1)
    }

    showClip()
    actions.view(session.view)
    actions.gizmo(session.handles)

    return {
        element: view.element,
        stage,
        actions,
        get text() {
            return store.text
        },
        // For tests, and for whoever looks with the browser's console. Settled: the path is that of the keys, and drawn.
        get settled() {
            return ask.settled() && stage.drawn
        },
        get view() {
            const { path, tooNear, time, chosen, header } = session,
                { frames } = session.clip
            return { path, tooNear, time, chosen, header, frames, steps: steps(frames), keys: store.state }
        },
        load(text) {
            session.message = ""
            store.load(text)
            chooseLast()
            stage.fit()
        },
        // The node's frames, width or height changed.
        clipChanged() {
            showClip()
            keysChanged()
        },
        showScene(buffer) {
            const scene = readScene(buffer),
                { header } = scene,
                first = session.header === null
            session.header = header
            session.collides = makeCollision(scene.points, header.nearest, header.neighbours)
            showClip()
            stage.setScene(scene)
            view.scene(header)
            store.setStart(header.start)
            if (store.isEmpty) chooseLast()
            if (first) stage.fit()
        },
        dispose() {
            session.playing = false
            stage.dispose()
        },
    }
}
