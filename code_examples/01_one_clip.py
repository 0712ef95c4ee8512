"""Samples one clip of one photograph: PYTHONPATH=scripts python code_examples/01_one_clip.py [FOLDER]"""
import sys
from pathlib import Path

import torch

import stand_ins
import worldstereo as ws

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "output/examples")
image, depth = stand_ins.photograph()  # yours: ws.read_picture, ws.read_depth_file, ws.depth_from_values
transformer, vae = stand_ins.models()  # yours: ws.load_transformer, ws.diffusers_vae of a Wan VAE

# The camera path, and what the photograph shows along it: render [F,3,H,W] in -1..1, mask [F,H,W], 1 = hole.
path, report = ws.plan(depth, "orbit", 4, 384, 256, ws.Wish(angle=15))
single = ws.single_image_memories(ws.to_frames(image)[0], depth, path, radius=0.016)
print(report)
print(f"{100 * float(single.mask.mean()):.0f} % of the render are holes")

# Both memories and the start image as the model takes them, four steps, and the key frames [F,3,H,W].
noise = ws.initial_noise(path.frames, path.height, path.width, torch.Generator())
latent = ws.sample_key_frames(
    transformer, ws.few_step_sigmas(4), noise,
    ws.encode_condition(vae, single.render[0], path.frames), stand_ins.prompt(), None,
    ws.geometric_control(vae, single.render, single.mask, path),
    ws.stereo_control(vae, single.references, path))
frames = ws.decode_key_frames(vae, latent)

# Above what was rendered, below what was sampled.
rows = [torch.cat([*ws.to_image(pictures)], dim=1) for pictures in (single.render, frames)]
ws.write_png(folder / "one_clip.png", ws.image_to_bytes(torch.cat(rows)))
print(folder / "one_clip.png")
