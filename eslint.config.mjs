import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Exported functions and classes say what goes in and comes out; see CONTRIBUTING. */
const documentedExports = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { missing: 'Say what {{name}} does, in a doc comment.' },
  },
  create(context) {
    const isFunction = (declaration) =>
      ['FunctionDeclaration', 'ClassDeclaration', 'TSDeclareFunction'].includes(declaration.type) ||
      (declaration.type === 'VariableDeclaration' &&
        declaration.declarations.some(({ init }) => init?.type === 'ArrowFunctionExpression'));
    const nameOf = ({ id, declarations }) => (id ?? declarations?.[0].id)?.name ?? 'the default export';
    const isDocumented = (node) => {
      const comment = context.sourceCode.getCommentsBefore(node).at(-1);
      return comment?.type === 'Block' && comment.value.startsWith('*');
    };
    /** Of overloads the first is enough. */
    const isOverload = ({ declaration }, previous) =>
      previous?.declaration?.type === 'TSDeclareFunction' &&
      nameOf(previous.declaration) === nameOf(declaration);
    return {
      Program({ body }) {
        for (const [index, node] of body.entries()) {
          const { type, declaration } = node;
          if (type !== 'ExportNamedDeclaration' && type !== 'ExportDefaultDeclaration') continue;
          if (!declaration || !isFunction(declaration) || isOverload(node, body[index - 1])) continue;
          if (!isDocumented(node))
            context.report({ node, messageId: 'missing', data: { name: nameOf(declaration) } });
        }
      },
    };
  },
};

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '.demo/', '**/.julia-kaggle/', 'node_modules/', '.vscode-test/'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // A number in a sentence is what our messages are made of.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // mocha's describe and it return nothing that could be awaited.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      'no-console': 'error',
      complexity: ['error', 12],
    },
  },
  {
    files: ['src/{base,core,docker,julia,kaggle,sandbox}/**'],
    plugins: { own: { rules: { 'documented-exports': documentedExports } } },
    rules: { 'own/documented-exports': 'error' },
  },
  // Texts of strangers reach a terminal and the editor's window by one door each, which cleans them.
  {
    files: ['src/**'],
    ignores: ['src/cli/main.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name=/^(stdout|stderr)$/]",
          message: 'Print through the Terminal of src/cli/terminal.ts.',
        },
        {
          selector:
            ':not(TaggedTemplateExpression) > TemplateLiteral > TemplateElement[tail=false][value.raw=/(julia-kaggle [a-z -]+ |cd "|Pkg[.]\\w+[(][^)]*)$/]',
          message: 'Compose commands for users with userCommand of src/base/user-command.ts.',
        },
      ],
    },
  },
  // src/extension.ts hands the editor's API to src/host, which so can be tested without one.
  {
    files: ['src/**'],
    ignores: ['src/extension.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          name: 'vscode',
          allowTypeImports: true,
          message:
            'Take what is handed in as `vs`; its window cleans what is shown (src/host/editor/editor.ts).',
        },
      ],
    },
  },
  {
    files: ['src/host/**'],
    ignores: ['src/host/editor/pages.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { property: 'openExternal', message: 'Addresses may be foreign; Pages looks at them first.' },
      ],
    },
  },
  {
    files: ['test/**', 'torture/**', 'bench/**', 'scripts/**'],
    rules: {
      'no-console': 'off',
      // node:test-like runners hand the promise of a test to mocha itself.
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: ['describe', 'it'] }],
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        __dirname: 'readonly',
        console: 'readonly',
        process: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        require: 'readonly',
        module: 'writable',
      },
    },
    rules: { 'no-console': 'off', '@typescript-eslint/no-require-imports': 'off' },
  },
);
