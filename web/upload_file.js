// An upload button for file lists whose input has the option worldstereo_upload, the endings of its files.
// ComfyUI's own upload options take pictures, videos and sound only.
import { app } from "../../scripts/app.js"
import { api } from "../../scripts/api.js"

const COLMAP = /^(images|cameras)\.(txt|bin)$/  // a model is one of each, found by these names

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
        const stored = await uploadTogether([...choose.files])
        choose.value = ""
        if (stored === null) return
        if (!list.options.values.includes(stored)) list.options.values.push(stored)
        list.value = stored
        list.callback?.(stored)
        node.graph?.setDirtyCanvas(true, true)
    })
    const options = { serialize: false }  // not in what is sent to run
    const button = node.addWidget("button", "choose file to upload", null, () => choose.click(), options)
    button.serialize = false  // nor in the workflow
}

// Name of the file to choose then, or null. The two files of a COLMAP model get a folder of their own, where
// none of them is renamed; one of them alone would be read with the cameras of another model.
async function uploadTogether(files) {
    const names = files.map((file) => file.name)
    const model = names.filter((name) => COLMAP.test(name))
    const alone = model.find((name) => !names.includes(other(name)))
    if (alone) {
        complain(alone, `It belongs to ${other(alone)}: choose both files at once.`)
        return null
    }
    const folder = model.length ? `colmap_${Date.now()}` : ""
    let chosen = null
    for (const file of files) {
        const stored = await upload(file, folder)
        if (stored === null) return null
        if (!model.length || file.name.startsWith("images.")) chosen = stored
    }
    return chosen
}

function other(name) {
    return name.startsWith("images") ? name.replace("images", "cameras") : name.replace("cameras", "images")
}

// Name of the file below ComfyUI's input folder (a number is added when another file has the name), or null.
async function upload(file, folder) {
    const body = new FormData()
    body.append("image", file)  // the route takes any file
    body.append("subfolder", folder)
    const answer = await api.fetchApi("/upload/image", { method: "POST", body })
    if (answer.status !== 200) {
        complain(file.name, answer.statusText)
        return null
    }
    const { name, subfolder } = await answer.json()
    return subfolder ? `${subfolder}/${name}` : name
}

function complain(name, detail) {
    app.extensionManager.toast.add({ severity: "error", summary: `${name} was not uploaded`, detail })
}
