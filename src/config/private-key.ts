/** Judges private keys before a router is asked. */
import ssh2 from 'ssh2';
import { quotable } from '../document/problem.ts';

/**
 * Why a key cannot be used; `undefined` when it can. One that several readers have is decrypted once, as that takes half a second.
 * @returns the judge of one configuration. It never throws.
 */
export function keyJudge(): (text: string, passphrase: string | undefined) => string | undefined {
  const verdicts = new Map<string, string | undefined>();
  return (text, passphrase) => {
    const key = JSON.stringify([text, passphrase]);
    if (!verdicts.has(key)) verdicts.set(key, faultOf(text, passphrase));
    return verdicts.get(key);
  };
}

const NO_KEY = 'is not a private key in PEM or OpenSSH format; one that is in a file is given as file:PATH';
/** Such as PKCS #8, of which OpenSSH 9.2 reads no Ed25519. */
const OTHER_FORMAT =
  "is of a format that is not known here; 'ssh-keygen -p -f FILE' writes one of RSA or ECDSA as OpenSSH's, " +
  "'ssh-keygen -t ed25519' makes a new one";

function faultOf(text: string, passphrase: string | undefined): string | undefined {
  const [key] = [ssh2.utils.parseKey(text, passphrase)].flat(); // Its types leave out that it may be a list.
  if (!(key instanceof Error)) return key?.isPrivateKey() ? undefined : NO_KEY;
  if (key.message === 'Unsupported key format') return text.includes('PRIVATE KEY-----') ? OTHER_FORMAT : NO_KEY;
  if (key.message.includes('no passphrase')) return "is encrypted: set 'passphrase'";
  return `cannot be used: ${quotable(key.message)}`;
}
