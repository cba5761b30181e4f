// A consumer for each provider of config.json, at the path of its name.
const fs = require('node:fs');
const http = require('node:http');

const config = JSON.parse(fs.readFileSync('config.json', 'utf8'));

const server = http.createServer((req, res) => {
  const parts = [];
  req.on('data', (part) => parts.push(part));
  req.on('end', () => {
    const body = Buffer.concat(parts);
    const { file, keys, url } = config[req.url.slice(1)];
    const options = url ? [{ url: `http://${req.headers.host}${req.url}` }] : [];
    let status = 401;
    if (require(`./${file}`).verify(keys, req.headers, body, ...options)) {
      status = 200;
      try {
        JSON.parse(body);
      } catch {
        status = 400;
      }
    }
    res.writeHead(status).end();
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
