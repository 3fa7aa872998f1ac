// Asks pa11y about pages: standard input is {"chromium": path, "readers": [{"cookies": [{name, value, url}], "addresses": []}]},
// standard output is a list of [address, code, message, selector], one for each finding. Run in the folder of pa11y's packages.
"use strict";

const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");
const load = createRequire(`${process.cwd()}/`);
const pa11y = load("pa11y");
const puppeteer = load("puppeteer");

const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"];
const ASKED = {
  standard: "WCAG2AA", runners: ["axe", "htmlcs"], timeout: 60000,
  viewport: { width: 360, height: 640, isMobile: true, hasTouch: true },
};

async function findings(browser, { cookies, addresses }) {
  const context = await browser.createBrowserContext(), found = [];
  await context.setCookie(...cookies.map(cookie => ({ ...cookie, domain: new URL(addresses[0]).hostname })));
  for (const address of addresses) {
    const page = await context.newPage();
    const { issues } = await pa11y(address, { ...ASKED, browser, page });
    found.push(...issues.map(({ code, message, selector }) => [address, code, message, selector]));
    await page.close();
  }
  await context.close();
  return found;
}

async function main() {
  const { chromium, readers } = JSON.parse(readFileSync(0, "utf8"));
  const browser = await puppeteer.launch({ executablePath: chromium, args: ARGS, pipe: true }); // it ends with us
  try {
    const found = [];
    for (const reader of readers) found.push(...await findings(browser, reader));
    process.stdout.write(JSON.stringify(found));
  } finally {
    await browser.close();
  }
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
