"""What a person paints between Render Point Cloud and sampling reaches the model as painted,
in frame 0 as well."""

import torch

from synthetic_room import look, see
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.pictures import to_frames
from worldstereo.core.sampling.controls import geometric_control
from worldstereo.core.sampling.key_frame_vae import KeyFrameVae

HEIGHT, WIDTH, FRAMES = 32, 48, 3
HERE = slice(8, 24), slice(16, 40)  # rows and columns that are painted over: whole cells of 8 x 8 pixels
CELLS = slice(1, 3), slice(2, 5)


def mean_vae():
    """A VAE in which every latent channel is the mean of its 8x8 cell:
    what is painted shows in its cells alone."""
    def encode(clip):
        return torch.nn.functional.avg_pool3d(clip,
                                              (1, 8, 8)).mean(1, keepdim=True).expand(-1, 16, -1, -1, -1)

    return KeyFrameVae(encode, decode=None)


def heard(render, mask, path):
    """Latent cells [F,h,w] of the render and hole mask [F,H,W] as the model takes them."""
    control = geometric_control(mean_vae(), to_frames(render), mask, path)
    return control.render_latent[0, 0], control.mask[0, 0]


def test_paint_over_render_and_mask_is_used(comfy):
    from comfy_extras.nodes_mask import ImageCompositeMasked, MaskComposite

    from worldstereo.nodes.point_cloud import RenderPointCloud

    w2c = torch.stack([look([0, 0, -1], yaw) for yaw in (0, 20, 40)])
    photo, depth = see(w2c[:1], HEIGHT, WIDTH)
    path = Trajectory(w2c, depth.K.repeat(FRAMES, 1, 1), WIDTH, HEIGHT, unit=depth.unit)
    render, mask, _ = RenderPointCloud().render(lift(photo, depth), path, 0.05, 20, photo)
    before, holes = heard(render, mask, path)
    assert holes[1:].any() and not holes[0].any()

    # Stock nodes: a red patch on every frame, and a mask that calls it a hole
    patch, corner = torch.ones_like(mask[(slice(None), *HERE)]), dict(x=HERE[1].start, y=HERE[0].start)
    red = patch[..., None] * torch.tensor([1.0, 0, 0])
    painted = result(ImageCompositeMasked, destination=render, source=red, resize_source=False, **corner)
    opened = result(MaskComposite, destination=mask, source=patch, operation="add", **corner)

    after, now_holes = heard(painted, opened, path)
    changed = torch.zeros_like(before, dtype=torch.bool)
    changed[:, CELLS[0], CELLS[1]] = True
    assert torch.equal(after != before, changed)
    # the same red everywhere
    assert torch.equal(after[changed], after[changed][:1].expand(int(changed.sum())))
    assert now_holes[:, HERE[0], HERE[1]].all()
    now_holes[:, HERE[0], HERE[1]] = holes[:, HERE[0], HERE[1]]
    assert torch.equal(now_holes, holes)


def result(node, **inputs):
    """The first output of a stock node, of the old kind or the new."""
    if hasattr(node, "execute"):
        return node.execute(**inputs).args[0]
    return getattr(node(), node.FUNCTION)(**inputs)[0]
