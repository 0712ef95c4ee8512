"""What a user lacks who opens photo_to_clip for the first time: the page names it."""
import json

import pytest

import comfy_page
import model_files

MISSING = "[role=dialog], .p-dialog, [data-testid^=missing-model]"
WARNING = "Comfy.Workflow.ShowMissingModelsWarning"


@pytest.fixture
def workflow(root):
    return json.loads((root / "workflows" / "photo_to_clip.json").read_text(encoding="utf-8"))


def read_files_again(page):
    """As the key R does."""
    page.evaluate("() => window.app.refreshComboInNodes()")


def test_the_page_names_the_models_that_are_missing(page, workflow):
    wanted = [file for file in model_files.LARGE if str(file.name) in json.dumps(workflow)]
    assert len(wanted) == 4
    paths = [page.base / "models" / file.path for file in wanted]
    for path in paths:
        path.unlink()
    try:
        read_files_again(page)
        page.evaluate("name => app.extensionManager.setting.set(name, true)", WARNING)
        comfy_page.load_workflow(page, workflow)
        if details := page.query_selector("[data-testid=error-overlay-see-errors]"):
            details.click()
        page.locator(MISSING).first.wait_for()
        shown = "\n".join(page.locator(MISSING).all_inner_texts())
        assert all(str(file.name) in shown for file in wanted)
    finally:
        for path in paths:
            path.touch()
        read_files_again(page)
        page.evaluate("name => app.extensionManager.setting.set(name, false)", WARNING)
