/**
 * Writes proto/mtrace2.lua, a Wireshark dissector, from the tables: what they say about a field is all that it knows of
 * it. The walk from TLV to TLV (dissector-walk.ts) is that of src/wire/view.ts, check by check, in Lua.
 */
import { DISSECTOR_HEAD, DISSECTOR_WALK } from './dissector-walk.ts';
import type { AnyField, Layout } from './field.ts';
import {
  augmentedResponseBlock,
  extendedQueryBlock,
  headerV4,
  headerV6,
  LAYOUTS,
  standardResponseBlockV4,
  standardResponseBlockV6,
  tlv,
} from './mtrace2.ts';
import {
  AugmentedResponseType,
  ForwardingCode,
  MTRACE2_PORT,
  MulticastRoutingProtocol,
  type Registry,
  RoutingProtocol,
  TlvType,
} from './registry.ts';

const REGISTRIES = { TlvType, ForwardingCode, AugmentedResponseType, RoutingProtocol, MulticastRoutingProtocol };

/** The names by which the walk knows the tables. */
const TABLES = {
  tlv,
  header4: headerV4,
  header6: headerV6,
  srb4: standardResponseBlockV4,
  srb6: standardResponseBlockV6,
  arb: augmentedResponseBlock,
  eqb: extendedQueryBlock,
} as const;

/** What stands between `mtrace2.` and a field's name in filters, for the tables of both families. */
function stem(layout: Layout): string {
  return layout.name.replace(/[46]$/, '');
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * The name of a field in display filters: `mtrace2.type`; `mtrace2.srb.forwarding_code` where both families have it alike,
 * so that one filter finds it in both; `mtrace2.srb6.s` where they differ.
 */
export function filterName(layout: Layout, name: string): string {
  if (name in tlv.f) return `mtrace2.${snakeCase(name)}`;
  const own = definition(layout.f[name]!);
  const isShared = LAYOUTS.every((other: Layout) => {
    const field = other.f[name];
    return stem(other) !== stem(layout) || field === undefined || definition(field) === own;
  });
  return `mtrace2.${isShared ? stem(layout) : layout.name}.${snakeCase(name)}`;
}

/** The name in filters of what follows the fixed part. */
export function restName(layout: Layout): string {
  return `mtrace2.${stem(layout)}.value`;
}

/** The arguments of a ProtoField behind its filter name, and its kind before. */
function definition(field: AnyField): string {
  const label = JSON.stringify(field.label);
  const mask = ((2 ** field.bits - 1) * 2 ** field.shift).toString(16).padStart(field.octets * 2, '0');
  const more = field.bits < field.octets * 8 ? `, nil, 0x${mask}` : '';
  const kind = `uint${field.octets * 8}`;
  if (typeof field.show === 'object') return `${kind}(NAME, ${label}, base.HEX, ${registryName(field.show.registry)})`;
  switch (field.show) {
    case 'ipv4':
    case 'ipv6':
      return `${field.show}(NAME, ${label})`;
    case 'hex':
    case 'ntp32':
      return `${kind}(NAME, ${label}, base.HEX${more})`;
    default:
      return `${kind}(NAME, ${label}, base.DEC${more})`;
  }
}

function registryName(registry: Registry): string {
  for (const [name, one] of Object.entries(REGISTRIES)) if (one === registry) return name;
  throw new Error('a field shows a registry that the dissector does not have');
}

function registryLua(name: string, registry: Registry): string {
  const rows = Object.entries(registry).map(([key, value]) => `  [${value}] = "${key}",`);
  return [`local ${name} = {`, ...rows, '}'].join('\n');
}

function layoutLua(name: string, layout: Layout): string {
  const rows = layout.fields.map(({ name: fieldName, field }) => {
    const filter = filterName(layout, fieldName);
    const time = field.show === 'ntp32' ? `, time = F["${filter}_utc"]` : '';
    const count = field.show === 'count64' ? ', is_count = true' : '';
    return `    { at = ${field.at}, octets = ${field.octets}, field = F["${filter}"]${time}${count} },`;
  });
  const rest = layout.rest === undefined ? [] : [`  rest = F["${restName(layout)}"],`];
  return [
    `-- RFC 8487 section ${layout.section}: ${layout.title}`,
    `local ${name} = {`,
    `  octets = ${layout.octets},`,
    `  item = F["mtrace2.${stem(layout)}"],`,
    ...rest,
    '  fields = {',
    ...rows,
    '  },',
    '}',
  ].join('\n');
}

/** All ProtoFields, as Lua, in the order of the tables. */
function protoFields(): Map<string, string> {
  const fields = new Map<string, string>();
  for (const layout of Object.values<Layout>(TABLES)) {
    fields.set(`mtrace2.${stem(layout)}`, `none(NAME, "${layout.title.replace(/ \(IPv[46]\)|IPv[46] /, '')}")`);
    for (const { name, field } of layout.fields) {
      if (fields.has(filterName(layout, name))) continue;
      fields.set(filterName(layout, name), definition(field));
      if (field.show === 'ntp32') {
        const label = JSON.stringify(`${field.label} (UTC)`);
        fields.set(`${filterName(layout, name)}_utc`, `absolute_time(NAME, ${label}, base.UTC)`);
      }
    }
    if (layout.rest !== undefined) fields.set(restName(layout), `bytes(NAME, "${layout.rest}")`);
  }
  fields.set('mtrace2.dropped', 'bytes(NAME, "Not read")');
  return fields;
}

function fieldsLua(): string {
  const rows = [...protoFields()].map(
    ([name, text]) => `  ["${name}"] = ProtoField.${text.replace('NAME', `"${name}"`)},`,
  );
  return ['local F = {', ...rows, '}'].join('\n');
}

function offsetsLua(): string {
  const { queryId, clientPort } = headerV4.f;
  const wide = headerV6.f;
  return [
    '-- Where the summary and the heuristic find what they need, by the Length of the header.',
    `header4.queryId, header4.clientPort = ${queryId.at}, ${clientPort.at}`,
    `header6.queryId, header6.clientPort = ${wide.queryId.at}, ${wide.clientPort.at}`,
    `srb4.forwardingCode = ${standardResponseBlockV4.f.forwardingCode.at}`,
    `srb6.forwardingCode = ${standardResponseBlockV6.f.forwardingCode.at}`,
    `local LENGTH_AT = ${tlv.f.length.at}`,
    `local PORT = "${MTRACE2_PORT}"`,
    ...Object.entries(TlvType).map(([name, value]) => `local ${name} = ${value}`),
  ].join('\n');
}

/** The text of the dissector: the same whenever the tables are the same. */
export function dissector(): string {
  const parts = [
    DISSECTOR_HEAD,
    ...Object.entries(REGISTRIES).map(([name, registry]) => registryLua(name, registry)),
    fieldsLua(),
    ...Object.entries<Layout>(TABLES).map(([name, layout]) => layoutLua(name, layout)),
    offsetsLua(),
    DISSECTOR_WALK,
  ];
  return `${parts.map((part) => part.trim()).join('\n\n')}\n`;
}
