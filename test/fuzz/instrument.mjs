/**
 * `node --import ./test/fuzz/instrument.mjs FILE.ts`: runs the sources as they are, and counts in those under test how
 * often each block is entered (functions, both ways of an if, of ?:, &&, ||, ??, cases, loops). TypeScript parses and prints, so there is
 * no build step, and no dependency that the project does not have. A block's counter is one increment in a Uint32Array: a
 * hundred times cheaper than reading V8's own coverage after each execution.
 */
import { readFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const UNDER_TEST =
  /^src\/(wire|verify|trace|domain)\/|^src\/client\/(collate|path)\.ts$|^src\/router\/snmp\/(?!session)|^src\/router\/snmp\/session\/decode/;

/** Only the thread that loads modules needs it, and only as what it is: a quarter of the time to start. */
const ts = isMainThread ? undefined : createRequire(import.meta.url)('typescript');

if (isMainThread) {
  const counters = new Uint32Array(1 << 14);
  /** @type {{ name: string, base: number, lines: number[] }[]} */
  const modules = [];
  globalThis.fuzzBlocks = {
    counters,
    modules,
    size: 0,
    /** Called once by each module under test. */
    open(name, lines) {
      const base = this.size;
      this.size += lines.length;
      modules.push({ name, base, lines });
      return counters.subarray(base, this.size);
    },
  };
  register(import.meta.url);
}

/** Node's module hook. */
export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const path = fileURLToPath(url);
  const name = relative(ROOT, path).split(sep).join('/');
  const { outputText } = ts.transpileModule(readFileSync(path, 'utf8'), {
    fileName: path,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      inlineSourceMap: true,
    },
    transformers: UNDER_TEST.test(name) ? { before: [(transform) => (file) => instrument(transform, file, name)] } : {},
  });
  return { format: 'module', source: outputText, shortCircuit: true };
}

function instrument(transform, file, name) {
  const { factory: f } = transform;
  const lines = [];
  const count = (node) => {
    lines.push(file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1);
    const cell = f.createElementAccessExpression(f.createIdentifier('$blocks'), lines.length - 1);
    return f.createPostfixIncrement(cell);
  };
  const counted = (node, of = node) => f.createExpressionStatement(count(of ?? node));
  /** A statement as a block that counts. */
  const asBlock = (statement, of) => {
    const own = counted(of);
    const visited = visit(statement);
    return f.createBlock([own, ...(ts.isBlock(visited) ? visited.statements : [visited])], true);
  };
  /** An expression that counts when it is evaluated. */
  const asCounted = (expression) => {
    const own = count(expression);
    return f.createParenthesizedExpression(f.createComma(own, visit(expression)));
  };
  const SHORT = [ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken];

  function visit(node) {
    if (ts.isIfStatement(node)) {
      const then = asBlock(node.thenStatement, node.thenStatement);
      const other = node.elseStatement;
      const otherwise = other === undefined ? f.createBlock([counted(node)]) : asBlock(other, other);
      return f.updateIfStatement(node, visit(node.expression), then, otherwise);
    }
    if (ts.isConditionalExpression(node)) {
      const yes = asCounted(node.whenTrue);
      const no = asCounted(node.whenFalse);
      return f.updateConditionalExpression(node, visit(node.condition), node.questionToken, yes, node.colonToken, no);
    }
    if (ts.isBinaryExpression(node) && SHORT.includes(node.operatorToken.kind)) {
      return f.updateBinaryExpression(node, visit(node.left), node.operatorToken, asCounted(node.right));
    }
    if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
      const { modifiers, typeParameters, parameters, type, equalsGreaterThanToken } = node;
      const body = asCounted(node.body);
      return f.updateArrowFunction(
        node,
        modifiers,
        typeParameters,
        parameters.map(visit),
        type,
        equalsGreaterThanToken,
        body,
      );
    }
    if (ts.isCaseOrDefaultClause(node)) {
      const statements = [counted(node), ...node.statements.map(visit)];
      return ts.isCaseClause(node)
        ? f.updateCaseClause(node, visit(node.expression), statements)
        : f.updateDefaultClause(node, statements);
    }
    if (ts.isIterationStatement(node, false) || ts.isFunctionLike(node)) {
      const visited = ts.visitEachChild(node, visit, transform);
      if (visited.body !== undefined && ts.isBlock(visited.body)) return withBody(visited, node);
      if (ts.isIterationStatement(node, false)) return withBody(visited, node);
      return visited;
    }
    return ts.visitEachChild(node, visit, transform);
  }

  /** The loop or function with a counter in front of its body. */
  function withBody(visited, node) {
    const part = visited.body === undefined ? visited.statement : visited.body;
    const block = f.createBlock([counted(node), ...(ts.isBlock(part) ? part.statements : [part])], true);
    const replace = (child) => (child === part ? block : child);
    return ts.visitEachChild(visited, replace, transform);
  }

  const visited = ts.visitEachChild(file, visit, transform);
  const open = f.createCallExpression(
    f.createPropertyAccessExpression(
      f.createPropertyAccessExpression(f.createIdentifier('globalThis'), 'fuzzBlocks'),
      'open',
    ),
    undefined,
    [f.createStringLiteral(name), f.createArrayLiteralExpression(lines.map((line) => f.createNumericLiteral(line)))],
  );
  const prologue = f.createVariableStatement(
    undefined,
    f.createVariableDeclarationList(
      [f.createVariableDeclaration('$blocks', undefined, undefined, open)],
      ts.NodeFlags.Const,
    ),
  );
  return f.updateSourceFile(visited, [prologue, ...visited.statements]);
}
