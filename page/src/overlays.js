// Buttons and texts in front of the two panes.
import { millimetres } from "./camera.js"
import { button, choices, h } from "./dom.js"
import { isFixed } from "./keys.js"
import { optics } from "./session.js"

const VIEWS = [
    ["orbit", "Orbit", "See the scene from anywhere (1)"],
    ["top", "Top", "From above (2)"],
    ["side", "Side", "From the right (3)"],
]
const HANDLES = [
    ["translate", "", "Handles that move the key (M)", "move"],
    ["rotate", "", "Handles that turn the key (T)", "turn"],
]

// outside, frame: the elements of the panes
export function makeOverlays({ outside, frame }, actions) {
    const views = choices(VIEWS, actions.view),
        handles = choices(HANDLES, actions.gizmo)
    const empty = h(
        "div",
        { className: "ws-empty" },
        h("b", {}, "No scene yet"),
        h("span", {}, "Get scene runs what is connected to depth or point_cloud and shows it here. Keys can be set without."),
    )
    const flying = h(
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
    const picking = h(
        "div",
        { className: "ws-flying" },
        h("span", {}, "Click the point to look at"),
        button("close", { title: "Do not choose a point (Esc)", press: () => actions.setPicking(false) }),
    )
    const caption = h("div", { className: "ws-caption" })
    const hint = h(
        "div",
        { className: "ws-hint" },
        "Drag here to look around, Shift drag and the wheel move. Then press Add key.",
    )
    const fit = button("fit", { title: "Show everything (F)", press: actions.fit })
    outside.append(h("div", { className: "ws-tools" }, views.element, handles.element, fit), empty)
    frame.append(caption, hint, flying, picking)
    // they are in the panes, but a press of them is none of the panes
    for (const pane of [outside, frame]) {
        for (const part of pane.querySelectorAll("button, .ws-choices")) {
            part.addEventListener("pointerdown", (event) => event.stopPropagation())
        }
    }

    return {
        show(session, state) {
            views.show(session.view)
            handles.show(session.handles)
            handles.element.classList.toggle("ws-off", isFixed(state, session.chosen))
            empty.classList.toggle("ws-off", session.header?.count > 0)
            picking.classList.toggle("ws-on", session.picking)
        },
        // zoom: of the lens now
        showLens(session, state, zoom) {
            flying.classList.toggle("ws-on", session.flying)
            hint.classList.toggle("ws-off", session.flying || state.keys.length > 1 || !session.header)
            const frame = Math.round(session.time * (session.clip.frames - 1)),
                mm = millimetres(optics(session), zoom).toFixed(0)
            caption.textContent = `${session.flying ? "free view" : `frame ${frame}`} · ${mm} mm`
        },
    }
}
