import assert from 'node:assert/strict';
import { parsePluto, withPlutoEnvironment } from '../../../src/julia/pluto.ts';

const id = (last: string): string => `7b3f9a52-0001-11ee-0000-${last.padStart(12, '0')}`;
const cell = (last: string, code: string): string => `# ╔═╡ ${id(last)}\n${code}\n\n`;
const HEAD = '### A Pluto.jl notebook ###';
const BIND = `macro bind(def, element)
    quote
        local el = $(esc(element))
        global $(esc(def)) = Core.applicable(Base.get, el) ? Base.get(el) : missing
        el
    end
end

`;
const PROJECT = '[deps]\nCSV = "336ed68f-0bac-5ca0-87d4-7b16caf5d00b"\n';
const MANIFEST_1 = '# This file is machine-generated - editing it directly is not advised\n\n[[Dates]]\n';
const MANIFEST_2 = 'julia_version = "1.10.5"\nmanifest_format = "2.0"\n\n[deps]\n';
const own = (project: string, manifest: string): string =>
  `# ╔═╡ 00000000-0000-0000-0000-000000000001\nPLUTO_PROJECT_TOML_CONTENTS = """\n${project}"""\n\n` +
  `# ╔═╡ 00000000-0000-0000-0000-000000000002\nPLUTO_MANIFEST_TOML_CONTENTS = """\n${manifest}"""\n\n`;
const order = (...last: readonly string[]): string =>
  `# ╔═╡ Cell order:\n${last.map((one) => `# ╠═${id(one)}\n`).join('')}`;

type Facts = ReturnType<typeof parsePluto>;
const NOTHING = { project: undefined, manifest: undefined, disabled: [], unbound: [] };

/** A notebook as that version of Pluto writes it. */
const GENERATIONS: Readonly<Record<string, readonly [text: string, facts: Facts]>> = {
  'v0.12, before packages were in the file': [
    `${HEAD}\n# v0.12.21\n\nusing Markdown\nusing InteractiveUtils\n\n${cell('1', 'x = 1')}${order('1')}`,
    NOTHING,
  ],
  'v0.14 with @bind': [
    `${HEAD}\n# v0.14.7\n\nusing Markdown\n\n${BIND}${cell('1', '@bind n html"<input type=range>"')}${order('1')}`,
    { ...NOTHING, unbound: ['n'] },
  ],
  'v0.15, with packages, whose Manifest is of format 1': [
    `${HEAD}\n# v0.15.1\n\nusing Markdown\n\n${cell('1', 'using CSV')}${own(PROJECT, MANIFEST_1)}${order('1')}`,
    { ...NOTHING, project: PROJECT, manifest: MANIFEST_1 },
  ],
  'v0.17 with a disabled cell': [
    `${HEAD}\n# v0.17.3\n\nusing Markdown\n\n# ╔═╡ ${id('2')}\n# ╠═╡ disabled = true\n#=╠═╡\nmodel = train()\n  ╠═╡ =#\n\n${own(PROJECT, MANIFEST_2)}${order('2')}`,
    { ...NOTHING, project: PROJECT, manifest: MANIFEST_2, disabled: ['model = train()'] },
  ],
  'v0.19 with metadata, one skipped as a script, and one that depends on it': [
    `${HEAD}\n# v0.19.40\n\n#> [frontmatter]\n#> title = "Tides"\n\nusing Markdown\n\n# ╔═╡ ${id('2')}\n# ╠═╡ show_logs = false\n# ╠═╡ skip_as_script = true\n#=╠═╡\nbegin\n  fit!(m)\nend\n  ╠═╡ =#\n\n# ╔═╡ ${id('3')}\n#=╠═╡\nplot(m)\n  ╠═╡ =#\n\n${own(PROJECT, MANIFEST_2)}${order('2', '3')}`,
    { ...NOTHING, project: PROJECT, manifest: MANIFEST_2, disabled: ['fit!(m)', 'plot(m)'] },
  ],
  'v0.20 with PlutoUI': [
    `${HEAD}\n# v0.20.4\n\nusing Markdown\n\n${BIND}${cell('1', '@bind n PlutoUI.Slider(1:10)')}${own(PROJECT, MANIFEST_2)}${order('1')}`,
    { ...NOTHING, project: PROJECT, manifest: MANIFEST_2 },
  ],
  'v1.0.2, with the mark and the line ends of Windows': [
    `\uFEFF${`${HEAD}\n# v1.0.2\n\nusing Markdown\n\n${cell('1', 'x = 1')}${own(PROJECT, MANIFEST_2)}${order('1')}`.replaceAll('\n', '\r\n')}`,
    {
      ...NOTHING,
      project: PROJECT.replaceAll('\n', '\r\n'),
      manifest: MANIFEST_2.replaceAll('\n', '\r\n'),
    },
  ],
};

describe('a Pluto notebook', () => {
  for (const [name, [text, facts]] of Object.entries(GENERATIONS))
    it(`is read: ${name}`, () => {
      assert.deepEqual(parsePluto(text), facts);
    });

  it('is none without the first line', () => {
    for (const text of ['', 'using CSV\n', `\n${HEAD}\n`, `# ${HEAD}\n`])
      assert.equal(parsePluto(text), undefined);
  });

  it('gets another environment in its place, and nothing else', () => {
    const [text] = GENERATIONS['v0.20 with PlutoUI'] ?? [''];
    const environment = { project: '[deps]\n', manifest: '$& = 1\n' };
    const after = withPlutoEnvironment(text, environment) ?? '';
    const { project, manifest } = parsePluto(after) ?? {};
    assert.deepEqual({ project, manifest }, environment);
    assert.equal(
      after.replace(environment.manifest, MANIFEST_2).replace('"""\n[deps]\n"""', `"""\n${PROJECT}"""`),
      text,
    );
  });

  it('gets a Manifest where it has none, with its place in the order', () => {
    const [text] = GENERATIONS['v0.20 with PlutoUI'] ?? [''];
    const without = text.replace(/# ╔═╡ 0{8}-.*2\nPLUTO_MANIFEST[^]*?"""\n[^]*?"""\n\n/, '');
    assert.equal(parsePluto(without)?.manifest, undefined);
    const after = withPlutoEnvironment(without, { project: PROJECT, manifest: MANIFEST_2 }) ?? '';
    assert.equal(parsePluto(after)?.manifest, MANIFEST_2);
    assert.match(after, /# ╟─00000000-0000-0000-0000-000000000002\n$/);
  });

  it('is not written where a file would end the string it stands in, or has no place', () => {
    const [text] = GENERATIONS['v0.20 with PlutoUI'] ?? [''];
    assert.equal(withPlutoEnvironment(text, { project: PROJECT, manifest: 'x = """1"""' }), undefined);
    const [bare] = GENERATIONS['v0.12, before packages were in the file'] ?? [''];
    assert.equal(withPlutoEnvironment(bare, { project: PROJECT, manifest: MANIFEST_2 }), undefined);
  });

  it('is read in a time that grows with its length alone', () => {
    const hostile = `${HEAD}\n${'#=╠═╡\n'.repeat(20_000)}${'PLUTO_PROJECT_TOML_CONTENTS = """\n'.repeat(20_000)}${'@bind '.repeat(20_000)}`;
    const start = performance.now();
    parsePluto(hostile);
    assert.ok(performance.now() - start < 5000);
  });
});
