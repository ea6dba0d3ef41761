// A named part of a source file: a declaration with its comment, or what stands between two markers.
import ts from 'typescript';
import { read } from './pages.ts';

/**
 * @param place `file` for all of it; `file#name` for the declaration of that name at any depth, a
 *   method as `Class.method`, or for the lines between `// #region name` and `// #endregion name`.
 * @throws Error when there is no such part, or more than one.
 */
export function regionOf(place: string): string {
  const [file = '', name] = place.split('#');
  const text = read(file);
  if (!name) return text;
  const found = file.endsWith('.ts')
    ? [...marked(text, name), ...declared(file, text, name)]
    : marked(text, name);
  const [one, ...others] = found;
  if (one === undefined) throw new Error(`${file} has nothing that is called "${name}"`);
  if (others.length > 0) throw new Error(`${file} has more than one "${name}"`);
  return withoutMargin(one);
}

const MARKER = /^\s*(?:\/\/|--|#) ?#(region|endregion) (\S+)\s*$/;

function marked(text: string, name: string): string[] {
  const lines = text.split('\n');
  const at = (kind: string) =>
    lines.flatMap((line, n) => {
      const [, found, of] = MARKER.exec(line) ?? [];
      return found === kind && of === name ? [n] : [];
    });
  const ends = at('endregion');
  return at('region').map((begin, n) => {
    const end = ends[n];
    if (end === undefined || end < begin) throw new Error(`region "${name}" does not end`);
    const body = lines.slice(begin + 1, end).filter((line) => !MARKER.test(line));
    return `${body.join('\n')}\n`;
  });
}

function declared(file: string, text: string, name: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (namesOf(node).includes(name)) found.push(withComment(text, node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function namesOf(node: ts.Node): string[] {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.map((each) => each.name.getText());
  }
  if (ts.isMethodDeclaration(node) && ts.isClassDeclaration(node.parent)) {
    return [`${node.parent.name?.getText()}.${node.name.getText()}`];
  }
  const isNamed =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node);
  return isNamed && node.name ? [node.name.getText()] : [];
}

/** With the comment that ends on the line above. */
function withComment(text: string, node: ts.Node): string {
  let begin = node.getStart();
  for (const comment of (ts.getLeadingCommentRanges(text, node.pos) ?? []).reverse()) {
    if (/\n\s*\n/.test(text.slice(comment.end, begin))) break;
    begin = comment.pos;
  }
  const lineStart = text.lastIndexOf('\n', begin) + 1;
  return `${text.slice(lineStart, node.end)}\n`;
}

function withoutMargin(text: string): string {
  const lines = text.split('\n');
  const margins = lines.filter((line) => line.trim()).map((line) => line.search(/\S/));
  const margin = Math.min(...margins);
  return lines.map((line) => line.slice(margin)).join('\n');
}
