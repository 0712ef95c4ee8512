// Which node and which graph the server means.
import { app } from "../../scripts/app.js"
import { api } from "../../scripts/api.js"

const queuedFrom = new Map()  // id of a run -> id of its graph
const { queuePrompt } = api

api.queuePrompt = async function (...values) {
    const graph = app.graph.id
    const answer = await queuePrompt.apply(this, values)
    queuedFrom.set(answer.prompt_id, graph)
    return answer
}

// Id of the graph that a run was queued from: another one, open by then, may have nodes of the same ids.
export function graphOf(run) {
    return queuedFrom.get(run) ?? app.graph.id
}

// The node of the open graph that the server means. One in a subgraph has the ids on the way to it: 53:9.
export function nodeOf(id) {
    let graph = app.graph, node = null
    for (const part of String(id).split(":")) {
        node = graph?.getNodeById(Number(part))
        graph = node?.subgraph
    }
    return node
}
