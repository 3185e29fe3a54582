import { strict as assert } from 'node:assert';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../../support/world.ts';
import type { VsCodeWindow } from '../support/window.ts';
import type { emptyRegistry, engineThatGoes } from './gone.ts';
import type { Failure } from './walker.ts';

interface Around {
  readonly world: World;
  readonly window: VsCodeWindow;
  /** By which the window reaches the engine. */
  readonly engine: Awaited<ReturnType<typeof engineThatGoes>>;
  readonly registry: Awaited<ReturnType<typeof emptyRegistry>>;
}

/** What a new user gets wrong: the first two are known before anything is run. The engine stays away at the end. */
export function failures({ world, window, engine, registry }: Around): Failure[] {
  const { panel } = window;
  const config = join(world.project, 'JuliaKaggle.toml');
  const source = join(world.project, 'src', 'Inference.jl');
  const fact = (name: string, state: string) => panel.locator(`.fact.${state}[data-fact="${name}"]`);
  const write = (settings: object) =>
    window.server.writeSettings({ 'juliaKaggle.image': world.image, ...settings });
  const submitIsOn = () =>
    panel.locator('.dock .primary[aria-disabled="false"]', { hasText: 'Submit to' }).waitFor();
  const stageIs = (name: string, word: RegExp) =>
    window.stage(name).locator('.word', { hasText: word }).waitFor();
  /** A mistake in the source: the place is a link, there it is corrected, and the stage is run again. */
  const inSource = (
    what: string,
    from: string,
    to: string,
    stage: 'Build' | 'Test',
    told: RegExp,
  ): Failure => {
    let before = '';
    return {
      what,
      break: async () => {
        before = await readFile(source, 'utf8');
        await change(source, from, to);
        await window.runStage(stage);
      },
      known: () => panel.locator('.problem').getByText(told).first().waitFor(),
      mend: async (walker) => {
        await walker.click(
          panel.locator('.problem').getByRole('button', { name: /^src\/Inference\.jl:\d+$/ }),
        );
        await window.page.locator('.tab.active', { hasText: 'Inference.jl' }).waitFor();
        await writeFile(source, before);
        await walker.click(panel.getByRole('button', { name: `Run up to ${stage}` }));
      },
      green: () => stageIs(stage.toLowerCase(), /^(Done|Up to date)$/),
    };
  };
  return [
    {
      what: 'a competition that does not exist',
      break: () => change(config, 'harbour-tides', 'harbor-tides'),
      known: () => fact('competition', 'missing').waitFor(),
      mend: (walker) => walker.click(panel.getByRole('button', { name: 'Use harbour-tides' }).first()),
      green: submitIsOn,
    },
    {
      what: 'a Docker context that does not exist',
      break: () => write({ 'juliaKaggle.dockerContext': 'nowhere' }),
      known: () => fact('engine', 'missing').waitFor(),
      mend: async (walker) => {
        await walker.click(panel.getByRole('button', { name: 'Choose Docker Engine…' }).first());
        await walker.click(window.paletteEntry('As for the docker command').first());
      },
      green: submitIsOn,
    },
    {
      what: 'a token that Kaggle rejects (nothing to mend: it is not kept)',
      break: async () => {
        await window.runCommand('Julia on Kaggle: Sign In to Kaggle…');
        await window.paletteEntry('Enter an API token').click();
        await window.answer('API token', 'KGAT_0123456789abcdef0123456789abcdef');
      },
      known: () => window.notification('Kaggle rejected').waitFor(),
      // It was tried before it was kept: what was there before is there still.
      mend: () => Promise.resolve(),
      green: async () => {
        await fact('account', 'missing').waitFor({ state: 'detached' });
        await submitIsOn();
      },
    },
    withoutManifest(),
    inSource('a syntax error', 'predict_file(', 'predict_file((', 'Build', /syntax: |ParseError/),
    inSource(
      'an exception',
      '        submission = predict_file(',
      '        error("the pressure is negative")\n        submission = predict_file(',
      'Test',
      /the pressure is negative/,
    ),
    wrongColumns(),
    {
      what: 'an image that its registry does not have',
      break: async () => {
        await appendFile(config, `\n[image]\nname = "${world.image}"\n`);
        await write({ 'juliaKaggle.image': `${registry.host}/kaggle/python:none` });
        await window.runStage('Build');
      },
      known: () => panel.locator('.problem').getByText('cannot be had from its registry').first().waitFor(),
      mend: async (walker) => {
        await walker.click(panel.locator('.problem').getByRole('button', { name: 'Choose Image…' }).first());
        await walker.click(window.paletteEntry('No longer another image on this machine').first());
      },
      green: async () => {
        await panel.locator('.problem').waitFor({ state: 'detached' });
        await submitIsOn();
      },
    },
    {
      what: 'an engine that went away',
      break: async () => {
        await engine.close();
        await window.runStage('Build');
      },
      known: () => fact('engine', 'missing').waitFor(),
      mend: async (walker) => {
        await walker.click(panel.getByRole('button', { name: 'Choose Docker Engine…' }).first());
        await walker.click(window.paletteEntry('this-machine').first());
      },
      green: async () => {
        await panel.locator('.problem').waitFor({ state: 'detached' });
        await submitIsOn();
      },
    },
  ];
  /** The remedy is a button, which needs a registry of packages and is tested with one; here the file comes back. */
  function withoutManifest(): Failure {
    const manifest = join(world.project, 'Manifest.toml');
    let before = '';
    return {
      what: 'no Manifest.toml (put back from outside: no clicks are counted)',
      break: async () => {
        before = await readFile(manifest, 'utf8');
        await rm(manifest);
      },
      known: () => fact('project', 'missing').getByRole('button', { name: 'Resolve…' }).waitFor(),
      mend: () => writeFile(manifest, before),
      green: submitIsOn,
    };
  }
  function wrongColumns(): Failure {
    let before = '';
    return {
      what: 'a submission with a wrong column',
      break: async () => {
        before = await readFile(source, 'utf8');
        await change(source, 'height = round', 'level = round');
        await window.runStage('Test');
      },
      known: () =>
        panel
          .locator('.problem')
          .getByText(/height/)
          .first()
          .waitFor(),
      mend: async (walker) => {
        await walker.click(
          panel.locator('.problem').getByRole('button', { name: 'Compare with the Sample' }),
        );
        await window.page.locator('.tab.active', { hasText: '↔' }).waitFor();
        await writeFile(source, before);
        await walker.click(panel.getByRole('button', { name: 'Run up to Test' }));
      },
      green: () => stageIs('test', /^(Done|Up to date)$/),
    };
  }
}

async function change(file: string, from: string, to: string): Promise<void> {
  const before = await readFile(file, 'utf8');
  const after = before.replace(from, to);
  assert.notEqual(after, before, `nothing to change in ${file}`);
  await writeFile(file, after);
}
