/** Reads on which links there may be members: `show ip igmp interface`, text. Pure. */
import { type NotUnderstood, passOver, type Rule, readLines } from '../tools/text.ts';
import { answerIn } from './document.ts';
import { interfaceName } from './names.ts';

/** Names of the interfaces that multicast is forwarded to. */
export function parseIgmpInterfaces(
  output: string,
  command: string,
  notUnderstood: NotUnderstood = passOver,
): string[] {
  const found: string[] = [];
  let name: string | undefined;
  const rules: readonly Rule[] = [
    [/^([A-Za-z][\w/.-]*) is /, ([, text]) => (name = interfaceName(text!))],
    [
      /^ +Multicast routing on this interface: enabled$/,
      () => {
        if (name !== undefined) found.push(name);
      },
    ],
    [/^ /, passOver],
  ];
  readLines(answerIn(output, command), rules, notUnderstood);
  return found;
}
