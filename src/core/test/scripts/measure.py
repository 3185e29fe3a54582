# Runs the command given as arguments and tells in the end what it took.
import json
import resource
import subprocess
import sys
import time

from peak import PeakMemory

started = time.time()
watched = PeakMemory()
exit_code = subprocess.run(sys.argv[1:]).returncode
peak = watched.end(resource.getrusage(resource.RUSAGE_CHILDREN))
facts = {"kind": "measured", "seconds": time.time() - started, "exitCode": exit_code, "peakMemoryBytes": peak}
print("\n[julia-kaggle] " + json.dumps(facts), flush=True)
sys.exit(exit_code if exit_code >= 0 else 128 - exit_code)
