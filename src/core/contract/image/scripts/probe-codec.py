# Runs after archives.py: compresses a sample as the pack stage does, and gives each way of the notebook a try.
import sys

SAMPLE = b"".join(b"line %d of a sample\n" % number for number in range(100_000))


def message_of(error):
    if isinstance(error, FileNotFoundError) and error.filename:
        return f"no {error.filename}"
    if isinstance(error, subprocess.CalledProcessError):
        return (error.stderr or b"").decode().strip().rpartition("\n")[2] or str(error)
    return str(error) or type(error).__name__


def probe(folder, codec, script, arguments):
    answer = {"kind": "codec", "packs": False, "unpacks": [], "failures": []}
    path = os.path.join(folder, "sample")
    try:
        with open(path, "wb") as packed:
            command = [sys.executable, "-c", script, *arguments]
            subprocess.run(command, input=SAMPLE, stdout=packed, stderr=subprocess.PIPE, check=True)
        answer["packs"] = True
    except Exception as error:
        answer["failures"].append(message_of(error))
        return answer
    for name, chunks in WAYS[codec].items():
        try:
            if b"".join(map(bytes, chunks(path))) != SAMPLE:
                raise RuntimeError("it gave other bytes")
            answer["unpacks"].append(name)
        except Exception as error:
            answer["failures"].append(f"{name}: {message_of(error)}")
    return answer


with tempfile.TemporaryDirectory() as folder:
    print("[julia-kaggle] " + json.dumps(probe(folder, sys.argv[1], sys.argv[2], sys.argv[3:])))
