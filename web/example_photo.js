// Load Image reads ComfyUI's input folder alone: the example photograph gets there when a workflow that names it is
// opened and it is not there.
import { app } from "../../scripts/app.js"
import { api } from "../../scripts/api.js"

const PHOTO = "worldstereo_coffee.jpg"

app.registerExtension({
    name: "WorldStereo.ExamplePhoto",
    async beforeConfigureGraph(graph) {
        const named = graph.nodes?.some((node) => node.type === "LoadImage" && node.widgets_values?.[0] === PHOTO)
        const [list, options] = LiteGraph.registered_node_types.LoadImage.nodeData.input.required.image
        const present = Array.isArray(list) ? list : options.options
        if (!named || present.includes(PHOTO)) return
        await putIntoInput()
        present.push(PHOTO)  // for the nodes that are made now
    },
})

async function putIntoInput() {
    const photo = await fetch(new URL(`examples/${PHOTO}`, import.meta.url))
    const body = new FormData()
    body.append("image", await photo.blob(), PHOTO)  // where it is already, nothing is written
    const answer = await api.fetchApi("/upload/image", { method: "POST", body })
    const ok = photo.ok && answer.ok
    app.extensionManager.toast.add({
        severity: ok ? "info" : "error", summary: PHOTO, life: 8000,
        detail: ok ? "The example photograph was put into ComfyUI's input folder; choose your own in Load Image."
                   : "The example photograph could not be put into ComfyUI's input folder; choose one in Load Image.",
    })
}
