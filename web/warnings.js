// What the pack warns of while nodes run: one notice for each, and a badge on the node until the next run.
import { app } from "../../scripts/app.js"
import { api } from "../../scripts/api.js"
import { graphOf, nodeOf } from "./node_of.js"

const SHOWN_FOR = 15000  // milliseconds

const COLOURS = { fgColor: "#000", bgColor: "#fdd835" }

let warned = new Map()  // id of a node -> its warnings in this run
let ran = null  // id of the graph that is meant; another one may have nodes of the same ids
const style = document.createElement("style")  // badges of Nodes 2.0, which does not look at node.badges again

app.registerExtension({
    name: "WorldStereo.Warnings",
    setup() {
        document.head.append(style)
        api.addEventListener("execution_start", forget)
        api.addEventListener("worldstereo.warning", ({ detail }) => warn(detail.node, detail.text))
        app.canvas.canvas.addEventListener("litegraph:set-graph", showBadges)  // a subgraph is opened or left
    },
    afterConfigureGraph: showBadges,  // undo makes all nodes anew
})

function forget({ detail }) {
    const nodes = ran === app.graph.id ? [...warned.keys()].map(nodeOf).filter(Boolean) : []
    warned = new Map()
    ran = graphOf(detail.prompt_id)
    for (const node of nodes) node.badges = otherBadges(node)
    showBadges()
}

function warn(id, text) {
    const texts = warned.get(id) ?? []
    if (texts.includes(text)) return
    warned.set(id, [...texts, text])
    const node = ran === app.graph.id ? nodeOf(id) : null
    app.extensionManager.toast.add({ severity: "warn", summary: node?.title ?? "WorldStereo", detail: text,
                                     life: SHOWN_FOR })
    showBadges()
}

function showBadges() {
    const rules = []
    for (const [id, texts] of warned) {
        const node = nodeOf(id), text = texts.length === 1 ? "1 warning" : `${texts.length} warnings`
        if (!node || ran !== app.graph.id) continue
        const shown = new LGraphBadge({ text, ...COLOURS })
        node.badges = [...otherBadges(node), Object.assign(() => shown, { worldstereo: true })]
        if (node.graph === app.canvas.graph) rules.push(`[data-node-id="${node.id}"]::after {
            content: "${text}"; position: absolute; right: 0; bottom: calc(100% + 4px); padding: 0 6px;
            border-radius: 5px; font-size: 12px; color: ${COLOURS.fgColor}; background: ${COLOURS.bgColor}; }`)
    }
    style.textContent = rules.join("\n")
    app.canvas.setDirty(true, true)
}

function otherBadges(node) {
    return node.badges.filter((badge) => !badge.worldstereo)
}
