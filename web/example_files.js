// The shipped workflows run as they are: the example files that one names are put where ComfyUI looks for them when it is
// opened and they are not there. The server makes them (nodes/examples.py); nothing is downloaded.
import { app } from "../../scripts/app.js"
import { api } from "../../scripts/api.js"

const LISTS = [["LoadImage", "image"], ["WSKitLoadDepth", "file"], ["WSKitLoadModel", "model_name"],
               ["VAELoader", "vae_name"]]  // node and its input that lists files
const EXAMPLES = ["worldstereo_coffee.jpg", "worldstereo_room.jpg", "worldstereo_room_distance_mm.png", "motorcycle.png",
                  "motorcycle_depth_mm.png", "worldstereo-nano/model.safetensors", "worldstereo-nano-vae.safetensors"]

app.registerExtension({
    name: "WorldStereo.ExampleFiles",
    async beforeConfigureGraph(graph) {
        const missing = LISTS.flatMap(([type, input]) => missingOf(graph.nodes ?? [], type, input))
        if (!missing.length) return
        const names = missing.map(({ name }) => name), named = names.join(", ")
        say("info", named, "These example files are missing and are made now. The workflow opens when they are there.")
        const body = JSON.stringify({ names })
        const answer = await api.fetchApi("/worldstereo/examples",
                                          { method: "POST", body, headers: { "Content-Type": "application/json" } })
        if (!answer.ok) return say("error", named, (await answer.json()).error)
        for (const { list, name } of missing) list.push(name)  // for the nodes that are made now
    },
})

function missingOf(nodes, type, input) {
    const list = listed(type, input)
    const chosen = new Set(nodes.filter((node) => node.type === type).map((node) => node.widgets_values?.[0]))
    return EXAMPLES.filter((name) => chosen.has(name) && list && !list.includes(name)).map((name) => ({ list, name }))
}

function listed(type, input) {
    const [list, options] = LiteGraph.registered_node_types[type]?.nodeData.input.required[input] ?? []
    return Array.isArray(list) ? list : options?.options
}

function say(severity, summary, detail) {
    app.extensionManager.toast.add({ severity, summary, detail, life: 8000 })
}
