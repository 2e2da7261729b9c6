import { describe, expect, it } from 'vitest';
import type { LogLevel } from '../../src/config/config.ts';
import { createLog, type Logger } from '../../src/log/log.ts';

/** What a log writes. */
function written(isTTY: boolean, level: LogLevel, use: (log: Logger) => void): string {
  const lines: string[] = [];
  use(createLog({ level }, { isTTY, write: (line) => lines.push(line) }));
  return lines.join('');
}

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/;
const CLOCK = /^\d\d:\d\d:\d\d\.\d{3} /gm;

describe('for machines', () => {
  it('is one JSON object per line, with names for levels', () => {
    const text = written(false, 'info', (log) => {
      log.debug('not this');
      log.warn({ router: 'r4' }, 'no answer');
    });
    expect(text).toMatch(/^.*\n$/);
    expect(JSON.parse(text)).toEqual({
      level: 'warn',
      time: expect.stringMatching(TIME),
      router: 'r4',
      msg: 'no answer',
    });
  });

  it('redacts keys that name a secret, at the top and below', () => {
    const secrets = {
      password: 'hunter2',
      authKey: 'hunter2',
      nested: { community: 'hunter2', more: { privateKey: 'hunter2' } },
    };
    const text = written(false, 'info', (log) => log.info(secrets, 'x'));
    expect(text).not.toContain('hunter2');
    expect(JSON.parse(text)).toMatchObject({ password: '[secret]', nested: { more: { privateKey: '[secret]' } } });
  });

  it('writes nothing when silent', () => {
    expect(written(false, 'silent', (log) => log.fatal('x'))).toBe('');
  });
});

describe('for people', () => {
  it('is one line each', () => {
    const text = written(true, 'info', (log) => {
      log.info({ router: 'r4', address: '10.0.0.4', count: 3, list: ['a'] }, 'ready');
      log.error({ err: new Error('it broke') }, 'reader');
      log.warn('plain');
    });
    expect(text.replace(CLOCK, '')).toBe(
      'info  ready router=r4 address=10.0.0.4 count=3 list=["a"]\nerror reader err="it broke"\nwarn  plain\n',
    );
  });

  it('cannot be broken or steered from the network', () => {
    const text = written(true, 'info', (log) =>
      log.info({ name: 'a b\n\u001b[31m', rtl: '\u202e' }, 'x\ny\u009b2J\u2028'),
    );
    expect(text.replace(CLOCK, '')).toBe('info  x\\u000ay\\u009b2J\\u2028 name="a b\\n\\u001b[31m" rtl="\\u202e"\n');
  });
});
