"""Messages of core write the names of nodes as the menu has them, in single quotes."""
import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent
while not (ROOT / "pyproject.toml").exists():
    ROOT = ROOT.parent


def menu_names():
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "nodes").rglob("*.py"))
    return {name for source in sources for name in re.findall(r'"WSKit\w+": \(\w+, "([^"]+)"\)', source)}


def texts(tree):
    """(line, text) of all strings that are no docstring; an f-string is several."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [(node.lineno, node.value) for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings]


def bare_names(tree, names):
    longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    bare = re.compile(rf"(?<!['\w])({longest_first})(?!\w)")
    return [f"line {line}: {name}" for line, text in texts(tree) for name in bare.findall(text)]


def test_names_of_nodes_are_quoted():
    names = menu_names()
    assert len(names) > 50
    found = {str(path.relative_to(ROOT)): bare for path in sorted((ROOT / "core").rglob("*.py"))
             if (bare := bare_names(ast.parse(path.read_text(encoding="utf-8")), names))}
    assert not found, f"write 'Camera Trajectory', in single quotes: {found}"


def test_a_bare_name_is_found_also_across_lines():
    message = """f"{x}: use Save " "World, or 'Save World'\""""
    tree = ast.parse(f'"Save World writes."\nraise ValueError({message})')
    assert bare_names(tree, {"Save World"}) == ["line 2: Save World"]
