import type { Project } from '../../artefacts.ts';
import { olderThan } from '../../../julia/julia-version.ts';
import { APP_NAME } from '../../contract/image/paths.ts';

const UUID = '6c1f3f0a-3a53-4d0c-8f5e-0f6f8d8c2b71';

/** Pure: the small package that an app is made of, by path: it starts what `[run]` names. */
export function wrapperFiles(project: Project): Readonly<Record<string, string>> {
  const head = `name = "${APP_NAME}"\nuuid = "${UUID}"\nversion = "0.1.0"\n`;
  const { run, juliaVersion } = project;
  return {
    'Project.toml': `${head}\n[deps]\n${project.name} = "${project.uuid}"\n`,
    [`src/${APP_NAME}.jl`]: run.form === 'entry' ? wrapperModule(run.target, juliaVersion) : emptyModule(),
    'sample.jl': sampleProgram(),
  };
}

/**
 * The result counts as in the depot's way to run. PackageCompiler 1 finds `julia_main` as a C function, 2 by its name
 * (julia-facts section 6).
 */
function wrapperModule(entry: string, juliaVersion: string): string {
  const [packageName = ''] = entry.split('.');
  const callable = olderThan(juliaVersion, 1, 6) ? 'Base.@ccallable ' : '';
  return `# Made by Julia on Kaggle: what the compiled app starts.
module ${APP_NAME}

import ${packageName}

${callable}function julia_main()::Cint
    try
        entry = ${entry}
        result = applicable(entry, ARGS) ? entry(ARGS) : entry()
        return result isa Integer && !(result isa Bool) ? Cint(result) : Cint(0)
    catch error
        showerror(stderr, error, catch_backtrace())
        println(stderr)
        return Cint(1)
    end
end

end
`;
}

function emptyModule(): string {
  return `# Made by Julia on Kaggle: the environment of a script.\nmodule ${APP_NAME}\nend\n`;
}

function sampleProgram(): string {
  return `# Runs the app's function as it will be run: what this compiles is compiled into the app.
import ${APP_NAME}
exit(${APP_NAME}.julia_main())
`;
}
