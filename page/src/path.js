// The dense path, which Python computes: the page never interpolates keys by itself.
import { Quaternion, Vector3 } from "three"
import { between } from "./camera.js"

const FINE = 6 // steps from frame to frame, for the line that is drawn and for playing
const MOST = 1000 // poses that the route gives at once

export const steps = (frames) => Math.max(1, Math.min(FINE, Math.floor((MOST - 1) / Math.max(frames - 1, 1))))

// ask(keys, frames): at most one question is under way; of those that come meanwhile, the last one is asked.
export function makePath(post, arrived, failed) {
    let asking = false,
        asked = false,
        waiting = null

    async function ask(keys, frames) {
        if (asking) {
            waiting = [keys, frames]
            return
        }
        asking = asked = true
        const count = frames < 2 ? 1 : (frames - 1) * steps(frames) + 1
        try {
            const { position, rotation, zoom } = await post("/worldstereo/trajectory", {
                keys,
                frames: count,
            })
            arrived(position.map((at, i) => ({ position: at, rotation: rotation[i], zoom: zoom[i] })))
        } catch (error) {
            failed(error.message)
        }
        asking = false
        const next = waiting
        waiting = null
        if (next) ask(...next)
    }
    ask.settled = () => !asking && asked
    return ask
}

// The pose at a time 0..1.
export function poseAt(path, time) {
    const at = Math.min(Math.max(time, 0), 1) * (path.length - 1),
        index = Math.min(Math.floor(at), path.length - 2)
    return index < 0 ? path[0] : between(path[index], path[index + 1], at - index)
}

// {way: median depths, turn: degrees} along the whole path.
export function measure(path) {
    let way = 0,
        turn = 0
    for (let i = 1; i < path.length; i++) {
        way += new Vector3(...path[i].position).distanceTo(new Vector3(...path[i - 1].position))
        turn += new Quaternion(...path[i].rotation).angleTo(new Quaternion(...path[i - 1].rotation))
    }
    return { way, turn: (turn * 180) / Math.PI }
}
