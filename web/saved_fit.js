// Graphs that were saved before nodes had the widget "fit" stretched the photograph. They go on doing so;
// without this, the page would give the widget the value of a new node.
import { app } from "../../scripts/app.js"

app.registerExtension({
    name: "WorldStereo.SavedFit",
    beforeRegisterNodeDef(nodeType, { name, input }) {
        if (!name.startsWith("WSKit") || !input?.optional?.fit) return
        const onConfigure = nodeType.prototype.onConfigure
        nodeType.prototype.onConfigure = function (saved) {
            onConfigure?.apply(this, arguments)
            const place = this.widgets.findIndex((widget) => widget.name === "fit")
            if (saved.widgets_values?.length <= place) this.widgets[place].value = "stretch"
        }
    },
})
