// Both panes: one canvas over two elements, the scene drawn once into each. The outside pane shows where the
// cameras are, the lens what the clip's camera sees.
import {
    Box3,
    BufferGeometry,
    LineBasicMaterial,
    LineLoop,
    Object3D,
    Plane,
    Raycaster,
    Scene,
    Vector2,
    Vector3,
    WebGLRenderer,
} from "three"
import { TransformControls } from "three/examples/jsm/controls/TransformControls.js"
import { makeDrawing } from "./drawing.js"
import { h } from "./dom.js"
import { makeLens } from "./lens.js"
import { makeOrbit } from "./orbit.js"
import { photoEdge } from "./photo_edge.js"
import { makePoints, pick } from "./points.js"

const OUTSIDE = 1,
    LENS = 2 // layers, for one pane alone; both panes show 0
const REACH = 9 // pixels from a click to a point
const CLICK = 4 // pixels that a press may move
const SLOW = 70 // milliseconds a frame: fewer points are drawn outside while the view moves
const FEWER = 0.25

// Without a graphics card, smooth edges cost more than half of the time.
function drawnInSoftware() {
    const gl = new OffscreenCanvas(1, 1).getContext("webgl2")
    const told = gl?.getExtension("WEBGL_debug_renderer_info")
    const name = told ? gl.getParameter(told.UNMASKED_RENDERER_WEBGL) : ""
    gl?.getExtension("WEBGL_lose_context")?.loseContext()
    return /swiftshader|llvmpipe|software|basic render/i.test(name)
}

// on: {keyMoved(pose, drag), keyChosen(index), flown(), picked(point)}
export function makeStage(on) {
    const outside = h("div", { className: "ws-pane ws-outside" }),
        lensPane = h("div", { className: "ws-pane ws-lens" })
    const frame = h("div", { className: "ws-frame" })
    lensPane.append(frame)
    const canvas = h("canvas", { className: "ws-canvas" }),
        labels = h("div", { className: "ws-labels" })
    const element = h("div", { className: "ws-stage" }, outside, lensPane, canvas, labels)
    const renderer = new WebGLRenderer({
        canvas,
        antialias: !drawnInSoftware(),
        alpha: true,
        preserveDrawingBuffer: true,
    })
    renderer.autoClear = false
    renderer.setClearColor(0x000000, 0)
    const scene = new Scene(),
        drawing = makeDrawing(),
        lens = makeLens(),
        proxy = new Object3D()
    const orbit = makeOrbit(invalidateOutside),
        gizmo = new TransformControls(orbit.camera, outside)
    gizmo.setSize(0.75)
    gizmo.setSpace("local")
    gizmo.setColors("#e5646e", "#67b36b", "#5b8def", "#ffb020")
    gizmo.getRaycaster?.().layers.set(OUTSIDE)
    const edge = new LineLoop(
        new BufferGeometry(),
        new LineBasicMaterial({ color: "#ffffff", transparent: true, opacity: 0.7, depthTest: false }),
    )
    edge.layers.set(LENS)
    edge.frustumCulled = false
    scene.add(drawing.object, edge, proxy, gizmo.getHelper())
    drawing.object.traverse((part) => part.layers.set(OUTSIDE))
    gizmo.getHelper().traverse((part) => part.layers.set(OUTSIDE))

    let cloud = null,
        points = new Float32Array(0),
        optics = null,
        radius = 0.008,
        aspect = 16 / 9
    let waiting = false,
        gone = false,
        moving = false,
        share = 1,
        keyLabels = [],
        keyPoses = [],
        picking = false,
        drag = 0
    let lastFrame = 0,
        lensIsNew = true

    // The pane that did not change keeps its picture.
    function invalidate() {
        lensIsNew = true
        invalidateOutside()
    }

    function invalidateOutside() {
        if (waiting || gone) return
        waiting = true
        requestAnimationFrame(draw)
    }

    function layout() {
        const { clientWidth: width, clientHeight: height } = lensPane
        const fitted = Math.min(width, height * aspect)
        frame.style.width = `${Math.floor(fitted)}px`
        frame.style.height = `${Math.floor(fitted / aspect)}px`
        invalidate()
    }

    function draw(now) {
        waiting = false
        const { clientWidth: width, clientHeight: height } = element
        if (gone || !width || !height || !optics) return
        if (moving && lastFrame && now - lastFrame > SLOW) share = FEWER
        lastFrame = moving ? now : 0
        const ratio = window.devicePixelRatio
        const size = renderer.getSize(new Vector2())
        if (size.x !== width || size.y !== height || renderer.getPixelRatio() !== ratio) {
            renderer.setPixelRatio(ratio)
            renderer.setSize(width, height, false)
            lensIsNew = true
        }
        if (lensIsNew) {
            renderer.setScissorTest(false)
            renderer.clear()
        }
        renderer.setScissorTest(true)
        orbit.setAspect(outside.clientWidth / outside.clientHeight)
        gizmo.camera = orbit.camera
        orbit.camera.layers.enable(OUTSIDE)
        drawPane(outside, orbit.camera, 2 * ratio, moving ? share : 1)
        lens.update(optics)
        lens.camera.layers.enable(LENS)
        const shorter = Math.min(frame.clientWidth, frame.clientHeight)
        if (lensIsNew) drawPane(frame, lens.camera, radius * shorter * ratio, 1)
        lensIsNew = false
        placeLabels()
    }

    function drawPane(pane, camera, size, part) {
        const box = within(pane),
            bottom = element.clientHeight - box.y - box.height
        if (!box.width || !box.height) return
        renderer.setViewport(box.x, bottom, box.width, box.height)
        renderer.setScissor(box.x, bottom, box.width, box.height)
        if (cloud) {
            cloud.material.uniforms.size.value = size
            cloud.geometry.setDrawRange(0, Math.ceil((part * points.length) / 3))
        }
        renderer.clear()
        renderer.render(scene, camera)
    }

    // In the stage's own pixels: the page may scale the whole editor.
    function within(pane) {
        let x = 0,
            y = 0
        for (let part = pane; part !== element; part = part.offsetParent) {
            x += part.offsetLeft
            y += part.offsetTop
        }
        return { x, y, width: pane.clientWidth, height: pane.clientHeight }
    }

    function onPane(pane, at) {
        const { x, y, width, height } = within(pane),
            clip = at.clone().project(orbit.camera)
        return {
            x: x + ((clip.x + 1) / 2) * width,
            y: y + ((1 - clip.y) / 2) * height,
            seen: Math.abs(clip.x) < 1 && Math.abs(clip.y) < 1 && Math.abs(clip.z) < 1,
        }
    }

    function placeLabels() {
        keyLabels.forEach((label, i) => {
            const { x, y, seen } = onPane(outside, keyPoses[i])
            label.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`
            label.style.visibility = seen ? "visible" : "hidden"
        })
    }

    // Pixels of the pane, whatever the page's scale.
    function pointer(event, pane) {
        const box = pane.getBoundingClientRect(),
            scale = pane.clientWidth / box.width
        return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale, scale }
    }

    function pointUnder(event, pane, camera) {
        const { x, y } = pointer(event, pane)
        const toClip = camera.projectionMatrix.clone().multiply(camera.matrixWorldInverse)
        const index = pick(points, toClip, x, y, pane.clientWidth, pane.clientHeight, REACH)
        return index < 0 ? null : new Vector3().fromArray(points, 3 * index)
    }

    // Presses of a pane: move(dx, dy, event) while it is dragged, click(event) when it was not.
    function dragged(pane, { start = () => true, move, click }) {
        pane.addEventListener("pointerdown", (down) => {
            if (!start(down)) return
            const from = pointer(down, pane)
            let last = from,
                far = false
            pane.setPointerCapture(down.pointerId)
            const onMove = (event) => {
                const at = pointer(event, pane)
                far ||= Math.hypot(at.x - from.x, at.y - from.y) > CLICK
                if (far) {
                    moving = true
                    move(at.x - last.x, at.y - last.y, event, down)
                    last = at
                }
            }
            const onUp = (event) => {
                pane.removeEventListener("pointermove", onMove)
                pane.removeEventListener("pointerup", onUp)
                pane.removeEventListener("pointercancel", onUp)
                moving = false
                share = 1
                if (!far && event.type === "pointerup") click?.(event)
                invalidate()
            }
            pane.addEventListener("pointermove", onMove)
            pane.addEventListener("pointerup", onUp)
            pane.addEventListener("pointercancel", onUp)
        })
        pane.addEventListener("contextmenu", (event) => event.preventDefault())
    }

    const shifts = (event) => event.button !== 0 || event.shiftKey
    dragged(outside, {
        start: () => !gizmo.dragging && gizmo.axis === null,
        move: (dx, dy, event, down) =>
            shifts(down) ? orbit.shift(dx, dy, outside) : orbit.turn(dx, dy, outside),
        click: (event) => {
            if (!picking) return
            const point = pointUnder(event, outside, orbit.camera)
            if (point) on.picked(point)
        },
    })
    outside.addEventListener(
        "wheel",
        (event) => {
            event.preventDefault()
            orbit.nearer(Math.exp((Math.sign(event.deltaY) * Math.min(Math.abs(event.deltaY), 100)) / 600))
        },
        { passive: false },
    )

    // A pixel of the frame at distance 1, in median depths.
    const perPixel = () => 1 / (optics.focal[0] * lens.pose.zoom * frame.clientWidth)
    let pivot = null
    dragged(frame, {
        start: (event) => {
            pivot = event.altKey ? (pointUnder(event, frame, lens.camera) ?? ahead()) : null
            return true
        },
        move: (dx, dy, event, down) => {
            if (picking) return
            const step = perPixel()
            if (pivot)
                lens.circle(pivot, (dx * Math.PI) / frame.clientWidth, (-dy * Math.PI) / frame.clientWidth)
            else if (shifts(down)) lens.fly(-dx * step, dy * step, 0)
            else lens.look(-dx * step, dy * step)
            on.flown()
        },
        click: (event) => {
            if (!picking) return
            const point = pointUnder(event, frame, lens.camera)
            if (point) on.picked(point)
        },
    })
    frame.addEventListener(
        "wheel",
        (event) => {
            event.preventDefault()
            lens.fly(0, 0, -Math.sign(event.deltaY) * 0.04)
            on.flown()
        },
        { passive: false },
    )

    const ahead = () => new Vector3(0, 0, -1).applyQuaternion(lens.body.quaternion).add(lens.body.position)

    gizmo.addEventListener("change", invalidateOutside)
    gizmo.addEventListener("mouseDown", () => {
        drag += 1
    })
    gizmo.addEventListener("objectChange", () => on.keyMoved(proxy, drag))
    gizmo.addEventListener("dragging-changed", ({ value }) => {
        moving = value
    })

    // A key's label moves the key in the plane of the view.
    function labelOf(index) {
        const label = h("button", {
            type: "button",
            className: "ws-label",
            title: "Choose this key; drag to move it",
        })
        label.addEventListener("pointerdown", (down) => {
            on.keyChosen(index)
            drag += 1
            let far = false
            const plane = new Plane().setFromNormalAndCoplanarPoint(
                orbit.camera.getWorldDirection(new Vector3()),
                keyPoses[index],
            )
            const ray = new Raycaster(),
                grip = keyPoses[index].clone().sub(hit(down) ?? keyPoses[index])
            function hit(event) {
                const { x, y } = pointer(event, outside)
                ray.setFromCamera(
                    new Vector2((2 * x) / outside.clientWidth - 1, 1 - (2 * y) / outside.clientHeight),
                    orbit.camera,
                )
                return ray.ray.intersectPlane(plane, new Vector3())
            }
            const onMove = (event) => {
                far ||= Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > CLICK
                const at = far && gizmo.object ? hit(event) : null
                if (!at) return
                proxy.position.copy(at).add(grip)
                on.keyMoved(proxy, drag)
            }
            const onUp = () => {
                label.removeEventListener("pointermove", onMove)
                label.removeEventListener("pointerup", onUp)
            }
            label.setPointerCapture(down.pointerId)
            label.addEventListener("pointermove", onMove)
            label.addEventListener("pointerup", onUp)
        })
        return label
    }

    const watch = new ResizeObserver(layout)
    watch.observe(lensPane)
    watch.observe(outside)

    return {
        element,
        outside,
        frame,
        lens,
        orbit,
        drawing,
        gizmo,
        invalidate,
        // milliseconds to draw both panes once, for measurements
        timed() {
            const begin = performance.now()
            lensIsNew = true
            draw(begin)
            renderer.getContext().readPixels(0, 0, 1, 1, 6408, 5121, new Uint8Array(4)) // waits for the picture
            return performance.now() - begin
        },
        get points() {
            return points
        },
        // no frame is asked for that is not drawn yet
        get drawn() {
            return !waiting
        },
        setOptics(next, clipAspect, nextRadius) {
            optics = next
            aspect = clipAspect
            radius = nextRadius
            layout()
        },
        setScene(loaded) {
            if (cloud) {
                scene.remove(cloud)
                cloud.geometry.dispose()
                cloud.material.dispose()
            }
            points = loaded.points
            cloud = points.length ? makePoints(loaded) : null
            if (cloud) scene.add(cloud)
            edge.geometry.dispose()
            edge.geometry = new BufferGeometry().setFromPoints(
                photoEdge(points, loaded.header).map((at) => new Vector3(...at)),
            )
            invalidate()
        },
        setPicking(value) {
            picking = value
            element.classList.toggle("ws-picking", value)
        },
        // poses of the keys, the chosen one's index, and which of them can be moved
        showKeys(poses, chosen, movable) {
            keyPoses = poses.map(
                (pose) => new Vector3(pose.position[0], -pose.position[1], -pose.position[2]),
            )
            while (keyLabels.length < poses.length) {
                keyLabels.push(labelOf(keyLabels.length))
                labels.append(keyLabels.at(-1))
            }
            for (const label of keyLabels.splice(poses.length)) label.remove()
            keyLabels.forEach((label, i) => {
                label.textContent = i || "P"
                label.classList.toggle("ws-chosen", i === chosen)
            })
            if (!movable) gizmo.detach()
            else if (!gizmo.dragging) {
                const pose = poses[chosen]
                proxy.position.copy(keyPoses[chosen])
                proxy.quaternion.set(pose.rotation[0], -pose.rotation[1], -pose.rotation[2], pose.rotation[3])
                gizmo.attach(proxy)
            }
            invalidateOutside()
        },
        // The cameras and the nearer points, four in five, fill the outside pane.
        fit() {
            const near = Array.from({ length: Math.min(points.length / 3, 4000) }, (_, i) =>
                new Vector3().fromArray(points, 3 * i),
            )
            near.sort((one, other) => one.length() - other.length()).splice(near.length * 0.8)
            const shown = [...keyPoses, ...(near.length ? near : [new Vector3(0, 0, -1)])]
            const centre = new Box3().setFromPoints(shown).getCenter(new Vector3())
            const far = Math.max(...shown.map((point) => point.distanceTo(centre)))
            orbit.fit(centre, Math.max(0.85 * far, 0.5))
        },
        floor() {
            const heights = Array.from(
                { length: Math.min(points.length / 3, 4000) },
                (_, i) => points[3 * i + 1],
            )
            return heights.sort((one, other) => one - other)[Math.floor(heights.length * 0.03)] ?? -0.5
        },
        dispose() {
            gone = true
            watch.disconnect()
            gizmo.dispose()
            drawing.dispose()
            edge.geometry.dispose()
            edge.material.dispose()
            cloud?.geometry.dispose()
            cloud?.material.dispose()
            renderer.dispose()
            renderer.forceContextLoss()
        },
    }
}
