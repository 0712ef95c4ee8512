"""Camera paths by preset, drawn and saved: PYTHONPATH=scripts python code_examples/03_cameras.py [FOLDER]"""
import sys
import tempfile
from pathlib import Path

import torch

import stand_ins
import worldstereo as ws

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "output/examples")
image, depth = stand_ins.photograph()
cloud = ws.lift(image, depth)

# Distances are in the unit of the depth; with the cloud, a path that would hit the scene is shortened.
wish = ws.Wish(angle=30, distance=0.4 * depth.median)
pictures = []
for preset in ("orbit", "forward then orbit", "figure eight"):
    path, report = ws.plan(depth, preset, 21, 832, 480, wish, ease="in and out", cloud=cloud)
    pictures.append(ws.draw_trajectory(path, cloud, 480, 320))
    print(report)
ws.write_png(folder / "cameras.png", ws.image_to_bytes(torch.cat(pictures, dim=1)))
print(folder / "cameras.png")

# The last path in every format, and what is read back.
with tempfile.TemporaryDirectory() as files:
    for name, row in ws.FORMATS.items():
        file = Path(files) / f"{name}.{row.ending}".rstrip(".")
        ws.save_trajectory(path, file, name)
        reading = ws.read_file(file, hints=ws.Hints(path.width, path.height))
        moved = (reading.trajectory.w2c - path.w2c).abs().max()
        print(f"{reading.report}; poses differ by {moved:.1g}")
