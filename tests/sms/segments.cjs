// Twilio's own calculator: a JSON list of texts comes in, [encoding, segments] of each goes out.
const { SegmentedMessage } = require("sms-segments-calculator");

let said = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (piece) => { said += piece; });
process.stdin.on("end", () => {
  const told = JSON.parse(said).map((text) => {
    const message = new SegmentedMessage(text);
    return [message.encodingName, message.segmentsCount];
  });
  process.stdout.write(JSON.stringify(told));
});
