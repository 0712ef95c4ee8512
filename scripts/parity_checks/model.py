"""The denoiser: single blocks, rotary tables, and whole forward passes with what happens inside."""
from __future__ import annotations

from contextlib import contextmanager
from dataclasses import fields

from torch import Tensor, nn

from worldstereo.core.model.attention.rope import reference_rope_table, rope_table
from worldstereo.core.model.blocks import WorldStereoBlock
from worldstereo.core.model.control_branch import ControlBlock
from worldstereo.core.model.control_config import ControlConfig
from worldstereo.core.model.control_values import GeometricControl, StereoControl
from worldstereo.core.model.transformer import WorldStereoTransformer

from .case import Case

FIXED = {"mask_downsample": 1, "interp": False, "ref_embedding": False}
CONTROL_INPUTS = ("render_latent", "render_mask", "camera_embedding", "reference_latent", "camera_qt",
                  "camera_qt_ref")


def check_control_block(case: Case) -> dict:
    config, inputs = case.meta["config"], case.inputs
    sizes = ControlConfig(dim=config["dim"], ffn_dim=config["ffn_dim"], num_heads=config["num_heads"],
                          time_embed_dim=config["time_embed_dim"])
    block = _loaded(ControlBlock(sizes), case.weights)
    for norm, eps in ((block.norm1.norm, "ln_eps"), (block.norm2.norm, "ln_eps"),
                      (block.self_attn.norm_q, "qk_eps"), (block.self_attn.norm_k, "qk_eps")):
        norm.eps = config.get(eps, norm.eps)  # fixed in the model, free in the recordings
    rope = inputs["rope_cos"], inputs["rope_sin"]
    return {"hidden_states": block(inputs["hidden_states"], inputs["temb"], rope)}


def check_memory_block(case: Case) -> dict:
    config, inputs = case.meta["config"], case.inputs
    block = WorldStereoBlock(config["dim"], config["ffn_dim"], config["heads"], "rms_norm_across_heads",
                             config["cross_attn_norm"], config["eps"], config["added_kv_proj_dim"])
    tables = [(inputs[f"{name}_cos"], inputs[f"{name}_sin"]) if f"{name}_cos" in inputs else None
              for name in ("rope", "ref_rope")]
    x, references = _loaded(block, case.weights)(
        inputs["hidden_states"], inputs["encoder_hidden_states"], inputs["temb"], tables[0],
        inputs.get("ref_states"), tables[1])
    return {"hidden_states": x, "ref_states": references}


def check_rope(case: Case) -> dict:
    computed = {}
    for i, config in enumerate(case.meta["config"]):
        dim, rows, columns = config["head_dim"], config["h"], config["w"]
        table = rope_table(dim, range(config["f"]), range(rows), range(columns))
        computed[f"{i}.cos"], computed[f"{i}.sin"] = table
        if f"{i}.ref_index" in case.inputs:
            index = case.inputs[f"{i}.ref_index"].tolist()
            table = reference_rope_table(dim, index, rows, columns)
            computed[f"{i}.ref_cos"], computed[f"{i}.ref_sin"] = table
    return computed


def check_forward(case: Case) -> dict:
    transformer, inputs = load_transformer(case.meta, case.weights), case.inputs
    with _recorded(transformer) as seen:
        sample = transformer(inputs["hidden_states"], inputs["timestep"], inputs["encoder_hidden_states"],
                             inputs.get("encoder_hidden_states_image"), *controls_of(inputs))
    features = transformer.controlnet(*seen.pop("control_inputs")) if "control_inputs" in seen else ()
    return seen | {"sample": sample} | {f"control_state.{i}": feature for i, feature in enumerate(features)}


def controls_of(inputs: dict[str, Tensor]) -> tuple[GeometricControl | None, StereoControl | None]:
    """The two memories of a recorded forward, as far as it has them, in float32."""
    given = {name: inputs[name].float() for name in CONTROL_INPUTS if name in inputs}
    geometric = stereo = None
    if "render_latent" in given:
        geometric = GeometricControl(given["render_latent"], given["render_mask"],
                                     given.get("camera_embedding"))
    if "reference_latent" in given:
        stereo = StereoControl(given["reference_latent"], tuple(inputs["ref_index"].tolist()),
                               given.get("camera_qt"), given.get("camera_qt_ref"))
    return geometric, stereo


def load_transformer(meta: dict, weights: dict[str, Tensor]) -> WorldStereoTransformer:
    """The recorded model, of either kind."""
    control = meta["controlnet_cfg"]
    for name, value in FIXED.items():
        if control.get(name, value) != value:
            raise ValueError(f"{name} is {control[name]!r}; only {value!r}, as in the released models, is "
                             "supported")
    known = {field.name for field in fields(ControlConfig)}
    config = ControlConfig(**{name: value for name, value in control.items() if name in known})
    memory = meta["kind"] not in ("forward_camera", "pipeline_camera")
    return _loaded(WorldStereoTransformer(meta["wan_config"], config, memory=memory), weights)


def _loaded(module: nn.Module, weights: dict[str, Tensor]) -> nn.Module:
    module.load_state_dict(weights)
    return module.eval()


@contextmanager
def _recorded(transformer: WorldStereoTransformer):
    """Yields a dict that a forward pass fills with inputs and outputs of its parts, by the recorded names."""
    seen: dict[str, Tensor] = {}

    def output(name, first=None):
        def hook(module, args, output):
            seen[name] = output[:, :first]
        return hook

    def tokens(module, args):
        seen["tokens_in"], (seen["rope_cos"], seen["rope_sin"]) = args[0], args[3]
        if args[4] is not None:
            seen["ref_tokens_in"], (seen["ref_rope_cos"], seen["ref_rope_sin"]) = args[4], args[5]

    def block(i):
        def hook(module, args, output):
            seen[f"block.{i}.hidden_before_control"], references = output
            if references is not None:
                seen[f"block.{i}.ref"] = references
        return hook

    def control_tokens(module, args):
        seen["control_inputs"], seen["control_tokens_in"] = args, args[0].flatten(2).transpose(1, 2)

    embedder = transformer.condition_embedder
    hooks = [embedder.time_embedder.register_forward_hook(output("temb")),
             embedder.time_proj.register_forward_hook(output("timestep_proj")),
             embedder.text_embedder.register_forward_hook(output("text_ctx_first8", 8)),
             embedder.image_embedder.register_forward_hook(output("image_ctx_first8", 8)),
             transformer.controlnet.register_forward_pre_hook(control_tokens),
             transformer.blocks[0].register_forward_pre_hook(tokens),
             *(module.register_forward_hook(block(i)) for i, module in enumerate(transformer.blocks))]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()
