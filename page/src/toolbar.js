// The row of buttons above the panes.
import { button, h, select, setIcon } from "./dom.js"

const LOOKS = [
    ["free", "as turned"],
    ["forward", "forward"],
    ["target", "at a point…"],
]
const CURVES = [
    ["smooth", "smooth"],
    ["straight", "straight"],
]

export function makeToolbar(actions, presets, toggleText) {
    const scene = button("scene", {
        text: "Get scene",
        className: "ws-main",
        press: actions.getScene,
        title: "Runs only what is connected to this node, and shows its points here",
    })
    const undo = button("undo", { title: "Undo (Ctrl+Z)", press: actions.undo })
    const redo = button("redo", { title: "Redo (Ctrl+Shift+Z)", press: actions.redo })
    const again = button(null, {
        text: "Start again",
        title: "Back to the input: the path of trajectory, or the photo's camera at rest. Undo brings the keys back",
        press: actions.startAgain,
    })
    const look = select(
        LOOKS,
        "Where the camera looks: as each key is turned; along the path; or at one point of the scene",
        actions.look,
    )
    const curve = select(CURVES, "The way from key to key", actions.interpolation)
    const full = button("full", { title: "Full screen (Esc leaves)", press: () => actions.fullScreen() })
    return {
        element: h(
            "div",
            { className: "ws-bar" },
            scene,
            presets,
            h("div", { className: "ws-choices" }, undo, redo),
            again,
            h("label", {}, "Look", look),
            h("label", {}, "Path", curve),
            h("span", { className: "ws-space" }),
            button("text", { title: "Show or hide the keys as text", press: toggleText }),
            button("help", { title: "Mouse and keyboard (?)", press: actions.help }),
            full,
        ),
        show(session, { state, canUndo, canRedo, isEmpty }) {
            scene.disabled = session.getting
            scene.classList.toggle("ws-main", !session.header) // what comes next then is Add key
            undo.disabled = !canUndo
            redo.disabled = !canRedo
            again.disabled = isEmpty
            look.value = session.picking ? "target" : state.look
            curve.value = state.interpolation
            setIcon(full, session.full ? "small" : "full")
        },
    }
}
