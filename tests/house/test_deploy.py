"""What is copied to run the product is true: settings that exist, files that are there, a unit that systemd knows."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from gehoor.settings import HELP

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("file", ["gehoor.service", "Dockerfile", "compose.yaml"])
def test_that_every_setting_that_is_used_exists(file: str) -> None:
    named = re.findall(r"GEHOOR_([A-Z_]+)(?:=|: )", (DEPLOY / file).read_text(encoding="utf-8"))
    assert named
    assert {name.lower() for name in named} <= set(HELP)


def test_that_every_file_that_the_container_takes_is_there() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    taken = [name for line in lines if re.match(r"COPY (?!--)", line) for name in line.split()[1:-1]]
    assert "requirements" in taken
    assert [name for name in taken if not (ROOT / name).exists()] == []
    ignored, *let_in = [one for one in (ROOT / ".dockerignore").read_text().splitlines() if not one.startswith("#")]
    assert (ignored, {one.removeprefix("!") for one in let_in}) == ("*", set(taken))


def test_that_the_container_runs_as_nobody_special_and_says_whether_it_is_well() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert text.rindex("USER gehoor") < text.index("ENTRYPOINT")
    assert "/health/ready" in text


def test_that_the_services_build_what_is_here_and_wait_for_each_other() -> None:
    services = compose()["services"]
    for name in ("migrate", "gehoor"):
        build = services[name]["build"]
        assert (DEPLOY / build["context"] / build["dockerfile"]).resolve().exists()
    assert services["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert services["gehoor"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    written = {one["file"] for one in compose()["secrets"].values()}
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert [one for one in written if f"#   {one.removeprefix('./')} " not in text] == []
    mounted = [one.split(":")[0] for one in services["database"]["volumes"] if one.startswith("./")]
    assert [one for one in mounted if not (DEPLOY / one).exists()] == []


def test_that_the_store_and_the_keys_lie_in_two_databases() -> None:
    given = compose()["services"]["gehoor"]["environment"]
    assert given["GEHOOR_DATABASE_FILE"] != given["GEHOOR_KEY_DATABASE_FILE"]
    assert "gehoor_keys" in (DEPLOY / "keys-database.sql").read_text(encoding="utf-8")


def test_that_who_comes_through_the_proxy_of_the_machine_has_an_address_of_their_own() -> None:
    services, network = compose()["services"], compose()["networks"]["default"]["ipam"]["config"][0]
    assert services["gehoor"]["environment"]["GEHOOR_PROXIES"] == network["gateway"]
    assert [port.rpartition(":")[0] for port in services["gehoor"]["ports"]] == ["127.0.0.1:8080"]


def test_that_a_database_that_is_still_set_up_does_not_count_as_there() -> None:
    assert "--host=127.0.0.1" in compose()["services"]["database"]["healthcheck"]["test"]


def test_that_what_ships_is_locked_as_it_is_tested() -> None:
    pinned = re.compile(r"^([A-Za-z0-9._-]+==\S+)", re.MULTILINE)
    tested = set(pinned.findall((ROOT / "requirements" / "locked.txt").read_text(encoding="utf-8")))
    ships = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    assert pinned.findall(ships)
    assert set(pinned.findall(ships)) <= tested
    assert ships.count("--hash=sha256:") >= len(pinned.findall(ships))
    assert "pytest" not in ships


def test_that_systemd_understands_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    text = (DEPLOY / "gehoor.service").read_text(encoding="utf-8")
    for promised in ("Type=notify", "WatchdogSec=", "Restart=always", "LimitNOFILE="):
        assert promised in text
    if analyze is None:  # a machine without systemd; the lines above were looked at all the same
        return
    unit = tmp_path / "gehoor.service"
    unit.write_text(text.replace("/opt/gehoor/.venv/bin/gehoor", "/bin/true"), encoding="utf-8")
    told = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, timeout=60)
    assert [line for line in told.stderr.splitlines() if "gehoor.service" in line] == []
