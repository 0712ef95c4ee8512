// The keys object: every function takes one and gives another one; nothing is changed in place.
export const EASES = ["none", "in", "out", "in and out"]
const MOST = 200
const NEAREST = 1e-4 // two keys in time

export const PHOTO = { time: 0, position: [0, 0, 0], rotation: [0, 0, 0, 1], zoom: 1, ease: "none" }
export const STILL = { version: 1, interpolation: "smooth", look: "free", locked: true, keys: [PHOTO] }

// A keys object, or null for an empty text. Throws a sentence for what this editor cannot show; Python
// checks the rest.
export function parse(text) {
    if (!text.trim()) return null
    let keys
    try {
        keys = JSON.parse(text)
    } catch (error) {
        throw new Error(`The text of the keys is no JSON: ${error.message}`)
    }
    if (keys?.version !== 1) throw new Error(`The keys are of version ${keys?.version}; this editor knows 1.`)
    const numbers = (values, count) =>
        Array.isArray(values) && values.length === count && values.every(Number.isFinite)
    const sound =
        Array.isArray(keys.keys) &&
        keys.keys.length > 0 &&
        keys.keys.length <= MOST &&
        keys.keys.every(
            (key) =>
                numbers(key?.position, 3) && numbers(key.rotation, 4) && numbers([key.time, key.zoom], 2),
        )
    if (!sound)
        throw new Error("The text holds no list of 1 to 200 keys with time, position, rotation and zoom.")
    return keys
}

const withKeys = (state, keys) => ({ ...state, keys })

export function withKey(state, index, change) {
    return withKeys(
        state,
        state.keys.map((key, i) => (i === index ? { ...key, ...change } : key)),
    )
}

export const isFixed = (state, index) => state.locked && index === 0

export function lock(state, locked) {
    const first = { ...PHOTO, ease: state.keys[0].ease }
    return { ...(locked ? withKey(state, 0, first) : state), locked }
}

// [state, index of the new key]: at `time`, or after the last key when that is the time; a key that is there
// already is followed by the new one.
export function add(state, pose, time, frames) {
    const { keys } = state,
        key = { ...PHOTO, ...pose }
    if (keys.length >= MOST) throw new Error(`A path has at most ${MOST} keys.`)
    if (keys.length === 1) return [withKeys(state, [keys[0], { ...key, time: 1 }]), 1]
    if (time >= 1 - NEAREST) {
        const share = (keys.length - 1) / keys.length
        const times = snapped(
            keys.map((old) => old.time * share),
            frames,
        )
        const before = keys.map((old, i) => ({ ...old, time: times[i] }))
        return [withKeys(state, [...before, { ...key, time: 1 }]), keys.length]
    }
    const after = keys.findIndex((old) => old.time > time + NEAREST),
        before = keys[after - 1]
    const taken = time - before.time < NEAREST
    const at = taken ? (before.time + keys[after].time) / 2 : time
    return [withKeys(state, [...keys.slice(0, after), { ...key, time: at }, ...keys.slice(after)]), after]
}

export function remove(state, index) {
    const keys = state.keys.filter((_, i) => i !== index)
    const start = keys[0].time,
        length = keys.at(-1).time - start
    return withKeys(
        state,
        keys.map((key) => ({ ...key, time: length > 0 ? (key.time - start) / length : 0 })),
    )
}

// Key `index` takes the place of its neighbour; times and eases stay where they are.
export function swap(state, index, other) {
    const poseOf = ({ position, rotation, zoom }) => ({ position, rotation, zoom })
    const [a, b] = [state.keys[index], state.keys[other]]
    return withKey(withKey(state, index, poseOf(b)), other, poseOf(a))
}

// The first and the last key keep their times; the others stay between their neighbours.
export function moveInTime(state, index, time) {
    if (index === 0 || index === state.keys.length - 1) return state
    const from = state.keys[index - 1].time + NEAREST,
        to = state.keys[index + 1].time - NEAREST
    return withKey(state, index, { time: Math.min(Math.max(time, from), to) })
}

// Times on whole frames, unless two would fall on one.
function snapped(times, frames) {
    const whole = times.map((time) => Math.round(time * (frames - 1)) / (frames - 1))
    const apart = whole.every((time, i) => i === 0 || time > whole[i - 1]) && whole.at(-1) < 1
    return apart ? whole : times
}
