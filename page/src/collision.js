// The collision rule of the nodes: the mean distance to the nearest points of the scene must not fall below
// a limit.

// nearest(place) -> is the mean distance from place [x, y, z] to the nearest `neighbours` points below the
// limit?
export function makeCollision(points, limit, neighbours) {
    if (!(limit > 0) || points.length < 3 * neighbours) return () => false
    const cells = new Map(),
        cell = (x) => Math.floor(x / limit)
    const name = (i, j, k) => (i * 73856093) ^ (j * 19349663) ^ (k * 83492791) // collisions only cost time
    for (let i = 0; i < points.length; i += 3) {
        const key = name(cell(points[i]), cell(points[i + 1]), cell(points[i + 2]))
        const list = cells.get(key)
        if (list) list.push(i)
        else cells.set(key, [i])
    }

    function ring([x, y, z], r, found) {
        // distances to the points in the cells at `r` cells from the place's own
        const [a, b, c] = [cell(x), cell(y), cell(z)]
        for (let i = -r; i <= r; i++)
            for (let j = -r; j <= r; j++)
                for (let k = -r; k <= r; k++) {
                    if (Math.max(Math.abs(i), Math.abs(j), Math.abs(k)) !== r) continue
                    for (const p of cells.get(name(a + i, b + j, c + k)) ?? []) {
                        if (
                            cell(points[p]) !== a + i ||
                            cell(points[p + 1]) !== b + j ||
                            cell(points[p + 2]) !== c + k
                        )
                            continue
                        found.push(Math.hypot(points[p] - x, points[p + 1] - y, points[p + 2] - z))
                    }
                }
    }

    return (place) => {
        const found = []
        // all points within r limits are found after ring r; further ones are farther than that
        for (let r = 0; ; r++) {
            ring(place, r, found)
            found.sort((one, other) => one - other).splice(neighbours)
            const least =
                found.reduce((sum, d) => sum + Math.min(d, r * limit), 0) +
                (neighbours - found.length) * r * limit
            if (least >= neighbours * limit) return false
            if (found.length === neighbours && found.at(-1) <= r * limit) return least < neighbours * limit
        }
    }
}
