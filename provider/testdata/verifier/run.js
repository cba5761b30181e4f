// Runs every generated verifier over the cases on stdin, a line each.
const fs = require('node:fs');
const word = (text) => Buffer.from(text, 'base64');
const out = [];
for (const line of fs.readFileSync(0, 'utf8').split('\n')) {
  if (!line) continue;
  const f = line.split('\t');
  const headers = {};
  for (const h of f[7].split(' ').filter((h) => h)) {
    const [name, value] = h.split(':');
    const key = word(name).toString().toLowerCase();
    const text = word(value).toString();
    headers[key] = key in headers ? headers[key] + ', ' + text : text;
  }
  const all = { method: word(f[2]).toString(), url: word(f[3]).toString(), now: Number(f[1]) };
  for (const p of f[6].split(' ').filter((p) => p)) {
    const [name, value] = p.split(':');
    all[word(name).toString().replace(/_./g, (c) => c[1].toUpperCase())] = word(value).toString();
  }
  const keys = f[5].split(' ').filter((k) => k.startsWith('.')).map((k) => word(k.slice(1)).toString());
  try {
    const options = Object.fromEntries(f[8].split(',').filter((a) => a).map((a) => a.replace(/_./g, (c) => c[1].toUpperCase())).map((a) => [a, all[a]]));
    const args = f[5] === '-' ? [headers, word(f[4])] : [keys, headers, word(f[4])];
    if (f[8]) args.push(options);
    out.push(String(require('./' + f[9] + '.js').verify(...args)));
  } catch (e) {
    out.push('thrown: ' + e.stack.slice(0, 200).replace(/\n/g, ' '));
  }
}
fs.writeSync(1, out.join('\n') + '\n');
