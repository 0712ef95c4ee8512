// Mouse and touch in the outside pane: turn around a point, shift the view, come nearer. One finger or
// button turns, the right or middle button or Shift shifts, the wheel comes nearer.
import { MathUtils, OrthographicCamera, PerspectiveCamera, Spherical, Vector3 } from "three"

const VIEWS = { top: [0, 1, 0], side: [1, 0, 0] }
const FOV = 45

export function makeOrbit(changed) {
    const perspective = new PerspectiveCamera(FOV, 1, 0.01, 500),
        flat = new OrthographicCamera(-1, 1, 1, -1, -500, 500)
    const target = new Vector3(0, 0, -1),
        way = new Spherical(3, 1.05, -0.6)
    let view = "orbit",
        height = 4,
        aspect = 1

    function update() {
        const camera = view === "orbit" ? perspective : flat
        if (view === "orbit") {
            perspective.aspect = aspect
            perspective.position.setFromSpherical(way).add(target)
            perspective.up.set(0, 1, 0)
            perspective.near = way.radius / 300
            perspective.far = way.radius * 300
            perspective.lookAt(target)
        } else {
            Object.assign(flat, {
                left: (-height * aspect) / 2,
                right: (height * aspect) / 2,
                top: height / 2,
                bottom: -height / 2,
            })
            flat.up.set(...(view === "top" ? [0, 0, -1] : [0, 1, 0]))
            flat.position.copy(target).add(new Vector3(...VIEWS[view]))
            flat.lookAt(target)
        }
        camera.updateProjectionMatrix()
        camera.updateMatrixWorld()
        changed()
    }

    // One pixel of the pane, in the plane of the target.
    const pixel = (pane) =>
        (view === "orbit" ? 2 * way.radius * Math.tan(MathUtils.degToRad(FOV / 2)) : height) /
        pane.clientHeight

    return {
        get camera() {
            return view === "orbit" ? perspective : flat
        },
        get view() {
            return view
        },
        target,
        pixel,
        setAspect(value) {
            if (value === aspect || !(value > 0)) return
            aspect = value
            update()
        },
        setView(value) {
            view = value
            update()
        },
        turn(dx, dy, pane) {
            if (view !== "orbit") return this.shift(dx, dy, pane)
            way.theta -= (dx * Math.PI) / pane.clientHeight
            way.phi = MathUtils.clamp(way.phi - (dy * Math.PI) / pane.clientHeight, 0.02, Math.PI - 0.02)
            update()
        },
        shift(dx, dy, pane) {
            const step = pixel(pane),
                { camera } = this
            const right = new Vector3().setFromMatrixColumn(camera.matrixWorld, 0)
            const up = new Vector3().setFromMatrixColumn(camera.matrixWorld, 1)
            target.addScaledVector(right, -dx * step).addScaledVector(up, dy * step)
            update()
        },
        nearer(factor) {
            way.radius = MathUtils.clamp(way.radius * factor, 0.02, 100)
            height = MathUtils.clamp(height * factor, 0.02, 200)
            update()
        },
        // The ball around `centre` fills the pane.
        fit(centre, radius) {
            target.copy(centre)
            const narrow = Math.min(1, aspect)
            way.radius = (1.1 * radius) / Math.sin(MathUtils.degToRad(FOV / 2)) / narrow
            height = (2.2 * radius) / narrow
            update()
        },
    }
}
