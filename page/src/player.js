// Plays the path again and again while session.playing.
const PER_SECOND = 8 // frames

export function makePlayer(session, redraw) {
    let before = null

    function on(now) {
        if (!session.playing) {
            before = null
            return
        }
        const passed = before === null ? 0 : (now - before) / 1000
        before = now
        session.time += (passed * PER_SECOND) / Math.max(session.clip.frames - 1, 1)
        if (session.time >= 1) session.time = 0
        redraw()
        requestAnimationFrame(on)
    }

    return function start() {
        if (session.time >= 1) session.time = 0
        if (before === null) requestAnimationFrame(on)
    }
}
