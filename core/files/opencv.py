"""Imports OpenCV where one of its packages is installed; requirements.txt says why it names none of them."""
from __future__ import annotations

from types import ModuleType


def opencv(purpose: str) -> ModuleType:
    """The module cv2; where it is missing, ValueError, which begins with the purpose: "Reading this file"."""
    try:
        import cv2

        cv2.imdecode  # noqa: B018 - uninstalling one of two OpenCV packages leaves an empty cv2 behind
    except (ImportError, AttributeError) as error:
        raise ValueError(f"{purpose} needs OpenCV, which cannot be used here ({error}); run pip install "
                         "opencv-python-headless, or install the OpenCV package that you have "
                         "again.") from error
    return cv2
