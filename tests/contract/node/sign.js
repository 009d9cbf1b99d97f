// Reads {"token", "url", "params"} from standard input and prints the signature that Twilio's own Node helper makes.
const { getExpectedTwilioSignature } = require("twilio/lib/webhooks/webhooks");

let input = "";
process.stdin.on("data", (chunk) => (input += chunk));
process.stdin.on("end", () => {
  const { token, url, params } = JSON.parse(input);
  process.stdout.write(getExpectedTwilioSignature(token, url, params));
});
