"""The render and its hole mask are what ComfyUI's WanVaceToVideo takes, as they are."""
import torch

import make_tiny_model
from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.cloud.lift import lift
from worldstereo.core.depth.depth import Depth
from worldstereo.core.planning.presets.moves import orbit, start_from
from worldstereo.nodes import NODE_CLASS_MAPPINGS

FRAMES, WIDTH, HEIGHT = 5, 64, 48


def test_what_vace_is_to_make_is_grey_and_the_rest_is_the_render(comfy, tmp_path):
    import comfy.sd
    import comfy.utils
    from comfy_extras.nodes_wan import WanVaceToVideo

    photo = torch.rand(1, 90, 60, 3, generator=torch.Generator().manual_seed(0))
    depth = Depth(torch.full((1, 90, 60), 3.0), torch.ones(1, 90, 60, dtype=torch.bool),
                  intrinsics_from_fov(50.0, 60, 90)[None])
    path = start_from(depth, orbit(FRAMES, 3.0, 40), WIDTH, HEIGHT, fit="crop")
    render, mask, _ = NODE_CLASS_MAPPINGS["WSKitRenderPointCloud"]().render(
        lift(photo, depth), path, 0.05, 20, photo)
    assert set(mask.unique().tolist()) == {0.0, 1.0} and not mask[0].any()
    assert (render[mask == 1] == 0.5).all()

    vae = comfy.sd.VAE(sd=comfy.utils.load_torch_file(str(make_tiny_model.write_vae(tmp_path))))
    prompt = [[torch.zeros(1, 1, 4096), {}]]
    positive, _, latent, _ = WanVaceToVideo.execute(prompt, prompt, vae, WIDTH, HEIGHT, FRAMES, 1, 1.0,
                                                    control_video=render, control_masks=mask).result
    control = positive[0][1]["vace_frames"][0]
    kept, to_make = control.chunk(2, 1)
    torch.testing.assert_close(kept, vae.encode(render))  # holes are the grey that VACE wants there
    torch.testing.assert_close(to_make, vae.encode(torch.full_like(render, 0.5)))
    assert latent["samples"].shape == (1, 16, 2, HEIGHT // 8, WIDTH // 8)
