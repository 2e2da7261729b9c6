/** Trouble on this host, in words for who called. */
export class ExchangeError extends Error {
  /** Wrong arguments: no such interface, not our address. Or this host cannot send: no route, not permitted. */
  readonly code: 'ERR_ARGUMENT' | 'ERR_CANNOT_SEND';

  constructor(code: ExchangeError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'it is a broadcast address, or not permitted',
  EPERM: 'a firewall of this host does not permit it',
  ENETUNREACH: 'no route',
  EHOSTUNREACH: 'no route',
  ENETDOWN: 'the interface is down',
};

export function cannotSend(to: string, error: NodeJS.ErrnoException): ExchangeError {
  const reason = REASONS[error.code ?? ''];
  const because = reason === undefined ? error.message : `${reason} (${error.code})`;
  return new ExchangeError('ERR_CANNOT_SEND', `no way to ${to} from here: ${because}`);
}
