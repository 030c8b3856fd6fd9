"""The checks of events-face. ``nox`` runs them all; ``nox -s NAME`` runs one.

Every session installs what it needs. Tests run against the built wheel, never the checkout.
"""

from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "types", "tests", "lowest", "examples"]
nox.options.error_on_missing_interpreters = True

LOCK = "requirements-dev.lock"
BENCHMARKS = ("--override-ini", "addopts=--import-mode=importlib", "-q")
# Three on two cores: tests wait for half of their time.
WORKERS = ("-n", "3", "--dist", "worksteal")
# What a database plans does not depend on the versions of our libraries.
NO_PLANS = tuple(
    f"--ignore=tests/contract/storage/test_{one}_plans.py" for one in ("postgres", "sqlite")
)
FAULTS = ("-m", "", "-k", "not quick", "-n", "2", "--dist", "loadgroup", "-q")
# A process that compiles all that it imports starts in four seconds instead of one, and tests
# start hundreds. uv leaves the compiling to the first import; where that may not write, to each.
COMPILED = {"UV_COMPILE_BYTECODE": "1", "PYTHONDONTWRITEBYTECODE": ""}
PACKAGES = ("events_face_core", "events_face_adapters", "events_face_runners", "events_face_cli")


def install_wheel(session: nox.Session, *extras: str) -> None:
    """Build the wheel and install it with the locked tools of the development groups."""
    session.env.update(COMPILED)
    directory = Path(session.create_tmp())
    for old in directory.glob("*.whl"):
        old.unlink()
    session.install("build", "hatchling", "--constraint", LOCK)
    build = ("python", "-m", "build", "--wheel", "--no-isolation", "--outdir", str(directory))
    session.run(*build, silent=True)
    wheel = next(directory.glob("*.whl"))
    session.install(f"{wheel}[all]", *extras, "--constraint", LOCK)


def group(name: str) -> tuple[str, ...]:
    """Return the requirements of a dependency group."""
    return tuple(nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), name))


@nox.session
def lint(session: nox.Session) -> None:
    """Style, formatting and the rules between the packages."""
    install_wheel(session, *group("lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports", "--no-cache")


@nox.session
def types(session: nox.Session) -> None:
    """Types, strictly."""
    install_wheel(session, *group("types"), *group("test"))
    for package in PACKAGES:
        session.run("mypy", "-p", package)
    session.run("mypy", "tests", "examples", "noxfile.py", "proto/generate.py")


@nox.session
def tests(session: nox.Session) -> None:
    """Every test, against the built wheel; unit tests cover the core's branches to 95 %."""
    install_wheel(session, *group("test"))
    if session.posargs:
        session.run("pytest", *WORKERS, *session.posargs)
        return
    # Counting branches takes half as much time again: only where it is asked for.
    session.run("pytest", *WORKERS, "tests/unit", "--cov", "--cov-report=term")
    session.run("pytest", *WORKERS, "--ignore=tests/unit")


@nox.session
def lowest(session: nox.Session) -> None:
    """The lower bounds of our dependencies, really installed and tested."""
    install_wheel(session, *group("test"), "uv")
    # Without --upgrade what is installed already would do, and nothing would go down.
    lower = ("--upgrade", "--resolution", "lowest-direct", ".[all]")
    session.run("uv", "pip", "install", *lower, silent=True)
    session.run("pytest", *WORKERS, *NO_PLANS, "tests/unit", "tests/contract", "-q")


@nox.session
def examples(session: nox.Session) -> None:
    """Every example runs to its end."""
    install_wheel(session)
    for example in sorted(Path("examples").glob("*.py")):
        session.run("python", str(example))


@nox.session
def faults(session: nox.Session) -> None:
    """Every fault tried on real processes, some ten minutes; a whole run renews docs/faults.md."""
    install_wheel(session, *group("test"))
    report = {} if session.posargs else {"EVENTS_FACE_TEST_FAULTS_REPORT": "docs/faults.md"}
    tests = ("tests/faults", "tests/e2e/test_crashes.py")
    session.run("pytest", *tests, *FAULTS, *session.posargs, env=report)


@nox.session
def bench(session: nox.Session) -> None:
    """Measurements, each a ratio against something a reader knows. Not part of the tests.

    ``nox -s bench -- hit memory`` repeats some, ``nox -s bench -- --quick`` shows that all run.
    """
    install_wheel(session, *group("test"))
    if not session.posargs:
        session.run("pytest", "tests/benchmarks", "--benchmark-only", *BENCHMARKS)
    paths = {"PYTHONPATH": "tests"}
    session.run("python", "-m", "benchmarks.measuring", *session.posargs, env=paths)


@nox.session
def generate(session: nox.Session) -> None:
    """Renew the code that is generated from the .proto files."""
    session.install(*group("generate"))
    session.run("python", "proto/generate.py")


@nox.session
def lock(session: nox.Session) -> None:
    """Renew the lock file of the development environment."""
    session.install("uv")
    session.run(
        *("uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11"),
        *("--all-extras", "--group", "dev", "--upgrade", "--no-annotate", "--output-file", LOCK),
        *("--custom-compile-command", "nox -s lock"),
    )
