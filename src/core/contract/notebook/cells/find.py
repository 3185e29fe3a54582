import glob
import json
import os
import resource
import time


def report(step, started, **facts):
    """One line that Julia on Kaggle reads back from the log."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    facts = {"step": step, "seconds": round(time.time() - started, 3), "peakMemoryBytes": peak, **facts}
    print("[julia-kaggle] " + json.dumps(facts), flush=True)


def inputs_here():
    return sorted(glob.glob("/kaggle/input/*") + glob.glob("/kaggle/input/*/*/*"))


def places_of(slug):
    """Where Kaggle may have mounted an input: its present layout, its classic one, else wherever it is named so."""
    # A model's folder has one for each framework, in that one for each variation, in that one for each version.
    known = [
        *glob.glob(f"/kaggle/input/datasets/*/{slug}"),
        *glob.glob(f"/kaggle/input/models/*/{slug}/*/*/*"),
        f"/kaggle/input/{slug}",
        *glob.glob(f"/kaggle/input/{slug}/*/*/*"),
    ]
    deeper = (
        p
        for depth in range(2, 6)
        for end in (slug, f"{slug}/*/*/*")
        for p in glob.iglob("/kaggle/input/" + "*/" * depth + end)
    )
    yield from known
    yield from deeper


def find_dataset(slug, wanted):
    """The dataset's folder; its marker file must carry the bundle id that this notebook was made for."""
    stale = None
    for place in places_of(slug):
        marker = os.path.join(place, "bundle.json")
        if not os.path.isfile(marker):
            continue
        with open(marker, encoding="utf-8") as file:
            bundle = json.load(file)
        if bundle["bundleId"] != wanted:
            stale = bundle["bundleId"]
            continue
        for entry in bundle["files"]:
            path = os.path.join(place, entry["name"])
            if not os.path.isfile(path) or os.path.getsize(path) != entry["bytes"]:
                raise RuntimeError(f"The dataset '{slug}' is damaged: {entry['name']} is not the file that was sent.")
        return place
    if stale is not None:
        raise RuntimeError(
            f"The dataset '{slug}' attached here holds bundle {stale}, but this notebook needs {wanted}. "
            "Attach the dataset's latest version."
        )
    raise RuntimeError(f"The dataset '{slug}' is not attached. Inputs here: {inputs_here()}")


def find_input(kind, ref, places, version=None, files=None, bytes=None, **_):
    """What others made; a mount of a dataset or a notebook does not tell its version, so its size is compared."""
    place = next((p for p in places if os.path.isdir(p)), None)
    if place is None:
        raise RuntimeError(f"The {kind} '{ref}' is not attached. Inputs here: {inputs_here()}")
    sizes = [os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(place) for name in names]
    if files is not None and (len(sizes), sum(sizes)) != (files, bytes):
        print(
            f"Warning: the {kind} '{ref}' has {len(sizes)} files of {sum(sizes)} bytes here, "
            f"but {'it' if version is None else f'its version {version}'}, with which this notebook was rehearsed, "
            f"has {files} of {bytes}.",
            flush=True,
        )
    return place


def find_competition(slug):
    for place in (f"/kaggle/input/competitions/{slug}", f"/kaggle/input/{slug}"):
        if os.path.isdir(place):
            return place
    raise RuntimeError(f"The competition '{slug}' is not attached. Inputs here: {inputs_here()}")


started = time.time()
FOLDERS = {slug: find_dataset(slug, bundle_id) for slug, bundle_id in DATASETS.items()}
INPUT_FOLDERS = {name: find_input(**source) for name, source in INPUTS.items()}
COMPETITION_FOLDER = find_competition(COMPETITION)
report("inputs", started)
