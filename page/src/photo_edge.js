// Where the photo ends in the scene: what lies beyond, the model has to make up.
const PARTS = 48 // of each edge
const MARGIN = 0.03 // share of the photo, next to an edge, whose points tell how far the edge is

// A closed line [[x, y, z] ...] along the photo's edges, as far away as the points next to them; three.js axes.
// header: of the scene, with the lens and the photo's edges in picture sizes.
export function photoEdge(points, { focal: [fx, fy], centre: [cx, cy], photo: [left, top, right, bottom] }) {
    const depths = Array.from({ length: 4 * PARTS }, () => [])
    for (let i = 0; i < points.length; i += 3) {
        const depth = -points[i + 2]
        if (depth <= 0) continue
        const u = ((fx * points[i]) / depth + cx - left) / (right - left),
            v = ((-fy * points[i + 1]) / depth + cy - top) / (bottom - top)
        if (u < 0 || u >= 1 || v < 0 || v >= 1) continue
        if (v < MARGIN) depths[Math.floor(u * PARTS)].push(depth)
        if (u > 1 - MARGIN) depths[PARTS + Math.floor(v * PARTS)].push(depth)
        if (v > 1 - MARGIN) depths[3 * PARTS - 1 - Math.floor(u * PARTS)].push(depth)
        if (u < MARGIN) depths[4 * PARTS - 1 - Math.floor(v * PARTS)].push(depth)
    }
    const far = filled(depths.map(median))
    return far.flatMap((depth, i) => {
        const at = (share) => {
            const [u, v] = onEdge(Math.floor(i / PARTS), share)
            const x = (left + u * (right - left) - cx) / fx,
                y = (top + v * (bottom - top) - cy) / fy
            return [x * depth, -y * depth, -depth]
        }
        const part = i % PARTS
        if (part === 0) return [at(0), at(0.5 / PARTS)] // the corner
        return [at((part + 0.5) / PARTS)]
    })
}

// Clockwise from the upper left corner.
const onEdge = (edge, share) =>
    [
        [share, 0],
        [1, share],
        [1 - share, 1],
        [0, 1 - share],
    ][edge]

const median = (values) => values.sort((one, other) => one - other)[values.length >> 1]

// What is missing is as the one before; 1 where all is.
function filled(values) {
    let last = values.findLast((value) => value !== undefined) ?? 1
    return values.map((value) => (last = value ?? last))
}
