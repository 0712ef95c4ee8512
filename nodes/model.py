"""Loading the video model."""

CATEGORY = "WorldStereo/model"
DTYPES = {"default": None, "bf16": "bfloat16", "fp16": "float16", "fp8_e4m3fn": "float8_e4m3fn"}


class LoadModel:
    """A WorldStereo checkpoint as an ordinary MODEL."""

    DESCRIPTION = ("Loads a WorldStereo checkpoint (camera, memory or memory-dmd) as a MODEL that LoRA, attention and "
                   "sampler nodes understand. The variant is recognised from the tensors; settings come from the "
                   "config.json beside the file.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("MODEL", "STRING")
    RETURN_NAMES = ("model", "report")
    OUTPUT_TOOLTIPS = ("The video model; a memory variant needs Apply Spatial-Stereo Memory before sampling.",
                       "What was recognised and what was assumed.")
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls):
        import folder_paths
        return {"required": {
            "model_name": (folder_paths.get_filename_list("diffusion_models"), {"tooltip":
                           "Safetensors file in models/diffusion_models. Keep its config.json beside it, in a folder of its own."}),
            "weight_dtype": (list(DTYPES), {"tooltip":
                             "Type in which the weights are kept. default = as in the file; fp8_e4m3fn halves the memory "
                             "of bf16 and loses some precision. Time embedding and norms stay exact in any case."}),
        }}

    def load(self, model_name, weight_dtype):
        import folder_paths
        import torch

        from ..core.model.checkpoint import describe, load_transformer, report
        from . import bridge
        path = folder_paths.get_full_path_or_raise("diffusion_models", model_name)
        dtype = DTYPES[weight_dtype] and getattr(torch, DTYPES[weight_dtype])
        net, settings = load_transformer(path, dtype, bridge.progress_to())
        return bridge.make_model(net, settings), report(describe(path))


NODES = {"WSKitLoadModel": (LoadModel, "Load WorldStereo Model")}
