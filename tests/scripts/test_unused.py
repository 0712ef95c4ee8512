"""Every public name of core is used by core or nodes, or stands in the list below with its reason."""
import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = {
    # the library without ComfyUI
    "clip_mesh", "clip_preprocess", "diffusers_vae", "initial_noise", "sample_key_frames",
    "single_image_memories",
    # called by name in another process
    "answer_requests",
    # slow definitions beside fast ones, for tests
    "masked_attention", "render_points_reference", "visible_tokens",
    # the other direction of what is used: a file or a formula stands in one place
    "quantize", "read_cameractrl_poses",
}


def sources(*rooms):
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def defined(tree):
    """Names of the functions, classes and constants of a module, and of the methods of its classes."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from (method.name for method in node.body if isinstance(method, ast.FunctionDef))
        if isinstance(node, ast.Assign):
            names = (name for target in node.targets for name in ast.walk(target))
            yield from (name.id for name in names if isinstance(name, ast.Name))


def used(tree):
    """Names and attributes that are read, and texts, as getattr takes them; not what is imported only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def unused(core, users):
    """{name: file} of what the files of core define and no user reads."""
    uses = Counter(name for path in users for name in used(ast.parse(path.read_text(encoding="utf-8"))))
    return {name: path for path in core for name in defined(ast.parse(path.read_text(encoding="utf-8")))
            if not uses[name] and not name.startswith("__")}


def test_what_only_tests_and_scripts_use_lives_there():
    found = unused(sources("core"), sources("core", "nodes") + [ROOT / "__init__.py"])
    surplus = {name: str(path.relative_to(ROOT)) for name, path in found.items() if name not in ALLOWED}
    assert not surplus, f"{surplus}: delete them, or move them to the tests or scripts that use them"
    assert ALLOWED <= found.keys(), f"{ALLOWED - found.keys()} is used or gone: take it off the list"


def test_a_function_that_nothing_calls_is_found(tmp_path):
    file = tmp_path / "room.py"
    file.write_text("ONE, TWO = 1, 2\nclass A:\n    def b(self): return ONE\ndef c(): return A()\n")
    assert unused([file], [file]).keys() == {"TWO", "b", "c"}
