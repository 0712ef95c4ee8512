// What the editor shows beside the keys, which store.js holds: one plain object, changed by the actions and
// drawn by view.js.
import { poseAt } from "./path.js"

const PHOTO_LENS = { focal: [0.9, 1.56], centre: [0.5, 0.5] } // until there is a scene

export function makeSession(clip) {
    return {
        clip, // {frames, width, height} of the node
        header: null, // of the scene
        collides: () => false, // whether [x, y, z], three.js axes, is too near to the scene
        path: [], // dense poses, from Python
        tooNear: [], // bool for each of them
        pathless: "", // why there is no path of the newest keys
        chosen: 0, // index of a key
        time: 0, // of the frame that is shown, 0..1
        playing: false,
        flying: false, // the lens is off the path
        picking: false, // the next click on a point makes it the target
        getting: false, // the scene is under way
        full: false, // the editor fills the page
        view: "orbit", // of the outside pane
        handles: "translate", // those of the chosen key
        menu: null, // which one is open: "presets" or "help"
        message: "", // what an action could not do
    }
}

export const optics = ({ header }) => header ?? PHOTO_LENS

// The keys as the camera stands at their times: `look` may turn it otherwise than they say.
export function keyPoses({ path }, { keys, look }) {
    if (look === "free" || !path.length) return keys
    return keys.map((key, i) => (i === 0 ? key : { ...key, rotation: poseAt(path, key.time).rotation }))
}

// The nearest time of a whole frame.
export function snap(time, { frames }) {
    const last = frames - 1
    return last > 0 ? Math.round(time * last) / last : time
}
