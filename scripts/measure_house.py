#!/usr/bin/env python3
"""Measures how readable Python sources are, one column a folder (without arguments core and nodes).

    python scripts/measure_house.py [FOLDER ...]
    python scripts/measure_house.py --list untyped|undocumented|no-shapes|long [FOLDER ...]

--list names the offenders as file:line instead. What is counted:
- Functions are all `def`s, methods and inner ones too, but not lambdas. Their lines begin at `def`.
- Arguments leave out self and cls. `-> None` is a return type like any other.
- Public functions have no `_` before their name or that of their class, and are not inside a function.
- Shapes are written as `points [N,3]`, `(B, 3)` or 4x4. They are asked of public functions that take tensors
  or arrays, which their types tell (so untyped arguments hide some).
- Comments are all `#` to the end of the line, per 100 lines of text.
"""
from __future__ import annotations

import argparse
import ast
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
ARRAY = re.compile(r"\b(\w*Tensor|ndarray|NDArray|ArrayLike)\b")
SHAPE = re.compile(r"\[((\w+|\.\.\.|\*)[^\][]*, *)*([A-Z]\w?|\d)[^\][]*\]"      # [N,3]
                   r"|\(([A-Z]\w?|\*|\d), *[^()]*([A-Z]|\d)\)"                   # (B, 3)
                   r"|\b[\dA-Z]x[\dA-Z]\b")                                      # 4x4
LONG = 110  # columns


@dataclass(frozen=True)
class Function:
    file: Path
    node: ast.FunctionDef | ast.AsyncFunctionDef
    method: bool
    public: bool

    @property
    def lines(self) -> int:
        return (self.node.end_lineno or self.node.lineno) - self.node.lineno + 1

    @property
    def arguments(self) -> list[ast.arg]:
        given = self.node.args
        positional = given.posonlyargs + given.args
        static = any(ast.unparse(decorator) == "staticmethod" for decorator in self.node.decorator_list)
        return [*positional[1 if self.method and not static else 0:], *given.kwonlyargs,
                *filter(None, [given.vararg, given.kwarg])]

    @property
    def untyped(self) -> list[str]:
        missing = [argument.arg for argument in self.arguments if argument.annotation is None]
        return missing + ["return"] * (self.node.returns is None)

    @property
    def takes_arrays(self) -> bool:
        types = [argument.annotation for argument in self.arguments if argument.annotation]
        return any(ARRAY.search(ast.unparse(kind)) for kind in types)

    @property
    def states_shapes(self) -> bool:
        return bool(SHAPE.search(ast.get_docstring(self.node) or ""))

    def __str__(self) -> str:
        return f"{self.file}:{self.node.lineno} {self.node.name}"


def functions_of(file: Path) -> Iterator[Function]:
    def below(node: ast.AST, public: bool, in_class: bool) -> Iterator[Function]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                yield from below(child, public and not child.name.startswith("_"), True)
            elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield Function(file, child, in_class, public and not child.name.startswith("_"))
                yield from below(child, False, False)
            else:
                yield from below(child, public, in_class)
    return below(ast.parse(file.read_text(encoding="utf-8")), True, False)


def comments_in(file: Path) -> int:
    with tokenize.open(file) as text:
        return sum(token.type == tokenize.COMMENT for token in tokenize.generate_tokens(text.readline))


def share(hits: Iterable[object]) -> str:
    """How many per cent are true."""
    hits = list(map(bool, hits))
    return f"{100 * sum(hits) / len(hits):.0f}" if hits else "-"


def measure(files: list[Path]) -> dict[str, str]:
    """{what is measured: its figure}"""
    texts = [file.read_text(encoding="utf-8").splitlines() for file in files]
    lengths = [len(line) for text in texts for line in text]
    functions = [function for file in files for function in functions_of(file)]
    sizes = [function.lines for function in functions] or [0]
    public = [function for function in functions if function.public]
    documented = [function for function in public if ast.get_docstring(function.node)]
    takers = [function for function in public if function.takes_arrays]
    long, very_long = (sum(length > limit for length in lengths) for limit in (100, LONG))
    return {
        "files / functions": f"{len(files)}/{len(functions)}",
        "file lines: median / max": f"{median(map(len, texts)):.0f}/{max(map(len, texts))}",
        "function lines: median / p90 / max":
            f"{median(sizes):.0f}/{sorted(sizes)[len(sizes) * 9 // 10]}/{max(sizes)}",
        "arguments typed, %":
            share(argument.annotation for function in functions for argument in function.arguments),
        "returns typed, %": share(function.node.returns for function in functions),
        "public functions with docstring, %": share(ast.get_docstring(function.node) for function in public),
        "shapes in those docstrings, %": share(function.states_shapes for function in documented),
        "shapes where tensors or arrays are taken, %": share(function.states_shapes for function in takers),
        "comments per 100 lines": f"{100 * sum(map(comments_in, files)) / len(lengths):.1f}",
        "lines > 100 characters, %": f"{100 * long / len(lengths):.1f}",
        f"lines > {LONG} characters": str(very_long),
    }


def long_lines(files: list[Path]) -> Iterator[str]:
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if len(line) > LONG:
                yield f"{file}:{number} {len(line)} characters"


def offenders(kind: str, files: list[Path]) -> Iterator[str]:
    if kind == "long":
        yield from long_lines(files)
        return
    wrong: dict[str, Callable[[Function], object]] = {
        "untyped": lambda function: function.untyped,
        "undocumented": lambda function: function.public and not ast.get_docstring(function.node),
        "no-shapes": lambda function: function.public and function.takes_arrays
        and not function.states_shapes}
    for file in files:
        for function in filter(wrong[kind], functions_of(file)):
            yield f"{function}: {', '.join(function.untyped)}" if kind == "untyped" else str(function)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=[ROOT / "core", ROOT / "nodes"])
    parser.add_argument("--list", choices=["untyped", "undocumented", "no-shapes", "long"])
    asked = parser.parse_args()
    files = {folder: sorted(folder.rglob("*.py")) or [folder] for folder in asked.folders}
    if asked.list:
        print("\n".join(line for group in files.values() for line in offenders(asked.list, group)))
        return
    columns = {folder.name: measure(group) for folder, group in files.items()}
    print(f"| | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}")
    for row in next(iter(columns.values())):
        print(f"| {row} | {' | '.join(column[row] for column in columns.values())} |")


if __name__ == "__main__":
    main()
