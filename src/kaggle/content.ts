/** A file that was uploaded, and where it is to be in the dataset. */
export interface UploadedBlob {
  /** Path in the dataset, with `/`; the last part is what it was uploaded as. */
  readonly name: string;
  readonly token: string;
}

/** What is in a dataset or a model, or in one of its folders, as Kaggle takes it. */
interface Content {
  readonly files: readonly { readonly token: string }[];
  readonly directories?: readonly ({ readonly name: string } & Content)[];
}

/** Pure: files by their paths as folders in folders. (kaggle-api 2.4, `directories`) */
export function contentOf(files: readonly UploadedBlob[]): Content {
  const folders = new Map<string, UploadedBlob[]>();
  const here: { token: string }[] = [];
  for (const { name, token } of files) {
    const [folder = '', ...rest] = name.split('/');
    if (rest.length === 0) here.push({ token });
    else folders.set(folder, [...(folders.get(folder) ?? []), { name: rest.join('/'), token }]);
  }
  const directories = [...folders].map(([name, inner]) => ({ name, ...contentOf(inner) }));
  return { files: here, ...(directories.length > 0 && { directories }) };
}
