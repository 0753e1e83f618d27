"""The page in a real browser: nothing complains, nothing is fetched, everything fits, and it does what it says."""

from pathlib import Path

import pytest

from rlvr.grpo.report.page import write_report
from rlvr.grpo.report.run import read_run
from tests.grpo.report.browser import Browser
from tests.grpo.report.made import SETTINGS, line, make_run, rollout
from tests.grpo.report.test_page import hostile_run

TOO_WIDE = """
[...document.querySelectorAll("body *")]
  .filter((one) => !one.closest(".scroll") && one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 200))
"""
ROWS = """
[...document.querySelectorAll("tr.row")].map((row) => [...row.cells].map((cell) => cell.textContent))
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of each kind."""
    folder = tmp_path_factory.mktemp("runs")
    fired = [{"name": "hacking", "message": "reward rose, val did not"}]
    lines = [line(step, alarms=fired if 12 <= step <= 15 else []) for step in range(1, 41)]
    rollouts = [rollout(step, task, number) for step in range(1, 41) for task in range(2) for number in range(4)]
    rollouts[100] |= {"prompt": "the only needle?", "num_tokens": 777}
    settings = {**SETTINGS, "optimizer": {"lr": 1e-2}}
    runs = {
        "one": [make_run(folder / "one", lines, rollouts)],
        "two": [folder / "one", make_run(folder / "other", lines[:20], rollouts[:160], settings, is_finished=False)],
        "hostile": [hostile_run(folder / "hostile")],
        "empty": [make_run(folder / "empty", is_finished=False)],
    }
    for name, folders in runs.items():
        write_report([read_run(one) for one in folders], folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in runs}


def rows(browser: Browser) -> list[list[str]]:
    found: list[list[str]] = browser.run(ROWS)
    return found


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        *((name, 390, "light") for name in ("one", "two", "hostile", "empty")),
        *((name, 1280, "dark") for name in ("one", "two", "hostile", "empty")),
        ("one", 390, "dark"),
        ("one", 1280, "light"),
    ],
)
def test_a_page_fits_and_is_quiet(
    browser: Browser, pages: dict[str, Path], tmp_path: Path, name: str, width: int, scheme: str
) -> None:
    browser.open(pages[name], width=width, scheme=scheme)
    browser.run("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    browser.run("[...document.querySelectorAll('tr.row')].slice(0, 12).forEach((row) => row.click())")
    assert browser.run("document.documentElement.scrollWidth") == width
    assert browser.run(TOO_WIDE) == []
    assert browser.run("typeof window.owned") == "undefined"
    assert browser.complaints == []
    assert browser.requested == []
    is_dark = browser.run("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0] < 128")
    assert is_dark == (scheme == "dark")
    browser.screenshot(tmp_path / "page.png", height=900)
    assert (tmp_path / "page.png").stat().st_size > 10_000


def test_the_browser_tells_of_what_a_page_must_not_do(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text(
        "<!doctype html><img src='http://127.0.0.1:9/x.png'><div style='width: 3000px'>wide</div>"
        "<script>console.error('loud'); setTimeout(() => { throw Error('late') })</script>"
    )
    browser.open(page, width=390)
    browser.run("new Promise((done) => setTimeout(done, 50))")
    assert browser.requested == ["http://127.0.0.1:9/x.png"]
    assert len(browser.complaints) >= 2
    assert browser.run(TOO_WIDE)


def test_the_address_chooses_what_the_table_shows(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["one"], "#step=12-13&verdict=WRONG&sort=-tokens")
    found = rows(browser)
    assert len(found) == 8
    assert {row[0] for row in found} == {"12", "13"}
    assert {row[2] for row in found} == {"WRONG"}
    lengths = [int(row[5]) for row in found]
    assert lengths == sorted(lengths, reverse=True)
    assert browser.run("document.getElementById('matches').textContent") == "8 of 320 match"


def test_the_form_filters_and_writes_the_address(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["one"])
    assert len(rows(browser)) == 60, "the first page of the table"
    browser.run("document.getElementById('more').click()")
    assert len(rows(browser)) == 120
    browser.run("document.querySelector('[name=text]').focus()")
    browser.press(*"NEEDLE")
    assert [row[5] for row in rows(browser)] == ["777"]
    assert browser.run("location.hash") == "#text=NEEDLE"
    browser.run("document.querySelector('[name=text]').value = ''")
    browser.run("document.querySelector('[name=step]').focus()")
    browser.press("x")
    assert rows(browser) == []
    assert browser.run("document.querySelector('[name=step]').getAttribute('aria-invalid')") == "true"
    browser.run("document.querySelector('[type=reset]').click()")
    browser.run("new Promise((done) => setTimeout(done))")
    assert (len(rows(browser)), browser.run("location.hash")) == (60, "#rollouts")
    assert browser.complaints == []


def test_a_rollout_opens_by_keyboard_and_by_its_address(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["one"], "#text=needle")
    browser.run("document.querySelector('tr.row .open').focus()")
    browser.press("Enter")
    told = browser.run("document.querySelector('tr.details').innerText")
    for text in ("the only needle?", "<answer>", "correct 1", "format 1", "advantage 0.5", "777 tokens"):
        assert text in told
    address = browser.run("location.hash")
    browser.open(pages["one"], address)
    assert browser.run("document.querySelectorAll('tr.details').length") == 1
    assert browser.run("document.querySelector('.open').getAttribute('aria-expanded')") == "true"
    browser.run("document.querySelector('tr.details a').click()")
    browser.run("new Promise((done) => setTimeout(done, 20))")
    assert {row[1] for row in rows(browser)} == {"ChainSum-v0/train/1/1"}


def test_a_chart_is_read_by_arrow_keys_and_by_pointer(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["one"])
    read = "document.querySelector('[data-reading=entropy]').textContent"
    assert browser.run(read).startswith("Step 40: entropy 0.05, mean ")
    browser.run("document.querySelector('[data-chart=entropy]').focus()")
    browser.press("Home", "ArrowRight")
    assert browser.run(read).startswith("Step 2: entropy 1, mean ")
    box = browser.run(
        "(() => { const one = document.querySelector('[data-chart=entropy]'); one.scrollIntoView();"
        " const { x, y, width, height } = one.getBoundingClientRect(); return [x, y, width, height]; })()"
    )
    browser.move(box[0] + box[2] / 2, box[1] + box[3] / 2)
    step = int(browser.run(read).split()[1].rstrip(":"))
    assert 18 <= step <= 25
    browser.press("Enter")
    browser.run("new Promise((done) => setTimeout(done, 20))")
    assert {row[0] for row in rows(browser)} == {str(step)}


def test_an_alarm_leads_to_its_rollouts(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["one"])
    assert browser.run("document.querySelectorAll('#chart-reward .wide .mark').length") == 1
    assert "reward rose" in browser.run("document.querySelector('.mark title').textContent")
    browser.run("document.querySelector('.alarms a').click()")
    browser.run("new Promise((done) => setTimeout(done, 20))")
    assert {row[0] for row in rows(browser)} == {"12", "13", "14", "15"}


def test_two_runs_share_the_table(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["two"], "#run=B&step=3")
    assert {row[1] for row in rows(browser)} == {"B"}
    assert len(rows(browser)) == 8
    browser.open(pages["two"], "#step=3&text=ChainSum-v0%2Ftrain%2F1%2F0")
    assert {row[1] for row in rows(browser)} == {"A", "B"}
