// An upload button for file lists whose input has the option worldstereo_upload, the endings of its files.
// ComfyUI's own upload options take pictures, videos and sound only.
import { app } from "../../scripts/app.js"
import { api } from "../../scripts/api.js"

app.registerExtension({
    name: "WorldStereo.UploadFile",
    nodeCreated(node) {
        const inputs = node.constructor.nodeData?.input?.required ?? {}
        for (const [name, [, options]] of Object.entries(inputs)) {
            if (options?.worldstereo_upload) addButton(node, name, options.worldstereo_upload)
        }
    },
})

function addButton(node, name, endings) {
    const list = node.widgets.find((widget) => widget.name === name)
    const choose = document.createElement("input")
    choose.type = "file"
    choose.accept = endings
    choose.multiple = true  // a COLMAP model is two files
    choose.addEventListener("change", async () => {
        // The files of a model get a folder of their own, where none of them is renamed.
        const folder = choose.files.length > 1 ? `cameras_${Date.now()}` : ""
        for (const file of choose.files) {
            const stored = await upload(file, folder)
            if (stored === null || file.name.startsWith("cameras.")) continue
            if (!list.options.values.includes(stored)) list.options.values.push(stored)
            list.value = stored
            list.callback?.(stored)
        }
        choose.value = ""
        node.graph?.setDirtyCanvas(true, true)
    })
    const button = node.addWidget("button", "choose file to upload", null, () => choose.click())
    button.serialize = false
}

// Name of the file below ComfyUI's input folder (a number is added when another file has the name), or null.
async function upload(file, folder) {
    const body = new FormData()
    body.append("image", file)  // the route takes any file
    body.append("subfolder", folder)
    const answer = await api.fetchApi("/upload/image", { method: "POST", body })
    if (answer.status !== 200) {
        const summary = `${file.name} was not uploaded`
        app.extensionManager.toast.add({ severity: "error", summary, detail: answer.statusText })
        return null
    }
    const { name, subfolder } = await answer.json()
    return subfolder ? `${subfolder}/${name}` : name
}
