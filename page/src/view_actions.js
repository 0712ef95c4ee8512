// What changes only what is shown: the chosen key, the frame, the views, menus.
import { makePlayer } from "./player.js"

// redraw: {all(), lens(), status()}
export function makeViewActions({ session, store, stage, host, redraw, takeFocus }) {
    const startPlaying = makePlayer(session, redraw.lens)

    function say(sentence) {
        session.message = sentence
        redraw.status()
    }

    function choose(index, follow = true) {
        session.chosen = Math.min(Math.max(index, 0), store.state.keys.length - 1)
        if (follow) {
            session.time = store.state.keys[session.chosen].time
            session.flying = false
        }
        redraw.all()
    }

    function seek(time) {
        session.time = Math.min(Math.max(time, 0), 1)
        session.flying = false
        const reach = 0.25 / Math.max(session.clip.frames - 1, 1)
        const near = store.state.keys.findIndex((key) => Math.abs(key.time - session.time) < reach)
        if (near >= 0 && near !== session.chosen) choose(near, false)
        redraw.lens()
    }

    function setPicking(on) {
        session.picking = on
        stage.setPicking(on)
        redraw.all()
    }

    function setMenu(menu) {
        session.menu = menu
        redraw.all()
    }

    function flown() {
        session.flying = true
        session.playing = false
        redraw.lens()
    }

    function leaveView() {
        session.flying = false
        redraw.lens()
    }

    function fullScreen(on = !session.full) {
        session.full = on
        redraw.all()
        host.fullScreen(on)
        takeFocus()
    }

    return {
        say,
        choose,
        seek,
        setPicking,
        setMenu,
        flown,
        leaveView,
        fullScreen,
        play() {
            session.playing = !session.playing && session.path.length > 1
            if (session.playing) startPlaying()
            redraw.lens()
        },
        step(by) {
            session.playing = false
            const last = Math.max(session.clip.frames - 1, 1)
            seek((Math.round(session.time * last) + by) / last)
        },
        // Median depths to the right, up, forward.
        fly(right, up, forward) {
            stage.lens.fly(right, up, forward)
            flown()
        },
        view(view) {
            session.view = view
            stage.orbit.setView(view)
            redraw.all()
        },
        gizmo(handles) {
            session.handles = handles
            stage.gizmo.setMode(handles)
            redraw.all()
        },
        fit: () => stage.fit(),
        help: () => setMenu(session.menu === "help" ? null : "help"),
        escape() {
            if (session.menu) setMenu(null)
            else if (session.picking) setPicking(false)
            else if (session.flying) leaveView()
            else if (session.full) fullScreen(false)
        },
        async getScene() {
            session.getting = true
            session.message = ""
            redraw.status()
            try {
                await host.getScene()
            } catch (error) {
                session.message = error.message
            }
            session.getting = false
            redraw.status()
        },
    }
}
