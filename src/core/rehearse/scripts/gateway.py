"""Runs the competition's own gateway as the scoring rerun does, on a hidden set, and measures its calls.

Arguments: folder with the public data, the competition's folder, which is made here, folder with a hidden set or nothing,
path of the gateway below the competition's folder, name of the submission.
"""

import json
import os
import re
import runpy
import shutil
import sys
import time
import traceback

PACKAGE = "kaggle_evaluation"
TABLE = re.compile(r"test(.*\.(?:csv|parquet))$")
# Of the training data, at most: a rehearsal is to end soon.
MOST_ROWS = 20_000


def tell(kind, **facts):
    print("[julia-kaggle] " + json.dumps({"kind": kind, **facts}), flush=True)


def lay_out(public, hidden, target, replaced):
    """The public files, but for those that the hidden set has in their place. `replaced` collects these."""
    os.makedirs(target)
    for name in sorted({*listed(public), *listed(hidden)}):
        ours, theirs, place = os.path.join(public, name), os.path.join(hidden, name), os.path.join(target, name)
        if name == PACKAGE:
            shutil.copytree(ours, place)
        elif not os.path.lexists(theirs):
            os.symlink(ours, place)
        elif os.path.isdir(theirs):
            lay_out(ours, theirs, place, replaced)
        else:
            os.symlink(theirs, place)
            replaced.append(name)


def listed(folder):
    return os.listdir(folder) if os.path.isdir(folder) else []


def split(folder, gateway):
    """In place of each test file the end of the training file beside it, in the test's columns. Gives the files' names."""
    made = []
    with open(gateway, encoding="utf-8") as file:
        has_polars = "polars" in file.read()
    for name in listed(folder):
        found = TABLE.search(name)
        train = os.path.join(folder, name[: found.start()] + "train" + found[1]) if found else ""
        path = os.path.join(folder, name)
        if not os.path.isfile(train) or not os.path.isfile(path):
            continue
        write = rows_of_polars if has_polars else rows_of_pandas
        frame, save = write(path, train, name.endswith(".csv"))
        os.remove(path)
        save(path)
        made.append(f"{name} ({len(frame)} rows of {os.path.basename(train)})")
    return made


def count(train, test):
    return min(train, max(test, min(train // 5, MOST_ROWS)))


def rows_of_pandas(path, train, is_csv):
    import pandas

    read = pandas.read_csv if is_csv else pandas.read_parquet
    test, known = read(path), read(train)
    frame = known.tail(count(len(known), len(test))).reset_index(drop=True)
    missing = {
        name: pandas.Series(continued(test[name].tolist(), len(frame)))
        for name in test.columns
        if name not in frame.columns
    }
    frame = frame.assign(**missing)[list(test.columns)]
    for name in test.columns:
        try:
            frame[name] = frame[name].astype(test[name].dtype)
        except (ValueError, TypeError):
            pass  # e.g. a missing value where the test has whole numbers
    write = frame.to_csv if is_csv else frame.to_parquet
    return frame, lambda place: write(place, index=False)


def rows_of_polars(path, train, is_csv):
    import polars

    read = polars.read_csv if is_csv else polars.read_parquet
    test, known = read(path), read(train)
    frame = known.tail(count(len(known), len(test)))
    for name in test.columns:
        if name not in frame.columns:
            column = polars.Series(name, continued(test[name].to_list(), len(frame)), dtype=test[name].dtype)
            frame = frame.with_columns(column)
    frame = frame.select(test.columns).cast(dict(test.schema), strict=False)
    return frame, frame.write_csv if is_csv else frame.write_parquet


def continued(values, rows):
    """A column that the training data lack: the test's own, again and again; whole numbers that never recur go on."""
    if values and all(type(each) is int for each in values) and len(set(values)) == len(values):
        return list(range(min(values), min(values) + rows))
    return [values[at % len(values)] for at in range(rows)] if values else [None] * rows


class Watch:
    """Measures each call that reaches the notebook."""

    def __init__(self):
        self.started, self.seconds, self.found, self.deadline = time.monotonic(), [], None, None

    def enter(self):
        import grpc

        watch = self

        class Interceptor(grpc.UnaryUnaryClientInterceptor):
            def intercept_unary_unary(self, continuation, details, request):
                began = time.monotonic()
                call = continuation(details, request)
                if call.code() is not grpc.StatusCode.UNAVAILABLE:
                    watch.take(began, details.timeout)
                return call

        make = grpc.insecure_channel
        grpc.insecure_channel = lambda *args, **kwargs: grpc.intercept_channel(make(*args, **kwargs), Interceptor())

    def take(self, began, timeout):
        self.seconds.append(time.monotonic() - began)
        if self.found is None:
            self.found = began - self.started
        if timeout:
            self.deadline = timeout

    def facts(self):
        facts = {"calls": len(self.seconds), "totalSeconds": time.monotonic() - self.started}
        if self.deadline:
            facts["deadlineSeconds"] = self.deadline
        if not self.seconds:
            return facts
        # The first has Julia's start in it, and no deadline.
        later = sorted(self.seconds[1:] or self.seconds)
        return {
            **facts,
            "startSeconds": self.found,
            "firstSeconds": self.seconds[0],
            "medianSeconds": later[len(later) // 2],
            "p95Seconds": later[min(len(later) - 1, int(0.95 * len(later)))],
            "maxSeconds": later[-1],
        }


def rows_in(path):
    """Of the submission; None where they cannot be counted."""
    try:
        if path.endswith(".parquet"):
            import pyarrow.parquet

            return pyarrow.parquet.ParquetFile(path).metadata.num_rows
        with open(path, "rb") as file:
            return sum(1 for _ in file) - 1
    except Exception:
        return None


def outcome(submission):
    """What the gateway left."""
    facts = {"written": os.path.isfile(submission)}
    rows = rows_in(submission) if facts["written"] else None
    if rows is not None:
        facts["rows"] = rows
    try:
        with open("result.json", encoding="utf-8") as file:
            result = json.load(file)
        facts["succeeded"] = result["Succeeded"] is True
        if result.get("ErrorType"):
            facts["errorType"] = int(result["ErrorType"])
        facts["details"] = str(result.get("ErrorDetails") or "")[:2000]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # it left none
    return facts


def main():
    public, folder, hidden, gateway, submission = sys.argv[1:]
    replaced = []
    lay_out(public, hidden, folder, replaced)
    path = os.path.join(folder, gateway)
    replaced = replaced or split(folder, path)
    tell("hidden", files=replaced[:20])
    watch = Watch()
    watch.enter()
    sys.argv = [path]
    sys.path.insert(0, os.path.dirname(path))
    try:
        runpy.run_path(path, run_name="__main__")
    except SystemExit:
        pass
    except BaseException:
        traceback.print_exc()
    tell("called", **watch.facts(), **outcome(submission))


main()
