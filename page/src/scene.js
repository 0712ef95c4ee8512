// The file of the scene: WSSC, length of the header, header (JSON), points [N,3] float32, colours [N,3]
// uint8.
const MAGIC = "WSSC"

// {header, points: Float32Array in three.js axes, colors: Uint8Array}, in an order without order, so that
// any first part shows the whole scene.
export function readScene(buffer) {
    const magic = String.fromCharCode(...new Uint8Array(buffer, 0, 4))
    if (magic !== MAGIC) throw new Error("The file of the scene is none; press Get scene again.")
    const length = new DataView(buffer).getUint32(4, true)
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)))
    const { count } = header,
        start = 8 + length
    const stored = new Float32Array(buffer, start, 3 * count),
        shades = new Uint8Array(buffer, start + 12 * count, 3 * count)
    const points = new Float32Array(3 * count),
        colors = new Uint8Array(3 * count),
        order = shuffled(count)
    for (let i = 0; i < count; i++) {
        const from = 3 * order[i],
            to = 3 * i
        points[to] = stored[from]
        points[to + 1] = -stored[from + 1]
        points[to + 2] = -stored[from + 2]
        for (let c = 0; c < 3; c++) colors[to + c] = shades[from + c]
    }
    return { header, points, colors }
}

function shuffled(count) {
    const order = Uint32Array.from({ length: count }, (_, i) => i)
    for (let i = count - 1, seed = 1; i > 0; i--) {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0 // the same order every time
        const other = seed % (i + 1),
            kept = order[i]
        order[i] = order[other]
        order[other] = kept
    }
    return order
}
