/**
 * The schema of one entry of `readers`: which keys belong to which kind, transport and version, so that a key that
 * would have no effect is an error. Pure; secrets and paths are looked up through `Surroundings`.
 */
import { z } from 'zod';
import { choice, wholeNumber } from '../document/scalar.ts';
import {
  AUTH_PROTOCOLS,
  PLATFORMS,
  type Platform,
  PRIV_PROTOCOLS,
  type ReaderConfig,
  type SshLoginConfig,
} from './config.ts';
import { host, line, port, vrfName } from './scalar.ts';
import { Secret } from './secret.ts';

/** What a configuration text points to outside of itself. No function throws. */
export interface Surroundings {
  /** Makes a path absolute, from the folder of the configuration file. */
  resolvePath(path: string): string;
  /** The secret that the text names, or the sentence that says why there is none. */
  readSecret(text: string): Secret | string;
  /** Why a private key cannot be used; `undefined` when it can. */
  judgeKey(text: string, passphrase: string | undefined): string | undefined;
}

export function readerSchema(surroundings: Surroundings): z.ZodType<ReaderConfig> {
  const path = line('a path').transform((text) => surroundings.resolvePath(text));
  const secret = z.string().transform((text, context): Secret => {
    const found = surroundings.readSecret(text);
    if (typeof found !== 'string') return found;
    context.issues.push({ code: 'custom', input: '[secret]', message: found });
    return z.NEVER;
  });
  // A line end in it would be Enter, and what follows another attempt.
  const password = secret.superRefine((given, { addIssue }) => {
    if (!/\p{Cc}/u.test(given.reveal())) return;
    addIssue({
      code: 'custom',
      input: '[secret]',
      message: 'holds a line end or another control character, but is sent as one line',
    });
  });

  const loginsPerMinute = wholeNumber('a number per minute', 1, 60).default(6);
  const cli = { kind: z.literal('cli'), platform: choice('a platform', PLATFORMS), vrf: vrfName.optional() };
  const sshLogin = {
    host,
    port: port.default(22),
    user: line('a user'),
    password: password.optional(),
    privateKey: secret.optional(),
    passphrase: secret.optional(),
    agent: path.optional(),
    knownHosts: path,
    legacyAlgorithms: z.boolean().default(false),
    loginsPerMinute,
  };
  const checkLogin = credentialsCheck(surroundings);
  const jump = z.strictObject(sshLogin).superRefine(checkLogin, whateverElse);
  const ssh = z
    .strictObject({
      ...cli,
      transport: z.literal('ssh'),
      ...sshLogin,
      jump: jump.optional(),
      enablePassword: password.optional(),
    })
    .superRefine(checkLogin, whateverElse)
    .superRefine(checkEnable, whateverElse);
  const telnet = z
    .strictObject({
      ...cli,
      transport: z.literal('telnet'),
      host,
      port: port.optional(),
      ports: z.strictObject({ zebra: port.optional(), pimd: port.optional(), pim6d: port.optional() }).optional(),
      user: line('a user').optional(),
      password: password.optional(),
      loginsPerMinute,
      enablePassword: password.optional(),
    })
    .superRefine(({ platform, ...reader }, context) => {
      const [given, wanted] = platform === 'frr' ? (['port', 'ports'] as const) : (['ports', 'port'] as const);
      if (reader[given] === undefined) return;
      const message = `${platform} ${platform === 'frr' ? 'has a port for each daemon' : 'has one port'}: set '${wanted}'`;
      context.addIssue({ code: 'custom', path: [given], message });
    })
    .superRefine(checkEnable, whateverElse);
  const exec = z.strictObject({
    ...cli,
    transport: z.literal('exec'),
    command: z.array(line('a word of a command')).min(1),
  });

  const snmp = { kind: z.literal('snmp'), host, port: port.default(161) };
  const snmp1 = z.strictObject({ ...snmp, version: z.literal(1), community: secret });
  const snmp2c = z.strictObject({ ...snmp, version: z.literal('2c'), community: secret });
  const snmp3 = z
    .strictObject({
      ...snmp,
      version: z.literal(3),
      user: line('a user'),
      authProtocol: choice('an authentication protocol', AUTH_PROTOCOLS).optional(),
      authKey: secret.optional(),
      privProtocol: choice('a privacy protocol', PRIV_PROTOCOLS).optional(),
      privKey: secret.optional(),
      context: line('a context').optional(),
    })
    .superRefine((reader, context) => {
      const needs = (key: keyof typeof reader, other: keyof typeof reader) => {
        if (reader[key] === undefined || reader[other] !== undefined) return;
        context.addIssue({ code: 'custom', path: [key], message: `'${key}' needs '${other}'` });
      };
      needs('authProtocol', 'authKey');
      needs('authKey', 'authProtocol');
      needs('privProtocol', 'privKey');
      needs('privKey', 'privProtocol');
      needs('privProtocol', 'authProtocol'); // RFC 3414: no privacy without authentication
    });

  return z.discriminatedUnion('kind', [
    z.discriminatedUnion('transport', [ssh, telnet, exec]),
    z.discriminatedUnion('version', [snmp1, snmp2c, snmp3]),
    z.strictObject({ kind: z.literal('file'), path }),
  ]);
}

/** A rule that is held against what there is, even where other keys are wrong or missing. */
const whateverElse = {
  when: ({ value }: { readonly value: unknown }) =>
    typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** A key with a fault of its own is there, without a value of its type. */
type Credentials = Partial<Pick<SshLoginConfig, 'password' | 'privateKey' | 'passphrase' | 'agent'>>;

function credentialsCheck({ judgeKey }: Surroundings) {
  return (given: Credentials, { addIssue }: z.RefinementCtx<unknown>): void => {
    if (!('password' in given || 'privateKey' in given || 'agent' in given))
      addIssue({ code: 'custom', message: "ssh needs 'privateKey', 'agent' or 'password'" });
    if ('passphrase' in given && !('privateKey' in given))
      addIssue({ code: 'custom', path: ['passphrase'], message: "'passphrase' needs 'privateKey'" });
    const { privateKey, passphrase } = given;
    if (!(privateKey instanceof Secret) || ('passphrase' in given && !(passphrase instanceof Secret))) return;
    const message = judgeKey(privateKey.reveal(), passphrase?.reveal());
    if (message !== undefined) addIssue({ code: 'custom', input: '[secret]', path: ['privateKey'], message });
  };
}

/** By ssh, FRR is no CLI that is typed to. */
const ENABLE_PLATFORMS: Readonly<Record<'ssh' | 'telnet', readonly Platform[]>> = {
  ssh: ['cisco-ios', 'arista-eos'],
  telnet: ['frr', 'cisco-ios', 'arista-eos'],
};

interface Enabling {
  readonly platform?: Platform | undefined;
  readonly transport: 'ssh' | 'telnet';
}

function checkEnable(given: Enabling, { addIssue }: z.RefinementCtx<unknown>): void {
  const { platform, transport } = given;
  if (!('enablePassword' in given) || platform === undefined || !PLATFORMS.includes(platform)) return;
  if (ENABLE_PLATFORMS[transport].includes(platform)) return;
  const message = `has no effect with platform ${platform} by ${transport}`;
  addIssue({ code: 'custom', input: '[secret]', path: ['enablePassword'], message });
}
