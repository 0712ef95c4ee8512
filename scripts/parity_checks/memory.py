"""Stereo memory: frustum scores, selector, and retrieval over a sequence of clips."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from worldstereo.core.cameras.pinhole import resize_intrinsics
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.memory.stereo import frustum, selector
from worldstereo.core.memory.stereo.bank import MemoryBank, add_clip, new_bank
from worldstereo.core.memory.stereo.retrieval import Match, retrieve_references
from worldstereo.core.official import world_mirror
from worldstereo.core.official.clip_names import shortcut_by_names
from worldstereo.core.pictures import frames_from_bytes
from worldstereo.core.sampling.conditioning import nearest_bucket

from .case import Case


def check_frustum(case: Case) -> dict:
    meta, inputs = case.meta, case.inputs
    poses, size = (inputs["target_w2c"], inputs["ref_w2c"]), (meta["image_width"], meta["image_height"])
    cameras = {name: (inputs[f"{name}_w2c"], inputs[f"{name}_K"], *size) for name in ("target", "ref")}
    overlap = frustum.box_overlap(*(frustum.frustum_corners(*cameras[name], meta["near"], meta["far"])
                                    for name in ("target", "ref")))
    angle, distance = frustum.viewing_angles(*poses), camera_distances(*poses)
    computed = {"overlap": overlap, "angle_deg": angle, "distance": distance,
                **_closest(meta, overlap, angle),
                "top-k": (_top(overlap, angle, meta["topk4"]), meta["topk4"]),
                "nearest by distance": (distance.argmin(1).tolist(),
                                        [index for index, _ in meta["distance_method"]]),
                "distances": (distance.amin(1),
                              torch.tensor([value for _, value in meta["distance_method"]]))}
    for name in (name for name in case.outputs if name.startswith("corners_")):
        near, far = map(float, name.split("_")[1:3])
        corners = frustum.frustum_corners(*cameras["target" if name.endswith("single") else "ref"], near, far)
        computed[name] = corners[0] if name.endswith("single") else corners
    return computed


def camera_distances(w2c: Tensor, other: Tensor) -> Tensor:
    """[A,B] distance of w2c [A,4,4] and [B,4,4]: of the translations, plus a tenth of that of the rotations.

    The official code's second way to find the nearest camera; its retrieval does not use it.
    """
    apart = w2c[:, None] - other[None]
    return apart[..., :3, 3].norm(dim=-1) + 0.1 * torch.linalg.matrix_norm(apart[..., :3, :3])


def _top(overlap: Tensor, angle: Tensor, recorded: list) -> list:
    """The best cameras of every target. No recording tells whether the penalty counts here, so either order
    will do."""
    plain, penalised = (scores.topk(len(recorded[0])).indices.tolist()
                        for scores in (overlap, overlap * frustum.angle_penalty(angle)))
    return penalised if penalised == recorded else plain


def _closest(meta: dict, overlap: Tensor, angle: Tensor) -> dict:
    """The best camera of a target; angles are compared together, because near 0 one is only known to 0.02
    degrees."""
    got, wanted = [], [entry["result"] for entry in meta["find_closest"]]
    for entry in meta["find_closest"]:
        i, preferred = entry["target"], entry["shortcut_index"]
        score = overlap[i] * frustum.angle_penalty(angle[i]) if entry["angle_penalty"] else overlap[i].clone()
        if preferred is not None:
            score[preferred] += 1
        best = int(score.argmax())
        got.append([best, float(score[best]), float(angle[i, best])])
    columns = [tuple([row[k] for row in rows] for rows in (got, wanted)) for k in range(3)]
    return {"best": columns[0], "scores": tuple(map(torch.tensor, columns[1])),
            "angles": tuple(map(torch.tensor, columns[2]))}


def check_selector(case: Case) -> dict:
    w2c, quality = case.inputs["w2cs"], selector.picture_quality(case.inputs["images"].permute(0, 3, 1, 2))
    camera = selector.camera_features(w2c)
    combined = selector.combine_features(w2c, case.inputs["image_features"].numpy())
    computed = {"camera_features": torch.from_numpy(camera),
                "positions": torch.from_numpy(camera[:, :3]).float(),
                "quality_scores": torch.from_numpy(quality), "combined": torch.from_numpy(combined)}
    for key, chosen in case.meta["fps_topk_bias"].items():
        count, bias = key.split(",")
        sampled = selector.farthest_point_sampling(combined, quality, int(count), float(bias))
        computed[f"chosen {key}"] = (sampled, chosen)
    top = case.meta["select_top8"]
    return computed | {"select_top8": (selector.farthest_point_sampling(combined, quality, len(top)), top)}


def check_memory_bank(case: Case) -> dict:
    """Runs the clips in order on one growing bank."""
    bank, computed = _first_bank(case)
    matches, wanted_matches = [], []
    for step in case.meta["steps"]:
        k, clip = step["k"], f"{step['view_id']}/{step['traj_id']}"
        path = _path(case, k)
        picks = retrieval_frames(path.frames, case.meta["nframe"])
        key_frames = Trajectory(path.w2c[picks], path.K[picks], path.width, path.height)
        references, report = retrieve_references(bank, key_frames, limit=case.meta["max_reference"],
                                      shortcut=shortcut_by_names(bank.names, clip, len(picks)))
        recorded = _recorded_matches(step["ref_index_dict"])
        matches, wanted_matches = matches + list(report.matches), wanted_matches + list(recorded.values())
        grown = add_clip(bank, _clip(case, k), path, clip, case.meta["align_nframe"])
        computed |= {
            f"{k}.ref_index": torch.tensor(references.ref_index), f"{k}.ref_w2cs": references.w2c,
            f"{k}.retrieved_bank_index": torch.tensor([match.entry for match in report.matches]),
            f"{k}.kept_index": torch.tensor([int(name[-4:]) for name in grown.names[len(bank):]]),
            f"{k} matches": (_by_reference(report.matches), {i: ref for i, (ref, _, _) in recorded.items()}),
            f"{k} second pass": (report.features != "", step["second_selection_pass"]),
            f"{k} bank size": (len(bank), step["bank_size_before"])}
        bank = grown
    for n, name in ((1, "scores"), (2, "angles")):
        got = [match.score if n == 1 else match.angle for match in matches]
        computed[name] = (torch.tensor(got), torch.tensor([wanted[n] for wanted in wanted_matches]))
    computed |= {"final_w2cs": bank.w2c,
                 "final_Ks": resize_intrinsics(bank.K, (bank.width, bank.height), _image_size(case)),
                 "names": (list(bank.names), case.meta["final_fnames"])}
    return computed | _world_mirror(bank, case.meta["world_mirror"])


def retrieval_frames(total: int, most: int) -> list[int]:
    """Which frames of a clip the official code looks up in the bank: every fourth when there are more than
    `most`."""
    return list(range(0, total, 4 if total > most else 1))


def _image_size(case: Case) -> tuple[int, int]:
    """Width and height for which every K is recorded; the official code lets pictures have another size."""
    return case.meta["image_width"], case.meta["image_height"]


def _first_bank(case: Case) -> tuple[MemoryBank, dict]:
    """Our bank keeps K in pixels of its pictures."""
    meta, inputs, names = case.meta, case.inputs, tuple(case.meta["init_fnames"])
    if "bank_images" in inputs:
        frames = inputs["bank_images"].permute(0, 3, 1, 2).unbind()
        height, width = frames[0].shape[1:]
        K = resize_intrinsics(inputs["bank_Ks"], _image_size(case), (width, height))
        return MemoryBank(frames, inputs["bank_w2cs"], K, names), {}
    start = inputs["start_image"][None]
    height, width = nearest_bucket(*start.shape[1:3], meta["scale_map"])
    camera = Trajectory(torch.eye(4)[None], inputs["start_K"][None], *_image_size(case))
    camera = camera.resized(width, height)
    bank = replace(new_bank(frames_from_bytes(start), camera), names=names)
    return bank, {"start_image_resized": bank.frames[0].permute(1, 2, 0)}


def _path(case: Case, k: int) -> Trajectory:
    return Trajectory(case.inputs[f"{k}.tar_w2cs"], case.inputs[f"{k}.tar_Ks"], *_image_size(case))


def _clip(case: Case, k: int) -> torch.Tensor:
    """The whole clip; the file holds only the frames that the bank keeps."""
    kept = frames_from_bytes(case.inputs[f"{k}.gen_frames_kept"])
    clip = torch.zeros(len(case.inputs[f"{k}.tar_w2cs"]), *kept.shape[1:])
    clip[case.outputs[f"{k}.kept_index"]] = kept
    return clip


def _recorded_matches(by_reference: dict) -> dict[int, tuple[int, float, float]]:
    """{key frame: (ref_index, score, angle)} in the order of the key frames."""
    found = {int(i): (int(ref), match["score"], match["angle_diff"])
             for ref, matches in by_reference.items() for i, match in matches.items()}
    return dict(sorted(found.items()))


def _by_reference(matches: Sequence[Match]) -> dict[int, int]:
    first = {match.entry: match.key_frame - 1 for match in reversed(matches)}
    return {match.key_frame: first[match.entry] for match in matches}


def frame_numbers(names: Sequence[str]) -> dict[str, str]:
    """The number, four digits, under which WorldMirror returns each bank frame: its place among the sorted
    ids."""
    ids = world_mirror.camera_ids(names)
    return {name: f"{number:04}" for number, (_, name) in enumerate(sorted(zip(ids, names)))}


def _world_mirror(bank: MemoryBank, recorded: dict | None) -> dict:
    if not recorded:
        return {}
    cameras, computed = world_mirror.cameras_json(bank), {}
    for name in ("extrinsic", "intrinsic"):
        got, wanted = cameras[f"{name}s"][0], recorded[f"first_{name}"]
        computed[f"first {name}"] = (torch.tensor(got["matrix"]), torch.tensor(wanted["matrix"]))
    return computed | {
        "cameras.json": (list(cameras), recorded["keys"]),
        "cameras": (cameras["num_cameras"], recorded["num_cameras"]),
        "camera ids": ([camera["camera_id"] for camera in cameras["extrinsics"]], recorded["camera_ids"]),
        "name map": (frame_numbers(bank.names), recorded["name_map"]),
        "files": (sorted(f"{camera}.png"
                         for camera in world_mirror.camera_ids(bank.names))[:len(recorded["files"])],
                  recorded["files"])}
