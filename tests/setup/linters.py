"""bin/lint: ruff, mypy on app/, djlint on templates, eslint on scripts; all of them, then one table. --fix lets ruff mend."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bin"))

from front.node import BuildFailed, find_node  # noqa: E402 (bin/ is on the path only from here on)


def main(words: list[str]) -> int:
    """Run every linter; 0 when none complains."""
    tools = Path(sys.executable).parent
    commands: dict[str, list[str | Path]] = {
        "ruff (Python)": [tools / "ruff", "check", *(["--fix"] if "--fix" in words else []), "."],
        "mypy (types of app/)": [tools / "mypy"],
        "djlint (templates)": [tools / "djlint", "templates", "--lint", "--quiet"],
    }
    try:
        node = find_node()
        commands["eslint (scripts)"] = [node.binary, "node_modules/eslint/bin/eslint.js", "static/js", "tests/js", "bin"]
    except BuildFailed as problem:
        print(f"FAILED: {problem}")
        return 1
    results = {}
    for title, command in commands.items():
        print(f"\n━━ {title} ━━", flush=True)
        results[title] = subprocess.run([str(word) for word in command], cwd=ROOT, check=False).returncode
    print("\n━━ Linters ━━")
    for title, code in results.items():
        print(f"{'FAILED' if code else 'ok    '}  {title}")
    return 1 if any(results.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
