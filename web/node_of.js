// The node that the server means. One in a subgraph has the ids on the way to it: 53:9.
import { app } from "../../scripts/app.js"

export function nodeOf(id) {
    let graph = app.graph, node = null
    for (const part of String(id).split(":")) {
        node = graph?.getNodeById(Number(part))
        graph = node?.subgraph
    }
    return node
}
