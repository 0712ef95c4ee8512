// One colour for each of the pack's socket types, so that wires can be told apart; a theme's own choice wins.
import { app } from "../../scripts/app.js"

const COLOURS = {
    WSKIT_TRAJECTORY: "#c6ff00",
    WSKIT_TRAJECTORY_LIST: "#7cb342",
    WSKIT_DEPTH: "#bc8f7a",
    WSKIT_POINT_CLOUD: "#eeeeee",
    WSKIT_MEMORY_BANK: "#00e5ff",
    WSKIT_REFERENCES: "#0097a7",
    WSKIT_MESH: "#ff8a65",
}

app.registerExtension({
    name: "WorldStereo.SocketColours",
    // Sockets of Nodes 2.0 read CSS variables; a theme sets its own ones at the root element itself.
    setup() {
        const variables = Object.entries(COLOURS).map(([type, colour]) => `--color-datatype-${type}: ${colour};`)
        const style = document.createElement("style")
        style.textContent = `:root { ${variables.join(" ")} }`
        document.head.append(style)
    },
    // Wires, and sockets of classic nodes: at every node, because a colour theme that is loaded or changed
    // takes the colours of all types away.
    nodeCreated() {
        for (const colours of [app.canvas.default_connection_color_byType, LGraphCanvas.link_type_colors]) {
            for (const [type, colour] of Object.entries(COLOURS)) colours[type] ||= colour
        }
    },
})
