// The points of the scene, drawn as round discs of one size on the screen.
import { BufferAttribute, BufferGeometry, Points, ShaderMaterial } from "three"

const VERTEX = `
uniform float size;
attribute vec3 shade;
varying vec3 colour;
void main() {
    colour = shade;
    gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
    gl_PointSize = size;
}`
const FRAGMENT = `
varying vec3 colour;
void main() {
    vec2 off = gl_PointCoord - 0.5;
    if (dot(off, off) > 0.25) discard;
    gl_FragColor = vec4(colour, 1.0);
}`

// Colours reach the screen as they are: no light, no colour management.
export function makePoints({ points, colors }) {
    const geometry = new BufferGeometry()
    geometry.setAttribute("position", new BufferAttribute(points, 3))
    geometry.setAttribute("shade", new BufferAttribute(colors, 3, true))
    const material = new ShaderMaterial({
        uniforms: { size: { value: 2 } },
        vertexShader: VERTEX,
        fragmentShader: FRAGMENT,
    })
    const cloud = new Points(geometry, material)
    cloud.frustumCulled = false
    return cloud
}

// Index of the nearest point to the camera within `reach` pixels of (x, y) in a viewport of width x height,
// or -1.
export function pick(points, toClip, x, y, width, height, reach) {
    const m = toClip.elements
    let best = -1,
        nearest = Infinity
    for (let i = 0; i < points.length; i += 3) {
        const [a, b, c] = [points[i], points[i + 1], points[i + 2]]
        const w = m[3] * a + m[7] * b + m[11] * c + m[15]
        if (w <= 0) continue
        const depth = (m[2] * a + m[6] * b + m[10] * c + m[14]) / w
        if (depth < -1 || depth >= nearest) continue
        const px = (((m[0] * a + m[4] * b + m[8] * c + m[12]) / w + 1) / 2) * width
        const py = ((1 - (m[1] * a + m[5] * b + m[9] * c + m[13]) / w) / 2) * height
        if (Math.abs(px - x) > reach || Math.abs(py - y) > reach) continue
        best = i / 3
        nearest = depth
    }
    return best
}
