import assert from 'node:assert/strict';
import { readCells } from '../../../src/core/contract/notebook/own-cells.ts';

describe('readCells', () => {
  it('reads the percent form: markers, titles, text in comments or in quotes, no empty cells', () => {
    const source = [
      '',
      'import os',
      '',
      '# %% a title',
      'x = 1  # %% is no marker here',
      '#%%',
      '# %% [markdown]',
      '# # Heading',
      '#',
      '# Text',
      '# %% [md]',
      '"""',
      'Quoted',
      '"""',
    ].join('\r\n');
    assert.deepEqual(readCells(source), [
      { kind: 'code', text: 'import os' },
      { kind: 'code', text: 'x = 1  # %% is no marker here' },
      { kind: 'markdown', text: '# Heading\n\nText' },
      { kind: 'markdown', text: 'Quoted' },
    ]);
    assert.deepEqual(readCells(''), []);
  });

  const only = (source: string): string | undefined => {
    const cells = readCells(source);
    assert.ok(cells.length <= 1);
    return cells[0]?.text;
  };

  it('keeps the code as it is, but for empty lines around it', () => {
    assert.equal(only('\n  \n    indented = 1\n\n\nlast = 2\n \n'), '    indented = 1\n\n\nlast = 2');
    assert.equal(only('#%%\n# a comment %%\nx # %%'), '# a comment %%\nx # %%');
    assert.equal(only(' \n\t\n'), undefined);
  });

  it('takes text out of comments, with or without a blank, and only at the begin of a line', () => {
    assert.equal(only('# %% [markdown]\n#Text # more\n#   indented\n# '), 'Text # more\n  indented');
  });

  it('takes text out of either quotes, when they hold all of it', () => {
    assert.equal(only('# %% [markdown]\n  """a"""'), 'a');
    assert.equal(only("#%%[md]\n\n'''  two\n\nlines '''\n"), 'two\n\nlines');
    assert.equal(only('# %% [markdown]\n"""a""" and b'), '"""a""" and b');
    assert.equal(only('# %% [markdown]\nx """a"""'), 'x """a"""');
    assert.equal(only('# %% [markdown]\n"""a\'\'\''), '"""a\'\'\'');
    assert.equal(only('# %% [markdown]\n""""""'), undefined);
  });
});
