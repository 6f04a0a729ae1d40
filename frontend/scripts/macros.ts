import { transformAsync } from '@babel/core';
import linguiMacro from '@lingui/babel-plugin-lingui-macro';
import type { Plugin } from 'vite';

/**
 * Turns Lingui's macros (`t`, `msg`, `<Trans>`, …) into plain calls. Only files that import a macro pass through
 * Babel, and it leaves TypeScript and JSX as they are for Vite's own compiler.
 */
export function linguiMacros(): Plugin {
  return {
    name: 'lingui-macros',
    enforce: 'pre',
    async transform(code, id) {
      const file = id.split('?')[0] ?? id;
      if (!/\.tsx?$/.test(file) || file.includes('/node_modules/') || !code.includes('/macro')) return null;
      const result = await transformAsync(code, {
        filename: file,
        babelrc: false,
        configFile: false,
        sourceMaps: true,
        retainLines: true,
        parserOpts: { plugins: ['typescript', 'jsx'] },
        // The English words stay in the program: a catalogue that lacks one then shows English, not a code.
        plugins: [[linguiMacro, { stripMessageField: false }]],
      });
      return result?.code ? { code: result.code, map: result.map } : null;
    },
  };
}
