// A consumer as its author writes it: an HTTP server that takes the raw body,
// asks the sender's library and answers 200 or 401.
import http from 'node:http';

// maxBody bounds what is read of a request; the bodies here are small.
const maxBody = 1 << 20;

/** consume serves one library until close; last() is the request that came. */
export async function consume(l, key) {
  let last;
  const server = http.createServer(async (message, answer) => {
    last = received(message, await read(message));
    answer.writeHead(await accepts(l, last, key) ? 200 : 401).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}${l.path ?? '/hook'}`,
    last: () => last,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** accepts is the library's own verdict, whether it returns or throws it; some give back the event, or nothing. */
export async function accepts(l, r, key) {
  try {
    const verdict = await l.verify(r, key);
    return verdict !== false && verdict !== null;
  } catch (error) {
    if (error instanceof ReferenceError) throw error; // a mistake in the table
    return false;
  }
}

/** post sends a request that a library has signed, and returns the status. */
export function post(url, headers, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', headers, agent: false }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode));
    });
    request.once('error', reject).end(body);
  });
}

/** changed is the request with another body or other headers. */
export function changed(r, { body = r.body, url = r.url, headers = {} }) {
  const rawHeaders = [];
  for (let i = 0; i < r.rawHeaders.length; i += 2) {
    const name = r.rawHeaders[i].toLowerCase();
    if (!(name in headers)) rawHeaders.push(name, r.rawHeaders[i + 1]);
    else if (headers[name] !== undefined) rawHeaders.push(name, headers[name]);
  }
  return request(r.method, url, rawHeaders, Buffer.from(body));
}

function received(message, body) {
  return request(message.method, `http://${message.headers.host}${message.url}`, message.rawHeaders, body);
}

/** request gives the forms of a request that the libraries ask for. */
function request(method, url, rawHeaders, body) {
  const headers = {};
  for (let i = 0; i < rawHeaders.length; i += 2) headers[rawHeaders[i].toLowerCase()] = rawHeaders[i + 1];
  return { method, url, rawHeaders, headers, body, text: body.toString() };
}

async function read(message) {
  const chunks = [];
  let size = 0;
  for await (const chunk of message) {
    if ((size += chunk.length) > maxBody) throw new Error('the body is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
