import * as z from 'zod/mini';
import { configSchema } from '../../src/core/project/config-schema.ts';
import { about } from '../../src/core/project/config-values.ts';

/** The JSON schema of JuliaKaggle.toml, which TOML editors and our own help read: what the reader's schema says. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, {
    metadata: about,
    // What may be written, and not what is read of it.
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      // That a section may be left out is no value of it.
      if (zodSchema._zod.def.type === 'prefault') delete jsonSchema.default;
      // Each integer of JavaScript.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return { ...($schema && { $schema }), title: 'JuliaKaggle.toml', ...schema };
}
