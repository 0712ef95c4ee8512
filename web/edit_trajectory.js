// The editor in the node Edit Trajectory. The editor itself, with three.js, is a file of its own that is loaded for the
// first such node. The text widget `keys` stays what is saved and sent.
import { app } from "../../scripts/app.js"
import { api } from "../../scripts/api.js"

const NODE = "WSKitEditTrajectory"
const SIZE = [760, 700]  // of a new node
const LEAST = 420  // height of the editor

app.registerExtension({
    name: "WorldStereo.EditTrajectory",
    nodeCreated(node) {
        if (node.comfyClass === NODE) addEditor(node)
    },
})

function addEditor(node) {
    const keys = node.widgets.find((widget) => widget.name === "keys")
    const place = document.createElement("div")
    Object.assign(place.style, { width: "100%", height: "100%", minHeight: `${LEAST}px` })
    place.dataset.captureWheel = "true"  // Nodes 2.0: the wheel is not for the graph
    let editor = null, removed = false, shown = null

    const widget = node.addDOMWidget("editor", "worldstereo_editor", place, {
        serialize: false, hideOnZoom: false, getMinHeight: () => LEAST, margin: 6,
    })
    widget.serialize = false
    setHidden(node, keys, true)
    if (node.size[0] < SIZE[0] || node.size[1] < SIZE[1]) {
        node.setSize([Math.max(node.size[0], SIZE[0]), Math.max(node.size[1], SIZE[1])])
    }

    // what comes through a link is known once the scene is there
    const value = (name) => node.inputs.some((input) => input.name === name && input.link !== null)
        ? editor?.view.header?.[name] : node.widgets.find((each) => each.name === name)?.value
    const host = {
        write(text) {
            if (keys.value === text) return
            keys.value = text
            keys.callback?.(text)
            node.graph?.setDirtyCanvas(true, false)
        },
        clip: () => ({ frames: value("frames") ?? 21, width: value("width") ?? 832, height: value("height") ?? 480 }),
        post,
        getScene: () => runAlone(executionId(node)),
        toggleText: () => setHidden(node, keys, !keys.hidden),
        fullScreen(on) {
            (on ? document.body : place).append(editor.element)
        },
    }

    async function showScene(output) {
        const file = output?.worldstereo_scene?.[0]
        if (!file || !editor || shown === file.filename) return
        shown = file.filename
        const answer = await api.fetchApi(`/view?${new URLSearchParams(file)}`)
        if (answer.ok && !removed) editor.showScene(await answer.arrayBuffer())
        else shown = null
    }

    import("./lib/trajectory_editor.mjs").then(({ makeEditor }) => {
        if (removed) return
        editor = makeEditor(host)
        place.append(editor.element)
        node.worldstereo = { editor }
        editor.load(keys.value ?? "")
        showScene(app.nodeOutputs?.[executionId(node)])  // another workflow was shown meanwhile
    })

    const after = (name, action) => {
        const before = node[name]
        node[name] = function (...values) {
            const result = before?.apply(this, values)
            action(...values)
            return result
        }
    }
    after("onConfigure", () => {
        reload()
        editor?.clipChanged()
    })
    after("onExecuted", showScene)
    after("onRemoved", () => {
        removed = true
        editor?.element.remove()
        editor?.dispose()
    })
    // a value that is set by hand, by undo of the graph, by a subgraph's panel
    function reload() {
        if (editor && keys.value !== editor.text) editor.load(keys.value ?? "")
    }
    for (const each of node.widgets) {
        const before = each.callback
        if (each === keys) each.callback = (...values) => { before?.apply(each, values); reload() }
        if (["frames", "width", "height"].includes(each.name)) {
            each.callback = (...values) => { before?.apply(each, values); editor?.clipChanged() }
        }
    }
}

function setHidden(node, widget, hidden) {
    widget.hidden = hidden
    widget.options.hidden = hidden
    widget.computeSize = hidden ? () => [0, -4] : undefined  // no place for it on the classic canvas
    if (widget.element) widget.element.hidden = hidden
    node.setSize([...node.size])
    node.graph?.setDirtyCanvas(true, true)
}

async function post(route, body) {
    const answer = await api.fetchApi(route, { method: "POST", headers: { "Content-Type": "application/json" },
                                               body: JSON.stringify(body) })
    const text = await answer.text()
    let read = null
    try {
        read = JSON.parse(text)
    } catch {}  // a proxy's page
    if (!answer.ok) throw new Error(read?.error ?? (text.length < 300 && text || `The server answered ${answer.status}.`))
    return read
}

// Runs a node and what it needs, and nothing else; ends when this run ends.
function runAlone(id) {
    const ENDS = ["execution_success", "execution_error", "execution_interrupted"]
    const ended = new Map()  // id of a run -> what went wrong, or null; a run may end before its id is known
    let run = null
    return new Promise((done, failed) => {
        const finish = (sentence) => {
            for (const name of ENDS) api.removeEventListener(name, onEnd)
            if (sentence === null) done()
            else failed(new Error(sentence.trim()))
        }
        const onEnd = ({ type, detail }) => {
            const success = type === "execution_success"
            ended.set(detail.prompt_id, success ? null : detail.exception_message ?? "The run was stopped.")
            if (ended.has(run)) finish(ended.get(run))
        }
        for (const name of ENDS) api.addEventListener(name, onEnd)
        // the page does not tell the id of what it queues
        const send = api.queuePrompt
        api.queuePrompt = async (...values) => {
            const answer = await send.apply(api, values)
            run = answer.prompt_id
            return answer
        }
        app.queuePrompt(0, 1, [id]).finally(() => {
            api.queuePrompt = send
            if (!run) finish("ComfyUI did not take the graph; see its message.")
            else if (ended.has(run)) finish(ended.get(run))
        })
    })
}

// As the server knows it: the ids of the subgraphs around it first, 53:9.
function executionId(node, graph = app.graph, before = "") {
    if (graph === node.graph) return before + node.id
    for (const outer of graph.nodes) {
        const found = outer.subgraph && executionId(node, outer.subgraph, `${before}${outer.id}:`)
        if (found) return found
    }
    return null
}
