// Keys and cameras. Keys count as the photo's camera does (OpenCV axes: x right, y down, z forward), three.js
// has y up and z back: half a turn about x between the two, for positions and for rotations.
import { Euler, MathUtils, Matrix4, Quaternion, Vector3 } from "three"

const FILM = 36 // mm, the width of the frame to which focal lengths are told

export const flipped = ([x, y, z]) => [x, -y, -z]
export const flippedTurn = ([x, y, z, w]) => [x, -y, -z, w]

// {position, rotation} of a key or of the path -> the same of a three.js object.
export function place(object, { position, rotation }) {
    object.position.set(...flipped(position))
    object.quaternion.set(...flippedTurn(rotation)).normalize()
}

export function poseOf(object) {
    return {
        position: rounded(flipped(object.position.toArray())),
        rotation: rounded(flippedTurn(object.quaternion.clone().normalize().toArray()), 8),
    }
}

export const rounded = (numbers, digits = 6) => numbers.map((number) => Number(number.toFixed(digits)) || 0)

// Degrees that people name: to the right, up, clockwise.
export function anglesOf(rotation) {
    const { x, y, z } = new Euler().setFromQuaternion(new Quaternion(...flippedTurn(rotation)), "YXZ")
    return [-y, x, -z].map(MathUtils.radToDeg)
}

export function rotationOf([right, up, clockwise]) {
    const [y, x, z] = [-right, up, -clockwise].map(MathUtils.degToRad)
    const turn = new Quaternion().setFromEuler(new Euler(x, y, z, "YXZ"))
    return rounded(flippedTurn(turn.toArray()), 8)
}

// The pose between two poses.
export function between(from, to, share) {
    const turn = new Quaternion(...from.rotation).slerp(new Quaternion(...to.rotation), share)
    const position = new Vector3(...from.position).lerp(new Vector3(...to.position), share)
    return {
        position: rounded(position.toArray()),
        rotation: rounded(turn.toArray(), 8),
        zoom: from.zoom + (to.zoom - from.zoom) * share,
    }
}

// A camera that looks along `rotation` sees these ends of the picture at distance 1: [[x, y, z] * 4],
// three.js axes.
export function corners({ focal: [fx, fy], centre: [cx, cy] }, zoom) {
    return [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
    ].map(([u, v]) => [(u - cx) / (fx * zoom), -(v - cy) / (fy * zoom), -1])
}

// Projection of the photo's intrinsics (shares of the picture's width and height) onto the whole of a
// viewport.
export function projection({ focal: [fx, fy], centre: [cx, cy] }, zoom, near, far) {
    return new Matrix4().set(
        2 * fx * zoom,
        0,
        1 - 2 * cx,
        0,
        0,
        2 * fy * zoom,
        2 * cy - 1,
        0,
        0,
        0,
        (far + near) / (near - far),
        (2 * far * near) / (near - far),
        0,
        0,
        -1,
        0,
    )
}

export const millimetres = (lens, zoom) => FILM * lens.focal[0] * zoom
export const zoomOf = (lens, mm) => mm / (FILM * lens.focal[0])
