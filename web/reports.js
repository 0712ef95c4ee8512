// The output `report` of a node, or where a node has written, shown on the node itself. Nothing of it is stored or sent.
import { app } from "../../scripts/app.js"
import { api } from "../../scripts/api.js"
import { ComfyWidgets } from "../../scripts/widgets.js"
import { graphOf, nodeOf } from "./node_of.js"

const NAME = "worldstereo_report", HEIGHT = 64  // pixels: four lines; more of them scroll
const OUTPUTS = ["report", "path"]

const reports = new Map()  // id of the graph -> (id of a node -> its last report): undo makes all nodes anew

app.registerExtension({
    name: "WorldStereo.Reports",
    setup() {
        api.addEventListener("worldstereo.report", ({ detail }) => {
            const graph = graphOf(detail.prompt_id)
            if (!reports.has(graph)) reports.set(graph, new Map())
            reports.get(graph).set(detail.node, detail.text)
            if (graph === app.graph.id) show(detail.node, detail.text)
        })
    },
    afterConfigureGraph() {
        for (const [id, text] of reports.get(app.graph.id) ?? []) show(id, text)
    },
})

function show(id, text) {
    const node = nodeOf(id)
    if (!node?.outputs?.some(({ name }) => OUTPUTS.includes(name))) return
    const widget = node.widgets?.find((widget) => widget.name === NAME) ?? addTo(node)
    widget.value = text
    app.canvas.setDirty(true, true)
}

function addTo(node) {
    const { widget } = ComfyWidgets.STRING(node, NAME, ["STRING", { multiline: true }], app)
    widget.label = "report"
    widget.serialize = false  // not in the workflow
    Object.assign(widget.options, { serialize: false, read_only: true,  // nor in what is sent to run
                                    getMinHeight: () => HEIGHT, getMaxHeight: () => HEIGHT })
    widget.element.readOnly = true
    if (!LiteGraph.vueNodesMode) grow(node)
    return widget
}

// Room for the report on a classic node; the workflow keeps the size without it.
function grow(node) {
    const before = node.size[1], { onSerialize } = node
    node.setSize([node.size[0], Math.max(before, node.computeSize()[1])])
    const grown = node.size[1] - before
    node.onSerialize = function (stored) {
        onSerialize?.call(this, stored)
        stored.size = [stored.size[0], stored.size[1] - grown]
    }
}
