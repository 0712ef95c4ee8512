"""Two clips that share both memories: PYTHONPATH=scripts python code_examples/02_two_clips.py [FOLDER]"""
import sys
from pathlib import Path

import torch

import stand_ins
import worldstereo as ws

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "output/examples")
image, depth = stand_ins.photograph()
transformer, vae = stand_ins.models()


def clip(path, render, mask, references):  # key frames [F,3,H,W] in -1..1
    noise = ws.initial_noise(path.frames, path.height, path.width, torch.Generator())
    latent = ws.sample_key_frames(
        transformer, ws.few_step_sigmas(4), noise, ws.encode_condition(vae, render[0], path.frames),
        stand_ins.prompt(), None, ws.geometric_control(vae, render, mask, path),
        ws.stereo_control(vae, references, path))
    return ws.decode_key_frames(vae, latent)


cloud, bank, rows = ws.lift(image, depth), None, []
for angle in (15, 25):
    path, _ = ws.plan(depth, "orbit", 3, 384, 256, ws.Wish(angle=angle, elevation=angle - 15))
    bank = bank or ws.new_bank(ws.to_frames(image), path)
    references, found = ws.retrieve_references(bank, path)
    render, mask, shown = ws.render_path(cloud, path, 0.016, start_image=image)
    frames = clip(path, ws.to_frames(render), mask, references)
    rows += [torch.cat([*render], dim=1), torch.cat([*ws.to_image(frames)], dim=1)]
    bank = ws.add_clip(bank, frames, path, f"clip {angle}")
    seen, _, _ = ws.depth_from_motion(ws.to_image(frames), path)
    cloud, fused = ws.update(cloud, ws.to_image(frames), seen)
    print(f"{found}\n{fused}\n{100 * float(mask.mean()):.0f} % holes; the bank has {len(bank.frames)} frames")
ws.write_png(folder / "two_clips.png", ws.image_to_bytes(torch.cat(rows)))
print(folder / "two_clips.png")
