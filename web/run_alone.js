// A button on the nodes that show a picture of the scene: runs the node and what it needs, nothing else.
import { app } from "../../scripts/app.js"

const NODES = ["WSKitPreviewTrajectory", "WSKitPreviewDepth"]

app.registerExtension({
    name: "WorldStereo.RunAlone",
    nodeCreated(node) {
        if (!NODES.includes(node.comfyClass)) return
        const run = () => app.queuePrompt(0, 1, idsOf(node, app.graph))
        const button = node.addWidget("button", "run this node alone", null, run, { serialize: false })
        button.serialize = false  // nor in the workflow
    },
})

// As the server knows the node: 9, or 53:9 in a subgraph, once for each time that its subgraph is used.
function idsOf(node, graph, way = "") {
    return graph.nodes.flatMap((other) => {
        if (other === node) return [`${way}${node.id}`]
        return other.subgraph ? idsOf(node, other.subgraph, `${way}${other.id}:`) : []
    })
}
