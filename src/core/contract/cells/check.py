import csv


def header_and_rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        return next(rows, []), sum(1 for row in rows if row)


started = time.time()
submission = os.path.join("/kaggle/working", OUTPUT)
if not os.path.isfile(submission):
    raise RuntimeError(f"The run wrote no {OUTPUT}. In /kaggle/working: {sorted(os.listdir('/kaggle/working'))}")
header, rows = header_and_rows(submission)
sample = os.path.join(COMPETITION_FOLDER, SAMPLE)
if os.path.isfile(sample):
    sample_header, sample_rows = header_and_rows(sample)
    if header != sample_header:
        raise RuntimeError(f"{OUTPUT} has the columns {header}, but {SAMPLE} has {sample_header}.")
    if rows != sample_rows:
        raise RuntimeError(f"{OUTPUT} has {rows} rows, but {SAMPLE} has {sample_rows}.")
report("check", started, rows=rows)
