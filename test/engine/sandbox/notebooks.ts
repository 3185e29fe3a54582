/** A notebook whose code cells are these. */
export function notebookOf(...cells: string[]): string {
  return JSON.stringify({
    cells: cells.map((source, index) => ({
      cell_type: 'code',
      id: `cell-${index}`,
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    })),
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
    nbformat: 4,
    nbformat_minor: 5,
  });
}

/** Reads the competition and a dataset in either layout, looks around, and writes a submission. */
export const PREDICT = notebookOf(
  `
import csv, glob, json, os, socket
def find(name):
    found = glob.glob('/kaggle/input/**/' + name, recursive=True)
    assert len(found) == 1, found
    return found[0]
def refused(path):
    try:
        open(path, 'w')
        return False
    except OSError:
        return True
`,
  `
print(json.dumps({
    'interfaces': sorted(os.listdir('/sys/class/net')),
    'test': find('test.csv'),
    'model': find('model'),
    'inputs': sorted(os.listdir('/kaggle/input')),
    'script': open(find('run.sh')).read(),
    'executable': os.access(find('run.sh'), os.X_OK),
    'readOnly': [refused('/kaggle/input/x'), refused(os.path.dirname(find('model')) + '/x')],
    'rerun': os.environ.get('KAGGLE_IS_COMPETITION_RERUN'),
    'type': os.environ.get('KAGGLE_KERNEL_RUN_TYPE'),
    'folder': os.getcwd(),
}))
`,
  `
factor = float(open(find('model')).read())
with open(find('test.csv')) as test, open('submission.csv', 'w') as out:
    print('id,height', file=out)
    for row in csv.DictReader(test):
        print(row['id'], factor * (int(row['id']) - 9), sep=',', file=out)
`,
);
