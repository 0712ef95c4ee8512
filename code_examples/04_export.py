"""Exports a cloud and a data set: PYTHONPATH=scripts python code_examples/04_export.py [FOLDER]"""
import shutil
import sys
from pathlib import Path

import stand_ins
import worldstereo as ws

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "output/examples") / "export"
shutil.rmtree(folder, ignore_errors=True)  # files that exist are never overwritten
folder.mkdir(parents=True)
image, depth = stand_ins.photograph()
cloud = ws.lift(image, depth)
path, _ = ws.plan(depth, "arc", 21, 416, 240, ws.Wish(angle=20, distance=0.2 * depth.median), cloud=cloud)
render, mask, shown = ws.render_path(cloud, path, radius=0.01)

# The cloud as viewers want it, y up. Splats are its points, each as large as its neighbours are apart.
for kind, name in (("ply", "cloud.ply"), ("glb", "cloud.glb"), ("3dgs ply", "splats.ply")):
    ws.export_point_cloud(cloud, folder / name, kind=kind)
again, _ = ws.load_point_cloud(folder / "cloud.ply")
error = float((again.points - cloud.points).abs().max())
print(f"{len(cloud.points)} points; read again they differ by {error:.1g}")

# Frames with cameras, depth and points for Gaussian splatting, nerfstudio or COLMAP; holes are masked.
ws.export_dataset(folder / "dataset", render, path, ws.COLMAP_TEXT, cloud, mask, shown)
ws.write_video(folder / "render.mp4", render)
for file in sorted(folder.rglob("*")):
    if file.is_file() and not file.name.startswith("frame_"):
        print(f"{file.relative_to(folder)}: {file.stat().st_size / 1e6:.2f} MB")
print(folder)
