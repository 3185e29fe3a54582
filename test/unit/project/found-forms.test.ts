import assert from 'node:assert/strict';
import { join } from 'node:path';
import { isUserError } from '../../../src/base/errors.ts';
import { ReadablePlaces } from '../../../src/base/readable-places.ts';
import { readProject } from '../../../src/core/project/project-stage.ts';
import { tempFolder } from '../../support/temp.ts';
import { options } from './temp-project.ts';

// What was met in public repositories with Julia for Kaggle: what the project stage makes of it, or says of it.

const DATES = 'ade2ca70-3891-5945-98fb-dc099432e06a';
const CONFIG = 'competition = "titanic"\n';
const manifest = (julia: string): string =>
  `julia_version = "${julia}"\nmanifest_format = "2.0"\n\n[[deps.Dates]]\nuuid = "${DATES}"\n`;
const usual = {
  'JuliaKaggle.toml': CONFIG,
  'Project.toml': `[deps]\nDates = "${DATES}"\n`,
  'Manifest.toml': manifest('1.10.5'),
  'predict.jl': 'using Dates\nprintln(now())\n',
};
const without = (...names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(usual).filter(([name]) => !names.includes(name)));

interface Found {
  readonly files: Readonly<Record<string, string>>;
  /** Name, Julia and what is run; or the error's code, its sentence and its remedies' commands. */
  readonly is?: readonly [name: string, julia: string, run: string];
  readonly refused?: readonly [code: string, title: RegExp, ...commands: (string | undefined)[]];
  /** The folder below the one with the files; the project itself when it is not said. */
  readonly at?: string;
}

const FOUND: Readonly<Record<string, Found>> = {
  'an environment with one script': { files: usual, is: ['work', '1.10.5', 'predict.jl'] },
  'a title that is no identifier': {
    files: { ...usual, 'Project.toml': `name = "titanic-kaggle"\n${usual['Project.toml']}` },
    is: ['titanic-kaggle', '1.10.5', 'predict.jl'],
  },
  'a title with spaces and accents': {
    files: { ...usual, 'Project.toml': `name = "exercícios 2"\n${usual['Project.toml']}` },
    is: ['exercícios 2', '1.10.5', 'predict.jl'],
  },
  'a name without a uuid, as DrWatson writes it, with scripts': {
    files: {
      ...usual,
      'Project.toml': `name = "Tides"\nauthors = ["Ada"]\n${usual['Project.toml']}`,
      'src/Tides.jl': 'module Tides\nend\n',
      'JuliaKaggle.toml': `${CONFIG}[run]\nscript = "predict.jl"\n`,
    },
    is: ['Tides', '1.10.5', 'predict.jl'],
  },
  'two versioned Manifests and no plain one': {
    files: {
      ...without('Manifest.toml'),
      'Manifest-v1.11.toml': manifest('1.11.9'),
      'Manifest-v1.12.toml': manifest('1.12.6'),
    },
    is: ['work', '1.12.6', 'predict.jl'],
  },
  'a plain Manifest and versioned ones': {
    files: { ...usual, 'Manifest-v1.12.toml': manifest('1.12.6') },
    is: ['work', '1.10.5', 'predict.jl'],
  },
  'no Manifest': {
    files: without('Manifest.toml'),
    refused: ['manifest-missing', /has no Manifest\.toml/, 'resolve --write'],
  },
  'a Manifest of another Julia': {
    files: { ...usual, 'JuliaKaggle.toml': `julia = "1.11.9"\n${CONFIG}` },
    refused: ['manifest-julia-version', /asks for Julia 1\.11\.9/, 'resolve --write', undefined],
  },
  'a Manifest that lacks a package': {
    files: {
      ...usual,
      'Project.toml': `${usual['Project.toml']}CSV = "336ed68f-0bac-5ca0-87d4-7b16caf5d00b"\n`,
    },
    refused: ['package-missing', /^CSV is in Project\.toml but not in Manifest\.toml/, 'resolve --write'],
  },
  'format 1, which does not name its Julia': {
    files: { ...usual, 'Manifest.toml': `[[Dates]]\nuuid = "${DATES}"\n` },
    refused: ['julia-version-unknown', /format 1/, undefined],
  },
  'three scripts, of which one predicts': {
    files: { ...usual, 'train.jl': 'println(1)\n', 'src/features.jl': 'f() = 1\n' },
    refused: [
      'entry-missing',
      /3 scripts: which one is run/,
      'choose-entry predict.jl',
      'choose-entry train.jl',
      'choose-entry src/features.jl',
    ],
  },
  'a notebook of Jupyter alone': {
    files: { ...without('predict.jl'), 'inference.ipynb': '{"nbformat": 4, "cells": []}' },
    refused: ['entry-missing', /only scripts are notebooks/, 'choose-entry inference.ipynb'],
  },
  'no script at all': {
    files: without('predict.jl'),
    refused: ['entry-missing', /without a script: there is nothing to run/, undefined],
  },
  'a package that is used and not declared': {
    files: { ...usual, 'predict.jl': 'using CSV\nprintln(CSV)\n' },
    refused: ['package-missing', /^CSV is used, but/, 'resolve add CSV'],
  },
  'a model of MLJ, whose package is loaded by name': {
    files: { ...usual, 'predict.jl': 'Tree = @load DecisionTreeClassifier pkg=DecisionTree\nprintln(1)\n' },
    refused: ['package-missing', /^MLJDecisionTreeInterface is used/, 'resolve add MLJDecisionTreeInterface'],
  },
  'a script in a folder with spaces and accents': {
    files: {
      ...without('predict.jl'),
      'cadernos de início/prever.jl': 'using Dates\nprintln(now())\n',
    },
    is: ['work', '1.10.5', 'cadernos de início/prever.jl'],
  },
  'a Project.toml with a byte order mark and the line ends of Windows': {
    files: {
      ...usual,
      'Project.toml': `\uFEFF${usual['Project.toml']}`.replaceAll('\n', '\r\n'),
      'Manifest.toml': usual['Manifest.toml'].replaceAll('\n', '\r\n'),
      'JuliaKaggle.toml': `\uFEFF${CONFIG}`,
    },
    is: ['work', '1.10.5', 'predict.jl'],
  },
  'a link that became a text file on Windows': {
    files: { ...usual, 'Project.toml': '../Project.toml' },
    refused: ['toml-syntax', /Project\.toml is a link of Git's/, undefined],
  },
  'a REQUIRE of 2018': {
    files: {
      REQUIRE: 'julia 0.6\nDataFrames\nCSV 0.2\n',
      'predict.jl': 'using CSV\n',
      'JuliaKaggle.toml': CONFIG,
    },
    refused: ['not-a-project', /REQUIRE/, undefined],
  },
  'a path dependency of another machine': {
    files: {
      ...usual,
      'Project.toml': `${usual['Project.toml']}Own = "38b52996-7ba5-4620-b93e-c2ea39b26e32"\n`,
      'Manifest.toml': `${manifest('1.10.5')}\n[[deps.Own]]\npath = "/home/somebody/dev/Own"\nuuid = "38b52996-7ba5-4620-b93e-c2ea39b26e32"\nversion = "0.1.0"\n`,
    },
    refused: [
      'path-dependency-missing',
      /^The path dependency Own has the absolute path/,
      undefined,
      'resolve without Own',
    ],
  },
  'a folder whose environment lies three levels down': {
    files: Object.fromEntries(
      Object.entries(usual).map(([name, text]) => [`src/rsnaApp/model/${name}`, text]),
    ),
    refused: ['not-a-project', /no Project\.toml/, undefined, undefined],
  },
  'a folder below the one with the environment': {
    files: { ...usual, '.git/HEAD': '', 'notebooks/deep/x.jl': '' },
    at: 'notebooks/deep',
    refused: ['not-a-project', /no Project\.toml/, undefined, undefined],
  },
  'a Jupytext pair, of which the script is named': {
    files: {
      ...usual,
      'JuliaKaggle.toml': `${CONFIG}[run]\nscript = "predict.jl"\n`,
      'predict.ipynb': '{"nbformat": 4, "cells": []}',
    },
    is: ['work', '1.10.5', 'predict.jl'],
  },
};

describe('projects as they are found', () => {
  for (const [name, { files, at = '', is, refused }] of Object.entries(FOUND))
    it(name, async () => {
      const inWork = Object.fromEntries(Object.entries(files).map(([path, text]) => [`work/${path}`, text]));
      const root = await tempFolder(inWork);
      const folder = join(root, 'work', at);
      const read = async () =>
        readProject(folder, {
          ...options(),
          places: await ReadablePlaces.around(folder, { agreed: [root] }),
        });
      if (is !== undefined) {
        const project = await read();
        assert.deepEqual([project.name, project.juliaVersion, project.run.target], is);
        return;
      }
      const [code, title, ...commands] = refused ?? [];
      await assert.rejects(read, (error) => {
        assert.ok(isUserError(error), String(error));
        assert.equal(error.code, code, error.title);
        assert.match(error.title, title ?? /$^/);
        assert.deepEqual(
          error.actions.map(({ command }) => command),
          commands,
          error.actions.map((action) => action.title).join('\n'),
        );
        return true;
      });
    });
});
