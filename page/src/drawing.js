// What the outside pane shows besides the points: path, frusta, target, grid.
import {
    BufferGeometry,
    Color,
    Float32BufferAttribute,
    Group,
    LineBasicMaterial,
    LineSegments,
    Object3D,
    Vector3,
} from "three"
import { LineSegments2 } from "three/examples/jsm/lines/LineSegments2.js"
import { LineMaterial } from "three/examples/jsm/lines/LineMaterial.js"
import { LineSegmentsGeometry } from "three/examples/jsm/lines/LineSegmentsGeometry.js"
import { corners, flipped, place } from "./camera.js"

const START = new Color("#2fc6a0"),
    END = new Color("#7d8bff"),
    TOO_NEAR = new Color("#ff4d4f")
export const CHOSEN = new Color("#ffb020")
const SIZE = 0.22 // of a frustum in the scene, times the distance of the picture plane at zoom 1
const HIDDEN = 0.22 // opacity of lines behind points

export const colourAt = (time) => START.clone().lerp(END, time)

// Lines of a stated width that shine through the points. -> {object, show([[from, to, colour] ...])}
function makeLines(width) {
    const make = (behind) => {
        const material = new LineMaterial({
            linewidth: width,
            vertexColors: true,
            transparent: true,
            depthTest: !behind,
            depthWrite: false,
            opacity: behind ? HIDDEN : 1,
        })
        const lines = new LineSegments2(new LineSegmentsGeometry(), material)
        lines.frustumCulled = false
        return lines
    }
    const both = [make(true), make(false)],
        object = new Group()
    object.add(...both)
    return {
        object,
        show(segments) {
            for (const lines of both) {
                lines.visible = segments.length > 0
                if (!segments.length) continue
                lines.geometry.dispose()
                lines.geometry = new LineSegmentsGeometry()
                lines.geometry.setPositions(segments.flatMap(([from, to]) => [...from, ...to]))
                lines.geometry.setColors(
                    segments.flatMap(([, , colour]) => [...colour.toArray(), ...colour.toArray()]),
                )
            }
        },
        dispose() {
            for (const lines of both) {
                lines.geometry.dispose()
                lines.material.dispose()
            }
        },
    }
}

function frustum(pose, optics, colour, size = SIZE) {
    const body = new Object3D()
    place(body, pose)
    body.updateMatrix()
    const at = (...xyz) => new Vector3(...xyz).multiplyScalar(size).applyMatrix4(body.matrix).toArray()
    const ends = corners(optics, pose.zoom),
        [a, b, c, d] = ends.map((end) => at(...end)),
        eye = at(0, 0, 0)
    const [[left, top], [right]] = ends,
        middle = (left + right) / 2,
        roof = (right - left) * 0.14
    const tip = at(middle, top + 1.5 * roof, -1),
        feet = [at(middle - roof, top, -1), at(middle + roof, top, -1)]
    return [
        [eye, a],
        [eye, b],
        [eye, c],
        [eye, d],
        [a, b],
        [b, c],
        [c, d],
        [d, a],
        [feet[0], tip],
        [tip, feet[1]],
    ].map(([from, to]) => [from, to, colour])
}

export function makeDrawing() {
    const path = makeLines(2.6),
        keys = makeLines(1.6),
        chosen = makeLines(2.4),
        now = makeLines(2),
        target = makeLines(2)
    const object = new Group(),
        all = [path, keys, chosen, now, target]
    object.add(...all.map((lines) => lines.object))
    let grid = null

    return {
        object,
        // path: poses; tooNear: bool for each
        showPath(poses, tooNear) {
            const last = Math.max(poses.length - 1, 1)
            path.show(
                poses
                    .slice(1)
                    .map((pose, i) => [
                        flipped(poses[i].position),
                        flipped(pose.position),
                        tooNear[i + 1] || (tooNear[i] && i > 0) ? TOO_NEAR : colourAt(i / last),
                    ]),
            )
        },
        showKeys(poses, times, index, optics) {
            keys.show(
                poses.flatMap((pose, i) => (i === index ? [] : frustum(pose, optics, colourAt(times[i])))),
            )
            chosen.show(poses[index] ? frustum(poses[index], optics, CHOSEN) : [])
        },
        showNow(pose, optics, colour) {
            now.show(pose ? frustum(pose, optics, new Color(colour), 1.25 * SIZE) : [])
        },
        showTarget(at) {
            const r = 0.06,
                [x, y, z] = at ? flipped(at) : []
            target.show(
                !at
                    ? []
                    : [
                          [r, 0, 0],
                          [0, r, 0],
                          [0, 0, r],
                      ].map(([a, b, c]) => [[x - a, y - b, z - c], [x + a, y + b, z + c], CHOSEN]),
            )
        },
        // A floor of squares of `cell`, at the height y and around (x, z).
        showGrid({ x, y, z }, cell, colour) {
            grid?.geometry.dispose()
            grid?.material.dispose()
            if (grid) object.remove(grid)
            const lines = [],
                half = 8,
                [cx, cz] = [Math.round(x / cell) * cell, Math.round(z / cell) * cell]
            for (let i = -half; i <= half; i++) {
                lines.push(cx + i * cell, y, cz - half * cell, cx + i * cell, y, cz + half * cell)
                lines.push(cx - half * cell, y, cz + i * cell, cx + half * cell, y, cz + i * cell)
            }
            const geometry = new BufferGeometry().setAttribute(
                "position",
                new Float32BufferAttribute(lines, 3),
            )
            grid = new LineSegments(
                geometry,
                new LineBasicMaterial({ color: colour, transparent: true, opacity: 0.16 }),
            )
            grid.layers.mask = object.layers.mask
            object.add(grid)
        },
        dispose() {
            for (const lines of all) lines.dispose()
            grid?.geometry.dispose()
            grid?.material.dispose()
        },
    }
}
