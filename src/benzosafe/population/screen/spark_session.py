"""A Spark session that keeps quiet, leaves nothing behind, and says in words what it lacks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benzosafe.errors import UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_LEAST_JAVA = 17
_ROWS_A_BATCH = 2000
_QUIET = """rootLogger.level = off
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
"""


@contextmanager
def spark_session(master: str, work: Path) -> Iterator[SparkSession]:
    """A session on a master, with its local files in the work folder; UsageError where it cannot be had."""
    _require()
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    local = work / "spark-local"
    local.mkdir(parents=True, exist_ok=True)
    quiet = local / "log4j2.properties"
    quiet.write_text(_QUIET)
    # Workers must be this Python, not the first python3 on the path.
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    settings = {
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.local.dir": str(local),
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(_ROWS_A_BATCH), "spark.sql.session.timeZone": "UTC",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet}",
        "spark.sql.warehouse.dir": str(local / "warehouse"),
    }  # fmt: skip
    builder = SparkSession.builder.master(master).appName("benzosafe screen")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        spark = builder.getOrCreate()
    except Exception as error:  # Spark raises what its Java side raised
        raise UsageError(
            f"no Spark session: {_first_line(error)}.", where=f"--master {master}",
            next_step="Give a master that can be reached, such as local[2] or spark://host:7077.",
        ) from None  # fmt: skip
    try:
        yield spark
    except PySparkException as error:
        raise UsageError(
            f"Spark gave up: {_first_line(error)}.", where=f"--master {master}",
            next_step="Go on with --resume, or with --engine local.",
        ) from None  # fmt: skip
    finally:
        spark.stop()


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300].rstrip(".") if lines else type(error).__name__


def _require() -> None:
    try:
        import pandas  # noqa: F401
        import pyspark  # noqa: F401
    except ImportError as error:
        raise UsageError(
            f"{error.name} is not installed.", where="--engine spark", next_step="Run: pip install 'benzosafe[spark]'"
        ) from None
    version = _java_version()
    if version is None or version < _LEAST_JAVA:
        found = "there is no Java" if version is None else f"Java is version {version}"
        raise UsageError(
            f"{found}; Spark needs {_LEAST_JAVA} or newer.", where="--engine spark",
            next_step="Install it (Debian: apt install openjdk-17-jre-headless), or use --engine local.",
        )  # fmt: skip


def _java_version() -> int | None:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if java is None:
        return None
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    match = re.search(r'version "(\d+)', told)
    return int(match[1]) if match else None
