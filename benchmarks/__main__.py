"""Every benchmark, one after another: ``python -m benchmarks``. Ratios within one run, medians, nothing asserted."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

for name in ("answer", "attend", "browser", "keys", "placement", "sandbox"):
    print(f"\n== {name}", flush=True)
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=ROOT, check=False)
