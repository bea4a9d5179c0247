"""Every benchmark, one after another: ``python -m benchmarks``. Ratios within one run, medians, nothing asserted.

The last one, scale, makes up a million reviews the first time, which takes ten minutes and 2 GB, and keeps them in
benchmarks/kept. Alone, and smaller: ``python -m benchmarks.scale --small``. The one before it, fit, takes ten minutes:
``python -m benchmarks.fit 2000 3`` makes do with fewer reviews and seeds.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

for name in ("answer", "attend", "browser", "keys", "placement", "sandbox", "fit", "scale"):
    print(f"\n== {name}", flush=True)
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=ROOT, check=False)
