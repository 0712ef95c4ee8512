// All elements of the editor, and what they show of the session and the keys.
import { h } from "./dom.js"
import { keepFocus } from "./focus.js"
import { makeHelp } from "./help.js"
import { bindKeyboard } from "./keyboard.js"
import { makeKeyPanel } from "./key_panel.js"
import { isFixed } from "./keys.js"
import { makeOverlays } from "./overlays.js"
import { poseAt } from "./path.js"
import { makePresets } from "./presets.js"
import { keyPoses, optics, snap } from "./session.js"
import { makeStatus } from "./status.js"
import css from "./style.css"
import { makeTimeline } from "./timeline.js"
import { makeToolbar } from "./toolbar.js"

export function makeView({ session, store, stage, actions, host }) {
    const presets = makePresets(host.post, actions),
        toolbar = makeToolbar(actions, presets.element, () => host.toggleText()),
        overlays = makeOverlays(stage, actions),
        timeline = makeTimeline({ ...actions, snap: (time) => snap(time, session.clip) }),
        panel = makeKeyPanel(actions),
        status = makeStatus(),
        help = makeHelp(() => actions.setMenu(null))
    const element = h(
        "div",
        { className: "ws-editor" },
        h("style", {}, css),
        toolbar.element,
        stage.element,
        timeline.element,
        panel.element,
        status.element,
        help,
    )
    const takeFocus = keepFocus(element)
    bindKeyboard(element, actions)

    const colour = (name) => getComputedStyle(element).getPropertyValue(name).trim() || "#ffffff"

    function showStatus() {
        toolbar.show(session, store)
        status.show(session, store.problem)
    }

    // The lens and the frame of now.
    function showLens() {
        const { path, time, flying, chosen, clip, playing } = session,
            { keys } = store.state
        const here = keys.find((key) => Math.abs(key.time - time) < 1e-4) ?? keys[0]
        const pose = path.length ? poseAt(path, time) : here
        if (!flying) stage.lens.set(pose)
        stage.drawing.showNow(flying ? stage.lens.pose : pose, optics(session), colour("--ws-now"))
        overlays.showLens(session, store.state, stage.lens.pose.zoom)
        timeline.show(store.state, chosen, time, clip.frames, playing)
        stage.invalidate()
    }

    function showKeys() {
        const { state } = store,
            { chosen, header, clip } = session,
            poses = keyPoses(session, state)
        const times = state.keys.map((key) => key.time)
        stage.drawing.showKeys(poses, times, chosen, optics(session))
        stage.drawing.showTarget(state.look === "target" ? state.target : null)
        stage.showKeys(poses, chosen, !isFixed(state, chosen))
        panel.show(state, chosen, { ...header, ...optics(session), frames: clip.frames }, poses)
    }

    function showAll() {
        element.classList.toggle("ws-full", session.full)
        help.hidden = session.menu !== "help"
        presets.open(session.menu === "presets")
        overlays.show(session, store.state)
        showKeys()
        showLens()
        showStatus()
    }

    return {
        element,
        takeFocus,
        all: showAll,
        lens: showLens,
        status: showStatus,
        path() {
            stage.drawing.showPath(session.path, session.tooNear)
            timeline.showPath(session.tooNear)
            showAll()
        },
        // What comes with a scene: its presets, and a floor of squares of a round length.
        scene({ median, presets: rows }) {
            presets.show(rows)
            const cell = niceLength(0.5 * median) / median
            stage.drawing.showGrid({ x: 0, y: stage.floor(), z: -1 }, cell, colour("--ws-now"))
        },
    }
}

// 1, 2 or 5 times a power of ten, the next one below.
function niceLength(length) {
    const power = 10 ** Math.floor(Math.log10(length))
    return power * [5, 2, 1].find((factor) => factor * power <= length)
}
