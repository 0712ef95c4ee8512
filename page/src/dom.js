// Small helpers for the page's elements.

export function h(tag, properties = {}, ...children) {
    const element = document.createElement(tag)
    for (const [name, value] of Object.entries(properties)) {
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value)
        else if (name === "style") element.style.cssText = value
        else if (name in element && name !== "list") element[name] = value
        else element.setAttribute(name, value)
    }
    element.append(...children.filter((child) => child !== null))
    return element
}

const ICONS = {
    play: '<path d="M5 3.5v9l7.5-4.5z" fill="currentColor"/>',
    pause: '<path d="M5 3.5v9M11 3.5v9" stroke-width="2.4"/>',
    undo: '<path d="M5.5 3 2.5 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H6"/>',
    redo: '<path d="m10.5 3 3 3-3 3M13 6H6.5a3.5 3.5 0 0 0 0 7H10"/>',
    full: '<path d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10"/>',
    small: '<path d="M6 2.5V6H2.5M13.5 6H10V2.5M10 13.5V10h3.5M2.5 10H6v3.5"/>',
    locked: '<rect x="3.5" y="7" width="9" height="6.5" rx="1"/><path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2"/>',
    unlocked:
        '<rect x="3.5" y="7" width="9" height="6.5" rx="1"/><path d="M5.5 7V4.5a2.5 2.5 0 0 1 4.8-.9"/>',
    add: '<path d="M8 3v10M3 8h10"/>',
    insert: '<path d="M1.5 11C5 11 5 5 8 5s3 6 6.5 6M8 2.5v5M5.5 5h5"/>',
    duplicate: '<rect x="5.5" y="5.5" width="8" height="8" rx="1"/><path d="M10.5 5.5v-3h-8v8h3"/>',
    remove: '<path d="M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.6 9h5.8l.6-9"/>',
    left: '<path d="M9.5 3.5 5 8l4.5 4.5"/>',
    right: '<path d="M6.5 3.5 11 8l-4.5 4.5"/>',
    move: '<path d="M8 1.5v13M1.5 8h13M6.2 3.3 8 1.5l1.8 1.8M6.2 12.7 8 14.5l1.8-1.8M3.3 6.2 1.5 8l1.8 1.8M12.7 6.2 14.5 8l-1.8 1.8"/>',
    turn: '<path d="M13 8a5 5 0 1 1-1.6-3.7M13.5 2v3h-3"/>',
    fit: '<rect x="5.5" y="5.5" width="5" height="5"/><path d="M2 5V2h3M11 2h3v3M14 11v3h-3M5 14H2v-3"/>',
    target: '<circle cx="8" cy="8" r="4.5"/><path d="M8 1.5v4M8 10.5v4M1.5 8h4M10.5 8h4"/>',
    scene: '<path d="M8 2v7.5M4.8 6.5 8 9.7l3.2-3.2M2.5 11v2.5h11V11"/>',
    help: '<path d="M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12.4v.2" stroke-width="1.7"/>',
    close: '<path d="m4 4 8 8M12 4l-8 8"/>',
    text: '<path d="M5.5 3C4 3 4 4 4 5.5S3.8 8 2.5 8C3.8 8 4 9 4 10.5S4 13 5.5 13M10.5 3C12 3 12 4 12 5.5S12.2 8 13.5 8C12.2 8 12 9 12 10.5S12 13 10.5 13"/>',
}

export function icon(name) {
    const shape = h("span", { className: "ws-icon" })
    shape.innerHTML = `<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4"
        stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${ICONS[name]}</svg>`
    return shape
}

// A button with an icon, a text or both. `title` says what it does and its key.
export function button(name, { text = "", title, press, className = "" }) {
    return h(
        "button",
        {
            type: "button",
            className: `ws-button ${className}`,
            title,
            ariaLabel: text || title,
            onclick: press,
        },
        ...(name ? [icon(name)] : []),
        ...(text ? [h("span", {}, text)] : []),
    )
}

export function setIcon(button, name) {
    if (button.dataset.icon === name) return
    button.dataset.icon = name
    button.querySelector(".ws-icon").replaceWith(icon(name))
}

// Several choices, one of them pressed. -> {element, show(value)}
export function choices(rows, press) {
    const buttons = rows.map(([value, text, title, name]) => [
        value,
        button(name, { text, title, press: () => press(value) }),
    ])
    return {
        element: h("div", { className: "ws-choices" }, ...buttons.map(([, element]) => element)),
        show(chosen) {
            for (const [value, element] of buttons) element.setAttribute("aria-pressed", value === chosen)
        },
    }
}

export function select(options, title, changed) {
    return h(
        "select",
        { className: "ws-select", title, ariaLabel: title, onchange: (event) => changed(event.target.value) },
        ...options.map(([value, text]) => h("option", { value }, text)),
    )
}

// A number with a name and a unit. `changed` gets what was typed, as a number, when it is one.
export function number(label, unit, title, changed, step = 0.01) {
    const input = h("input", {
        type: "number",
        step,
        ariaLabel: title,
        onchange: () => {
            if (Number.isFinite(input.valueAsNumber)) changed(input.valueAsNumber)
        },
    })
    const element = h(
        "label",
        { className: "ws-number", title },
        h("span", {}, label),
        input,
        unit ? h("i", {}, unit) : null,
    )
    return {
        element,
        show(value, digits = 3) {
            const text = String(Number(value.toFixed(digits)) || 0)
            if (document.activeElement !== input && input.value !== text) input.value = text
        },
        enable(enabled) {
            input.disabled = !enabled
        },
    }
}
