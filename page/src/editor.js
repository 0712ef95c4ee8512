// The editor of a camera path. It knows nothing of ComfyUI: what it needs comes in `host`, see makeEditor.
import { flipped, poseOf } from "./camera.js"
import { makeCollision } from "./collision.js"
import { button, choices, h, select, setIcon } from "./dom.js"
import { makeHelp } from "./help.js"
import { bindKeyboard } from "./keyboard.js"
import { add, isFixed, lock, moveInTime, remove, STILL, swap, withKey } from "./keys.js"
import { makeKeyPanel } from "./key_panel.js"
import { makePath, measure, poseAt, steps } from "./path.js"
import { makePresets } from "./presets.js"
import { readScene } from "./scene.js"
import { makeStage } from "./stage.js"
import { makeStore } from "./store.js"
import css from "./style.css"
import { makeTimeline } from "./timeline.js"

const PHOTO_LENS = { focal: [0.9, 1.56], centre: [0.5, 0.5] } // until there is a scene
const PER_SECOND = 8 // frames, when the path is played

// host: {
//   write(text)         the text of the keys changed
//   clip()              {frames, width, height} of the node now
//   post(route, body)   -> promise of the answer (JSON); rejects with a sentence
//   getScene()          runs what the node needs; -> promise that ends when it ran
//   toggleText()        shows or hides the text
//   fullScreen(on)      the editor shall fill the page, or not any longer
// }
export function makeEditor(host) {
    let path = [],
        tooNear = [],
        chosen = 0,
        time = 0,
        flying = false,
        playing = false,
        full = false,
        header = null
    let collides = () => false,
        message = "",
        pathless = "",
        text = "",
        clip = host.clip()

    const store = makeStore((written) => {
        text = written
        host.write(written)
    }, refresh)
    const ask = makePath(host.post, pathArrived, (sentence) => {
        pathless = sentence
        refreshStatus()
    })
    const stage = makeStage({
        keyMoved(body, drag) {
            store.change(withKey(store.state, chosen, poseOf(body)), drag)
        },
        keyChosen: choose,
        flown() {
            flying = true
            playing = false
            refreshLens()
        },
        picked(point) {
            setPicking(false)
            const target = flipped(point.toArray()).map((value) => Number(value.toFixed(5)))
            store.change({ ...store.state, look: "target", target })
        },
    })
    const optics = () => header ?? PHOTO_LENS
    const keyPoses = () =>
        store.state.keys.map((key, i) =>
            store.state.look === "free" || i === 0 || !path.length
                ? key
                : { ...key, rotation: poseAt(path, key.time).rotation },
        )

    // ---- what the buttons do ----

    function say(sentence) {
        message = sentence
        refreshStatus()
    }

    function seek(next, choosing = true) {
        time = Math.min(Math.max(next, 0), 1)
        flying = false
        if (choosing) {
            const near = store.state.keys.findIndex(
                (key) => Math.abs(key.time - time) < 0.25 / Math.max(clip.frames - 1, 1),
            )
            if (near >= 0 && near !== chosen) choose(near, false)
        }
        refreshLens()
    }

    function choose(index, follow = true) {
        chosen = Math.min(Math.max(index, 0), store.state.keys.length - 1)
        if (follow) {
            time = store.state.keys[chosen].time
            flying = false
        }
        refresh(false)
    }

    function put([next, index]) {
        chosen = index
        time = next.keys[index].time
        flying = false
        store.change(next)
    }

    const attempt =
        (action) =>
        (...values) => {
            try {
                message = ""
                action(...values)
            } catch (error) {
                say(error.message)
            }
        }

    const actions = {
        addHere: attempt(() => put(add(store.state, stage.lens.pose, time, clip.frames))),
        insert: attempt(() => {
            const { keys } = store.state
            if (keys.length < 2 || !path.length) return say("Add a second key first: there is no curve yet.")
            const index = keys.findIndex((key) => Math.abs(key.time - time) < 1e-4)
            const [a, b] = index === keys.length - 1 ? [index - 1, index] : [index, index + 1]
            const at = index < 0 ? time : snap((keys[a].time + keys[b].time) / 2)
            put(add(store.state, poseAt(path, at), at, clip.frames))
        }),
        duplicate: attempt(() => {
            const { position, rotation, zoom } = keyPoses()[chosen],
                at = store.state.keys[chosen].time
            put(add(store.state, { position, rotation, zoom }, at, clip.frames))
        }),
        remove: attempt(() => {
            if (store.state.keys.length < 2) return say("A path needs one key at least.")
            if (isFixed(store.state, chosen)) return say("Key P is the photo. Unlock it first.")
            const index = chosen
            chosen = Math.max(0, index - 1)
            time = remove(store.state, index).keys[chosen].time
            store.change(remove(store.state, index))
        }),
        reorder: attempt((by) => {
            const other = chosen + by
            if (other < 0 || other >= store.state.keys.length) return
            if (isFixed(store.state, other) || isFixed(store.state, chosen))
                return say("Key P is the photo and stays the first.")
            const next = swap(store.state, chosen, other)
            chosen = other
            time = next.keys[other].time
            store.change(next)
        }),
        moveHere: attempt(() => {
            if (isFixed(store.state, chosen))
                return say("Key P is the photo. Choose another key, or unlock it.")
            time = store.state.keys[chosen].time
            flying = false
            store.change(withKey(store.state, chosen, stage.lens.pose))
        }),
        leaveView() {
            flying = false
            refreshLens()
        },
        undo: () => store.undo(),
        redo: () => store.redo(),
        play() {
            playing = !playing && path.length > 1
            if (playing) {
                if (time >= 1) time = 0
                requestAnimationFrame(playOn)
            }
            refreshLens()
        },
        step: (by) => {
            playing = false
            const last = Math.max(clip.frames - 1, 1)
            seek((Math.round(time * last) + by) / last)
        },
        seek,
        choose,
        toggleLock: attempt(() => store.change(lock(store.state, !store.state.locked))),
        change: attempt((change, drag = null) => store.change(withKey(store.state, chosen, change), drag)),
        setTime: attempt((index, value, drag = null) => {
            const next = moveInTime(store.state, index, value)
            time = next.keys[index].time
            store.change(next, drag)
        }),
        look: attempt((look) => {
            const { target, ...state } = store.state
            if (look === state.look && look !== "target") return
            if (look === "target") {
                if (!stage.points.length) return say("Get the scene first; then click the point to look at.")
                return setPicking(true)
            }
            setPicking(false)
            if (look === "free") state.keys = keyPoses()
            store.change({ ...state, look })
        }),
        interpolation: attempt((interpolation) => store.change({ ...store.state, interpolation })),
        view(view) {
            stage.orbit.setView(view)
            views.show(view)
        },
        gizmo(mode) {
            stage.gizmo.setMode(mode)
            modes.show(mode)
            stage.invalidate()
        },
        fit: () => stage.fit(),
        fullScreen(on = !full) {
            full = on
            element.classList.toggle("ws-full", full)
            setIcon(fullButton, full ? "small" : "full")
            host.fullScreen(full)
            takeFocus()
        },
        help: () => help.toggle(),
        escape() {
            if (help.open) help.toggle()
            else if (presets.open) presets.close()
            else if (stage.element.classList.contains("ws-picking")) setPicking(false)
            else if (flying) actions.leaveView()
            else if (full) actions.fullScreen(false)
        },
        fly(right, up, forward) {
            stage.lens.fly(right, up, forward)
            flying = true
            refreshLens()
        },
        async getScene() {
            sceneButton.disabled = true
            message = ""
            refreshStatus()
            try {
                await host.getScene()
            } catch (error) {
                say(error.message)
            }
            sceneButton.disabled = false
            refreshStatus()
        },
    }

    // ---- elements ----

    const sceneButton = button("scene", {
        text: "Get scene",
        className: "ws-main",
        press: actions.getScene,
        title: "Runs only what is connected to this node, and shows its points here",
    })
    const undoButton = button("undo", { title: "Undo (Ctrl+Z)", press: actions.undo })
    const redoButton = button("redo", { title: "Redo (Ctrl+Shift+Z)", press: actions.redo })
    const look = select(
        [
            ["free", "as turned"],
            ["forward", "forward"],
            ["target", "at a point…"],
        ],
        "Where the camera looks: as each key is turned; along the path; or at one point of the scene",
        actions.look,
    )
    const curve = select(
        [
            ["smooth", "smooth"],
            ["straight", "straight"],
        ],
        "The way from key to key",
        actions.interpolation,
    )
    const fullButton = button("full", {
        title: "Full screen (Esc leaves)",
        press: () => actions.fullScreen(),
    })
    const views = choices(
        [
            ["orbit", "Orbit", "See the scene from anywhere (1)"],
            ["top", "Top", "From above (2)"],
            ["side", "Side", "From the right (3)"],
        ],
        actions.view,
    )
    const modes = choices(
        [
            ["translate", "", "Handles that move the key (M)", "move"],
            ["rotate", "", "Handles that turn the key (T)", "turn"],
        ],
        actions.gizmo,
    )
    const presets = makePresets(
        host.post,
        attempt((keys) => {
            chosen = keys.keys.length - 1
            time = 0
            flying = false
            store.change(keys)
            stage.fit()
        }),
        say,
    )
    const help = makeHelp()
    const empty = h(
        "div",
        { className: "ws-empty" },
        h("b", {}, "No scene yet"),
        h("span", {}, "Connect a depth map or a point cloud and press Get scene. Keys can be set without."),
    )
    const viewBar = h(
        "div",
        { className: "ws-flying" },
        h("span", {}, "Off the path"),
        button("add", {
            text: "Add key",
            title: "A new key where the camera is now (K)",
            press: actions.addHere,
        }),
        button(null, {
            text: "Move key here",
            title: "The chosen key comes to where the camera is now (Enter)",
            press: actions.moveHere,
        }),
        button("close", { title: "Back to the path (Esc)", press: actions.leaveView }),
    )
    const pickBar = h(
        "div",
        { className: "ws-flying" },
        h("span", {}, "Click the point to look at"),
        button("close", { title: "Do not choose a point (Esc)", press: () => setPicking(false) }),
    )
    const lensText = h("div", { className: "ws-caption" })
    const hint = h(
        "div",
        { className: "ws-hint" },
        "Drag here to look around, Shift drag and the wheel move. Then press Add key.",
    )
    const timeline = makeTimeline({ ...actions, snap })
    const panel = makeKeyPanel(actions)
    const status = h("div", { className: "ws-status" }),
        facts = h("span"),
        warning = h("span", { className: "ws-warning" })
    status.append(facts, warning)

    stage.outside.append(
        h(
            "div",
            { className: "ws-tools" },
            views.element,
            modes.element,
            button("fit", { title: "Show everything (F)", press: actions.fit }),
        ),
        empty,
    )
    stage.frame.append(lensText, hint, viewBar, pickBar)
    const bar = h(
        "div",
        { className: "ws-bar" },
        sceneButton,
        presets.element,
        h("div", { className: "ws-choices" }, undoButton, redoButton),
        h("label", {}, "Look", look),
        h("label", {}, "Path", curve),
        h("span", { className: "ws-space" }),
        button("text", { title: "Show or hide the keys as text", press: () => host.toggleText() }),
        button("help", { title: "Mouse and keyboard (?)", press: actions.help }),
        fullButton,
    )
    // ComfyUI leaves the keyboard, its undo above all, to an input that has the focus
    const focus = h("input", {
        className: "ws-focus",
        readOnly: true,
        ariaLabel: "Camera path: press ? for the keys of the keyboard",
    })
    const element = h(
        "div",
        { className: "ws-editor" },
        focus,
        bar,
        stage.element,
        timeline.element,
        panel.element,
        status,
        help.element,
    )
    element.prepend(h("style", {}, css))
    // what happens here is not for the graph behind it
    for (const name of [
        "pointerdown",
        "mousedown",
        "wheel",
        "dblclick",
        "contextmenu",
        "copy",
        "paste",
        "cut",
    ]) {
        element.addEventListener(name, (event) => event.stopPropagation())
    }
    // buttons in the panes are not the panes
    for (const part of element.querySelectorAll(".ws-pane button, .ws-pane .ws-choices")) {
        part.addEventListener("pointerdown", (event) => event.stopPropagation())
    }
    const takeFocus = () => focus.focus({ preventScroll: true })
    element.addEventListener("mousedown", (event) => {
        if (event.target.closest("input, select")) return
        event.preventDefault() // no button takes the focus
        takeFocus()
    })
    // Nodes 2.0 gives the wheel to what has the focus
    element.addEventListener("pointerenter", () => {
        if ([null, document.body].includes(document.activeElement)) takeFocus()
    })
    bindKeyboard(element, actions)

    // ---- what is shown ----

    function snap(value) {
        const last = clip.frames - 1
        return last > 0 ? Math.round(value * last) / last : value
    }

    function setPicking(on) {
        stage.setPicking(on)
        pickBar.classList.toggle("ws-on", on)
        look.value = on ? "target" : store.state.look
    }

    function pathArrived(poses) {
        path = poses
        tooNear = poses.map(({ position }, i) => i > 0 && collides(flipped(position)))
        pathless = ""
        stage.drawing.showPath(path, tooNear)
        timeline.showPath(tooNear)
        showKeys()
        refreshLens()
        refreshStatus()
    }

    function showKeys() {
        const { state } = store
        stage.drawing.showKeys(
            keyPoses(),
            state.keys.map((key) => key.time),
            chosen,
            optics(),
        )
        stage.showKeys(keyPoses(), chosen, !isFixed(state, chosen))
        stage.drawing.showTarget(state.look === "target" ? state.target : null)
        modes.element.classList.toggle("ws-off", isFixed(state, chosen))
        panel.show(state, chosen, { ...header, ...optics(), frames: clip.frames }, keyPoses())
    }

    function refresh(asks = true) {
        chosen = Math.min(chosen, store.state.keys.length - 1)
        clip = host.clip()
        undoButton.disabled = !store.canUndo
        redoButton.disabled = !store.canRedo
        if (!stage.element.classList.contains("ws-picking")) look.value = store.state.look
        curve.value = store.state.interpolation
        showKeys()
        if (asks) ask(store.state, clip.frames)
        refreshLens()
        refreshStatus()
    }

    function refreshLens() {
        const { keys } = store.state,
            here = keys.find((key) => Math.abs(key.time - time) < 1e-4)
        const pose = path.length ? poseAt(path, time) : (here ?? keys[0])
        if (!flying) stage.lens.set(pose)
        stage.drawing.showNow(
            flying ? stage.lens.pose : pose,
            optics(),
            element ? colour("--ws-now") : "#ffffff",
        )
        viewBar.classList.toggle("ws-on", flying)
        hint.classList.toggle("ws-off", flying || keys.length > 1 || !header)
        timeline.show(store.state, chosen, time, clip.frames, playing)
        const mm = 36 * optics().focal[0] * stage.lens.pose.zoom
        lensText.textContent = `${flying ? "free view" : `frame ${Math.round(time * (clip.frames - 1))}`} · ${mm.toFixed(0)} mm`
        stage.invalidate()
    }

    // One line: what went wrong, before what the path is like.
    function refreshStatus() {
        const { way, turn } = measure(path)
        const last = steps(clip.frames)
        const frames = tooNear.flatMap((near, i) => (near ? [Math.floor(i / last)] : []))
        const length = header
            ? `${round(way * header.median)} ${header.unit} (${round(way)} median depths)`
            : `${round(way)} median depths`
        facts.textContent = sceneButton.disabled
            ? "Getting the scene…"
            : `Path ${length}, turns ${turn.toFixed(0)}°` +
              (header
                  ? ` · ${header.count.toLocaleString("en")} points` +
                    (header.of > header.count ? ` of ${header.of.toLocaleString("en")}` : "")
                  : "")
        warning.textContent =
            message || pathless || (frames.length ? `Too near to the scene at frame ${ranges(frames)}` : "")
    }

    const colour = (name) => getComputedStyle(element).getPropertyValue(name).trim() || "#ffffff"

    let before = 0
    function playOn(now) {
        if (!playing) {
            before = 0
            return
        }
        const passed = before ? (now - before) / 1000 : 0
        before = now
        time += (passed * PER_SECOND) / Math.max(clip.frames - 1, 1)
        if (time >= 1) time = 0
        refreshLens()
        requestAnimationFrame(playOn)
    }

    function setHeader(next) {
        header = next
        clip = host.clip()
        stage.setOptics(optics(), clip.width / clip.height, header?.radius ?? 0.008)
    }

    setHeader(null)
    actions.view("orbit")
    actions.gizmo("translate")

    return {
        element,
        get text() {
            return text
        },
        // For tests, and for whoever looks with the browser's console. Settled: the path is that of the keys.
        get settled() {
            return ask.settled()
        },
        get view() {
            return {
                path,
                tooNear,
                time,
                chosen,
                keys: store.state,
                header,
                frames: clip.frames,
                steps: steps(clip.frames),
            }
        },
        stage,
        actions,
        load(next) {
            text = next
            message = ""
            try {
                store.load(next, header?.start)
            } catch (error) {
                store.load("", STILL)
                say(`${error.message} A change here replaces it.`)
            }
            chosen = store.state.keys.length - 1
            choose(chosen)
            stage.fit()
        },
        // The node's frames, width or height changed.
        clipChanged() {
            setHeader(header)
            refresh()
        },
        showScene(buffer) {
            const loaded = readScene(buffer),
                first = header === null
            setHeader(loaded.header)
            collides = makeCollision(loaded.points, header.nearest, header.neighbours)
            stage.setScene(loaded)
            presets.show(header)
            empty.classList.toggle("ws-off", header.count > 0)
            sceneButton.classList.remove("ws-main") // what comes next is Add key
            const cell = niceLength(0.5 * header.median)
            const start = stage.floor()
            stage.drawing.showGrid({ x: 0, y: start, z: -1 }, cell / header.median, colour("--ws-now"))
            if (!text.trim() && header.start) {
                store.load("", header.start)
                chosen = store.state.keys.length - 1
                time = 1
            }
            refresh()
            if (first) stage.fit()
        },
        dispose() {
            playing = false
            stage.dispose()
        },
    }
}

const round = (length) => Number(length.toPrecision(3)).toString()

// 1, 2 or 5 times a power of ten, the next one below.
function niceLength(length) {
    const power = 10 ** Math.floor(Math.log10(length))
    return power * [5, 2, 1].find((factor) => factor * power <= length)
}

// [1, 2, 3, 7] -> "1-3, 7"
function ranges(numbers) {
    const runs = []
    for (const number of new Set(numbers)) {
        const run = runs.at(-1)
        if (run && run[1] === number - 1) run[1] = number
        else if (!run || run[1] !== number) runs.push([number, number])
    }
    return runs.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(", ")
}
