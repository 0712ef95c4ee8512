"""Stand-ins for the nodes with which newer versions of ComfyUI loop, as a custom node: the same sockets.

They know mode List alone. What lies between Start Loop and End Loop does not run as it stands: Start Loop
blocks it. The inputs of End Loop are lazy and raw, and it expands into one copy for each item of the list.
"""
from __future__ import annotations

from comfy_execution.graph_utils import ExecutionBlocker, GraphBuilder, is_link


class AnyType(str):
    def __ne__(self, other):  # links are refused whose types differ
        return False


ANY = AnyType("*")
LINK = (ANY, {"lazy": True, "rawLink": True})


class StartLoop:
    RETURN_TYPES = ("INT", "BOOLEAN", "BOOLEAN", ANY, ANY)
    RETURN_NAMES = ("iteration_index", "is_first", "is_last", "list_item", "current_iteration_value")
    FUNCTION = "run"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"mode": (["simple", "For", "List"],), "cache_iterations": ("BOOLEAN",)},
                "optional": {"mode.list": (ANY,), "parent_iteration": ("INT", {"forceInput": True}),
                             "initial_iteration_value": (ANY,)}}

    def run(self, **_):
        return (ExecutionBlocker(None),) * len(self.RETURN_TYPES)


class EndLoop:
    RETURN_TYPES, RETURN_NAMES, OUTPUT_IS_LIST = (ANY,), ("outputs",), (True,)
    FUNCTION = "run"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"accumulate": ("BOOLEAN",)},
                "optional": {"output_value": LINK, "next_iteration_value": LINK,
                             "terminations.termination0": LINK, "terminations.termination1": LINK},
                "hidden": {"prompt": "DYNPROMPT", "end": "UNIQUE_ID"}}

    def run(self, prompt, end, accumulate, **links):
        start, = (node for node in above(prompt, end) if prompt.get_node(node)["class_type"] == "StartLoop")
        graph = GraphBuilder()
        clips = graph.node("LoopCopies", start=start, end=end, accumulate=accumulate,
                           items=prompt.get_node(start)["inputs"]["mode.list"])
        return {"result": (clips.out(0),), "expand": graph.finalize()}


class LoopCopies:
    INPUT_IS_LIST = True
    RETURN_TYPES = (ANY,)
    FUNCTION = "run"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"items": (ANY,), "start": ("STRING",), "end": ("STRING",),
                             "accumulate": ("BOOLEAN",)},
                "hidden": {"prompt": "DYNPROMPT"}}

    def run(self, items, start, end, accumulate, prompt):
        prompt, start, end = prompt[0], start[0], end[0]
        body = [node for node in above(prompt, end) if start in above(prompt, node)]
        ends, carried = inputs(prompt, end), inputs(prompt, start)["initial_iteration_value"]
        graph, results = GraphBuilder(), {}
        for i, item in enumerate(items):
            here = (i, i == 0, i == len(items) - 1, item, carried)
            copies = {node: graph.node(prompt.get_node(node)["class_type"], f"{i}_{node}") for node in body}
            for node, copy in copies.items():
                for name, value in inputs(prompt, node).items():
                    copy.set_input(name, moved(value, start, here, copies))
            wanted = [name for name, value in ends.items() if is_link(value)
                      and (name != "output_value" or accumulate[0] or here[2])]
            results.update({f"{name} {i}": moved(ends[name], start, here, copies) for name in wanted})
            carried = moved(ends["next_iteration_value"], start, here, copies)
        return {"result": (graph.node("LoopResults", **results).out(0),), "expand": graph.finalize()}


class LoopResults:
    INPUT_IS_LIST = True
    RETURN_TYPES = (ANY,)
    FUNCTION = "run"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}

    def run(self, **values):
        outputs = [values[name] for name in values if name.startswith("output_value")]
        return ([value for output in outputs for value in output],)


class CreateList:
    INPUT_IS_LIST = True
    RETURN_TYPES, RETURN_NAMES, OUTPUT_IS_LIST = (ANY,), ("list",), (True,)
    FUNCTION = "run"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"inputs.input0": (ANY,)},
                "optional": {"inputs.input1": (ANY,), "inputs.input2": (ANY,)}}

    def run(self, **values):
        return ([value for some in values.values() for value in some],)


class GetItemFromList:
    INPUT_IS_LIST = True
    RETURN_TYPES = (ANY,)
    FUNCTION = "run"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"list": (ANY,), "index": ("INT",)}}

    def run(self, list, index):
        return (list[index[0]],)


def inputs(prompt, node):
    return prompt.get_node(node)["inputs"]


def above(prompt, node):
    """The nodes from which links lead to this one, near and far."""
    found, left = set(), [node]
    while left:
        new = {value[0] for value in inputs(prompt, left.pop()).values() if is_link(value)} - found
        found |= new
        left += new
    return found


def moved(value, start, here, copies):
    """The same input in one iteration: links from Start Loop become what it gives there, links from a node
    between become links from its copy."""
    if not is_link(value):
        return value
    node, socket = value
    if node == start:
        return here[socket]
    return copies[node].out(socket) if node in copies else value


NODE_CLASS_MAPPINGS = {node.__name__: node for node in (StartLoop, EndLoop, LoopCopies, LoopResults,
                                                        CreateList, GetItemFromList)}
