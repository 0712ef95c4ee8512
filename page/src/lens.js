// The camera through whose lens the second pane looks: on the path, or flown freely from there.
import { Camera, Object3D, Quaternion, Vector3 } from "three"
import { place, poseOf, projection } from "./camera.js"

const NEAR = 0.004,
    FAR = 400 // median depths
const UP = new Vector3(0, 1, 0)

export function makeLens() {
    const camera = new Camera(),
        body = new Object3D()
    camera.matrixAutoUpdate = camera.matrixWorldAutoUpdate = false
    let zoom = 1

    const axis = (x, y, z) => new Vector3(x, y, z).applyQuaternion(body.quaternion)

    return {
        camera,
        body,
        get pose() {
            return { ...poseOf(body), zoom }
        },
        set(pose) {
            place(body, pose)
            zoom = pose.zoom
        },
        update(optics) {
            body.updateMatrix()
            camera.matrixWorld.copy(body.matrix)
            camera.matrixWorldInverse.copy(body.matrix).invert()
            camera.projectionMatrix.copy(projection(optics, zoom, NEAR, FAR))
            camera.projectionMatrixInverse.copy(camera.projectionMatrix).invert()
        },
        // Radians to the right and up, about the photo's vertical, as a head turns.
        look(right, up) {
            body.quaternion.premultiply(new Quaternion().setFromAxisAngle(UP, -right))
            body.quaternion.multiply(new Quaternion().setFromAxisAngle(new Vector3(1, 0, 0), up)).normalize()
        },
        // Median depths to the right, up, forward, as the camera stands.
        fly(right, up, forward) {
            body.position.add(axis(right, up, -forward))
        },
        // Around a point, which stays where it is in the picture.
        circle(point, right, up) {
            const turn = new Quaternion()
                .setFromAxisAngle(UP, -right)
                .multiply(new Quaternion().setFromAxisAngle(axis(1, 0, 0), -up))
            body.position.sub(point).applyQuaternion(turn).add(point)
            body.quaternion.premultiply(turn).normalize()
        },
    }
}
