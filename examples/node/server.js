// Takes webhooks of Stripe: verifies them, and keeps the status of invoices.
const { createHmac, timingSafeEqual } = require("node:crypto");
const { createServer } = require("node:http");

const secret = process.env.STRIPE_WEBHOOK_SECRET;
if (!secret) throw new Error("STRIPE_WEBHOOK_SECRET is not set");
const tolerance = 5 * 60; // seconds
const seen = new Set(); // ids of events
const invoices = {}; // how often each was paid

// verify holds a request against https://docs.stripe.com/webhooks#verify-manually.
function verify(header, body) {
  const parts = (header || "").split(",").map((part) => part.split("="));
  const time = parts.find(([name]) => name === "t")?.[1];
  if (!(Math.abs(Date.now() / 1000 - Number(time)) <= tolerance)) return false;
  const want = createHmac("sha256", secret).update(`${time}.`).update(body).digest();
  return parts.some(([name, value]) => {
    const given = Buffer.from(value || "", "hex");
    return name === "v1" && given.length === want.length && timingSafeEqual(given, want);
  });
}

function receive(request, body) {
  if (!verify(request.headers["stripe-signature"], body)) return [401, { error: "the signature is wrong" }];
  const event = JSON.parse(body);
  if (seen.has(event.id)) return [200, { duplicate: true }];
  seen.add(event.id);
  if (event.type === "invoice.paid") {
    const id = event.data.object.id;
    invoices[id] = (invoices[id] || 0) + 1;
  }
  return [200, { received: event.id }];
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    let answer = [404, { error: "there is nothing here" }];
    const invoice = request.url.match(/^\/invoices\/(.+)$/);
    if (request.method === "POST" && request.url === "/webhooks") answer = receive(request, Buffer.concat(chunks));
    else if (invoice && invoices[invoice[1]]) answer = [200, { paid: invoices[invoice[1]] }];
    response.writeHead(answer[0], { "Content-Type": "application/json" });
    response.end(JSON.stringify(answer[1]));
  });
});
server.listen(process.env.PORT, "127.0.0.1", () => console.log("ready"));
