// The table of the libraries, a row for each way in which one of them verifies.
//
//   sdk, provider, how  whose library, which provider of ours, which functions
//   name                tells two rows of one library apart
//   secret, foreign     the key that signs, and one that does not
//   publicKey           the public half where secret is a private key; foreign is public then, too
//   verify(r, key)      the library's verdict on a request; it returns false or throws
//   sign({...})         the library's signature where it can sign: headers, and body or url where they change
//   stale, ahead        seconds outside the window, where the library judges the time
//   body, contentType, event, path, flags   what is sent, and how the program is told
//   verifyFlags         what only hooks verify is told
//   compact             the library wants the body as JSON.stringify writes it
//   tampered            how to break a message whose body is not signed or not plain text
//   reason              what the program says of a changed body
import bodies from './bodies.js';
import keys from './keys.js';
import places from './places.js';
import standardwebhooks from './standardwebhooks.js';
import timestamps from './timestamps.js';
import urls from './urls.js';

export const sdks = [...standardwebhooks, ...bodies, ...timestamps, ...urls, ...keys, ...places];
