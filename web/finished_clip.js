// Build World shows live pictures of its work, and each finished clip. Nodes 2.0 keeps the last live picture, and draws it in
// the place of the clip too: here the clip is shown as the live picture, and in no other place.
import { app } from "../../scripts/app.js"
import { api } from "../../scripts/api.js"
import { nodeOf } from "./node_of.js"

const NODE = "WSKitBuildWorld"

app.registerExtension({
    name: "WorldStereo.FinishedClip",
    nodeCreated(node) {
        if (node.comfyClass === NODE) node.hideOutputImages = true  // only Nodes 2.0 heeds it
    },
    setup() {
        api.addEventListener("executed", ({ detail }) => {
            const id = detail.display_node ?? detail.node
            if (nodeOf(id)?.comfyClass === NODE) show(id, detail.output, detail.prompt_id)
        })
    },
    afterConfigureGraph() {
        for (const { id, comfyClass } of app.graph.nodes) {
            if (comfyClass === NODE) show(String(id), app.nodeOutputs?.[id])
        }
    },
})

async function show(id, output, jobId) {
    const [file] = output?.images ?? []
    if (!LiteGraph.vueNodesMode || !file) return
    const answer = await api.fetchApi(`/view?${new URLSearchParams(file)}`)
    if (!answer.ok) return
    api.dispatchCustomEvent("b_preview_with_metadata", {
        blob: await answer.blob(), nodeId: id, displayNodeId: id, realNodeId: id, parentNodeId: id, jobId,
    })
}
