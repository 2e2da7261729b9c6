/**
 * Reads `show interfaces` in text: the long forms, where an interface is a heading and what it has stands below, and
 * `terse`, a table whose rows go on below without the name. Some releases, and people, lose the blanks before lines, so
 * they say nothing. Pure.
 */
import { countIn, type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import { addAddress, familyOf, type Gathered, gathering, mtuIn, ownAddress } from './gathered.ts';
import { type Output, readText } from './output.ts';

export function readInterfacesText(output: Output, notUnderstood?: NotUnderstood): Gathered[] {
  const found: Gathered[] = [];
  const isTerse = /^ *Interface +Admin +Link/m.test(output.text) || TERSE_ROW.test(output.text);
  readText(
    output,
    isTerse ? TERSE_ROW : /^\s*(?:Physical|Logical) interface\b/,
    isTerse ? terseRules(found) : longRules(found),
    notUnderstood,
  );
  return found;
}

const TERSE_ROW = /^[a-z.][\w/:.-]* +(?:up|down) +(?:up|down)\b/m;

function terseRules(found: Gathered[]): Rule[] {
  let family = '';
  const add = (words: string) => {
    const [first = '', ...others] = words.trim().split(/ +/);
    const isAddress = /^[0-9A-Fa-f]*[:.][0-9A-Fa-f:.]*(?:\/\d{1,3})?$/.test(first);
    if (!isAddress) family = first;
    const local = isAddress ? first : others[0];
    const current = found.at(-1);
    if (current === undefined || family === '') return;
    const address = ownAddress(local === '-->' ? undefined : local, undefined);
    const { addresses } = familyOf(current, family);
    if (address !== undefined) addresses.push(address);
  };
  return [
    [/^ *Interface +Admin +Link/, passOver],
    [
      /^([a-z.][\w/:.-]*) +(?:up|down) +(?:up|down)(?: +(\S.*))?$/,
      ([, name = '', words]) => {
        found.push(gathering(name, undefined));
        family = '';
        if (words !== undefined) add(words);
      },
    ],
    [/^ +--> /, passOver],
    [/^ +([\w-]+(?: +\S.*)?|[0-9A-Fa-f:.]+(?:\/\d{1,3})?(?: +\S.*)?)$/, ([, words = '']) => add(words)],
  ];
}

function longRules(found: Gathered[]): Rule[] {
  let family = '';
  let destination: string | undefined;
  let isPrimary = false;
  const begin = (name: string, index: string | undefined) => {
    found.push(gathering(name, index));
    family = '';
  };
  const add = (local: string, to: string | undefined) => {
    const current = found.at(-1);
    const address = ownAddress(local, to);
    if (current === undefined || family === '' || address === undefined) return;
    addAddress(familyOf(current, family).addresses, address, isPrimary);
    isPrimary = false; // The next one may have no flags of its own.
  };
  return [
    // What people write comes first: it may look like anything.
    [/^\s*Description *:/, passOver],
    [
      /^\s*Physical interface: ([^\s,]+)(?: *, *(Administratively down)\b)?/,
      ([, name = '', disabled]) => {
        begin(name, undefined);
        found.at(-1)!.isDisabled = disabled !== undefined;
      },
    ],
    [
      /^\s*Logical interface (\S+)(?: +\(Index \d+\))?(?: +\(SNMP ifIndex (\d+)\))?/,
      ([, name = '', index]) => begin(name, index),
    ],
    [
      /^\s*Interface index: \d+, SNMP ifIndex: (\d+)/,
      ([, index]) => {
        const current = found.at(-1);
        if (current !== undefined) current.index = gathering('', index).index;
      },
    ],
    [
      /^\s*Protocol ([\w-]+)(?:, MTU: (\w+))?/,
      ([, name = '', mtu]) => {
        const current = found.at(-1);
        family = name;
        if (current !== undefined) familyOf(current, name).mtu ??= mtuIn(mtu);
      },
    ],
    [
      /^\s*(?:Flags: (?:.*[ ,])?Unnumbered\b|Donor interface:)/,
      () => {
        const current = found.at(-1);
        if (current !== undefined && family !== '') familyOf(current, family).isUnnumbered = true;
      },
    ],
    [
      /^\s*Flags: (?:.* )?(?:Down|Disabled)(?: |$)/, // a link that is down: `Hardware-Down`, `Device-Down`
      () => {
        const current = found.at(-1);
        if (current !== undefined && family === '') current.isDisabled = true;
      },
    ],
    [
      /^\s*Addresses, Flags: (.*)$/,
      ([, flags = '']) => {
        isPrimary = /\bIs-Primary\b/.test(flags);
      },
    ],
    [/^\s*Destination: ([^\s,]+), Local: ([^\s,]+)/, ([, to, local = '']) => add(local, to)],
    [
      /^\s*Destination: ([^\s,]+),?$/, // a long address, broken off
      ([, to]) => {
        destination = to;
      },
    ],
    [
      /^\s*Local: ([^\s,]+)/,
      ([, local = '']) => {
        add(local, destination);
        destination = undefined;
      },
    ],
    [
      /^\s*Multicast packets +(\d+)(?: +(\d+))?/,
      ([, input, sent]) => {
        const current = found.at(-1);
        if (current === undefined) return;
        const [inPackets, outPackets] = [countIn(input), countIn(sent)];
        current.multicasts = { interface: current.name, inPackets, outPackets };
      },
    ],
    [/^\s*[A-Z][\w/() -]*:/i, passOver], // some other value
    [/^\s*[A-Za-z][\w/() .-]* \d+%?$/, passOver], // a counter
    [/^\s*(?:[A-Z][\w() -]* )?[\w-]*(?:[Ss]tatistics|[Aa]ddresses)\b/, passOver],
    [/^\s*\d+ /, passOver], // of queues
    [/^\s*(?:%+ +bps|CoS transmit queue)\b/, passOver],
    [/^\s*(?:Total|CAM|Aggregate|Backup|Primary|Standby|List-Type|Bundle|Link|Input|Output|priority)\b/, passOver],
    [/^\s*[a-z]+-\d+\/\d+\/\d+(?:\.\d+)?\b/, passOver], // a member of an aggregate
    [/^\s*[A-Z][\w -]*, /, passOver], // a list of values, broken off
  ];
}
