"""The wheel holds the core alone, and a stranger's environment runs it with attrs and returns."""

import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[1]
NEEDED = ("attrs", "returns", "typing_extensions")
IMPORT_SECONDS = 2
PROBE = f"""
import importlib.util, time
began = time.process_time()
from astracore import numeric
import astracore.outcome, astracore.ids, astracore.events.decider, astracore.money
took = time.process_time() - began
assert took < {IMPORT_SECONDS}, took
assert numeric.to_text(numeric.parse_amount("0.10").unwrap()) == "0.1"
for name in ("shell", "adapters"):
    assert importlib.util.find_spec(name) is None, name
print(f"{{took:.3f}}")
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what git would hand out, so that nothing left in the tree gets in."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = target.glob("*.whl")
    return built


def test_what_is_inside(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        (meta,) = (name for name in names if name.endswith("METADATA"))
        text = archive.read(meta).decode()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"astracore"}
    assert "astracore/py.typed" in names
    assert not any(name.endswith("entry_points.txt") for name in names)
    required = [line for line in text.splitlines() if line.startswith("Requires-Dist:")]
    always = {line.split()[1].split(">")[0].split("=")[0] for line in required if ";" not in line}
    assert always == {name.replace("_", "-") for name in NEEDED} or always == set(NEEDED)


def test_a_stranger_imports_it(wheel: Path, tmp_path: Path) -> None:
    """The three needed distributions are lent by this environment; nothing is downloaded."""
    home = tmp_path / "stranger"
    venv.create(home, with_pip=False)
    (site,) = (home / "lib").glob("python*/site-packages")
    for name in NEEDED:
        lend(name, site)
    with ZipFile(wheel) as archive:
        archive.extractall(site)
    before = {path.name for path in (home / "bin").iterdir()}
    command = [str(home / "bin" / "python"), "-I", "-W", "error", "-c", PROBE]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (home / "bin").iterdir()} == before


def lend(name: str, site: Path) -> None:
    """Link the files of an installed distribution into another environment."""
    for file in metadata.files(name) or ():
        if file.parts[0] in {"..", "__pycache__"}:
            continue
        target = site / file
        target.parent.mkdir(parents=True, exist_ok=True)
        source = Path(str(file.locate()))
        if source.exists():
            target.symlink_to(source)
