"""Makes torchvision and torchaudio importable beside a CPU build of torch: `python repair_torch_companions.py
NAME`.

The Linux wheels on PyPI are linked against CUDA, so that with a CPU torch their compiled parts cannot be
loaded. torchvision then fails because it registers fakes for two operators that only the compiled part
declares: they are declared here (nms and the picture codecs stay unavailable, transforms and models work).
torchaudio fails because the files are there but cannot be loaded: they are removed, which it takes as "no
extension" (resampling works).
"""
from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

DECLARATIONS = '''

if not _has_ops():  # added by ComfyUI-WorldStereo's scripts: this torch is a CPU build
    _declarations = torch.library.Library("torchvision", "FRAGMENT")
    _declarations.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _declarations.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
'''


def main() -> None:
    name = sys.argv[1]
    folder = Path(find_spec(name).origin).parent  # found without importing it
    if name == "torchvision":
        extension = folder / "extension.py"
        if DECLARATIONS not in extension.read_text():
            extension.write_text(extension.read_text() + DECLARATIONS)
    if name == "torchaudio":
        for library in (folder / "lib").glob("*.so"):
            library.unlink()


if __name__ == "__main__":
    main()
