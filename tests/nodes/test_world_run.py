"""Build World run by ComfyUI's own executor, in this process: a list that takes several graphs."""
from types import SimpleNamespace

import pytest

import make_tiny_model
import quickstart
import world_graph
from comfy_graph import execution_errors, executor
from world_clips import files_of


@pytest.fixture
def graph(folders, monkeypatch):
    """graph(world) -> three clips, with the pack's nodes and the tiny models in this ComfyUI."""
    import folder_paths
    import nodes as stock

    from worldstereo.nodes import NODE_CLASS_MAPPINGS

    for name, node in NODE_CLASS_MAPPINGS.items():
        monkeypatch.setitem(stock.NODE_CLASS_MAPPINGS, name, node)
    quickstart.write_inputs(folders / "input")
    model = make_tiny_model.write_model(folders / "models")
    vae = make_tiny_model.write_vae(folders / "models")
    for kind, folder in {"diffusion_models": model.parent, "vae": vae.parent}.items():
        monkeypatch.setitem(folder_paths.folder_names_and_paths, kind,
                            ([str(folder)], folder_paths.supported_pt_extensions))

    def graph(world):
        made = world_graph.graph(world)
        made["304"] = {"class_type": "KeepReport", "inputs": {"report": ["300", 3]}}
        return {key: node for key, node in made.items() if key not in ("301", "303")}

    return graph


@pytest.mark.slow
def test_a_list_that_takes_several_graphs_makes_the_same_world(graph, folders, monkeypatch):
    import nodes as stock

    from worldstereo.nodes import world_graph as made_of

    reports = []

    class KeepReport:
        RETURN_TYPES, FUNCTION, CATEGORY, OUTPUT_NODE = (), "keep", "test", True
        INPUT_TYPES = classmethod(lambda cls: {"required": {"report": ("STRING", {"forceInput": True})}})

        def keep(self, report):
            reports.append(report)
            return {}

    monkeypatch.setitem(stock.NODE_CLASS_MAPPINGS, "KeepReport", KeepReport)
    runner = executor()
    for world, at_once in (("one", 10), ("several", 1)):
        monkeypatch.setattr(made_of, "AT_ONCE", at_once)
        assert execution_errors(runner, graph(world), "304") == []
    assert reports[0] == reports[1] and reports[0].count(", made") == 3
    one, several = (files_of(folders / "output" / world) for world in ("one", "several"))
    assert one == several and len(one) > 40


def test_the_time_left_counts_the_clips_of_later_graphs(comfy, monkeypatch):
    from worldstereo.nodes.bridge import world_progress

    said, now = [], [0.0]
    server = SimpleNamespace(client_id="a", send_progress_text=lambda text, *_: said.append(text))
    monkeypatch.setattr(world_progress.time, "perf_counter", lambda: now[0])
    graph = {"1": {"class_type": "WSKitSampleKeyFrames", "_meta": {"title": "clip 1 of 4, a: sampling"}}}
    for later in (0, 3):
        progress = world_progress.WorldProgress("300", graph, server, later)
        now[0] = 0.0
        progress.start_handler("1", None, "run")
        now[0] = 50.0  # of 100
        progress.update_handler("1", 1, 2, None, "run")
        progress.finish_handler("1", None, "run")
    title = "clip 1 of 4, a: sampling"
    assert said == [title, f"{title} 1/2, about 50 s left", "all clips are ready",
                    title, f"{title} 1/2, about 6 min left"]
