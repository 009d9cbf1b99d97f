// The operator's page. The token lives in this page only; closing it signs out.
import { CHECKS, FIELDS, MESSAGES, PICTURES, PURPOSES, STATES, reasonLabel } from "./labels.js";

const one = (selector) => document.querySelector(selector);
const make = (tag, text, properties = {}) => Object.assign(document.createElement(tag), { textContent: text, ...properties });
const hour = (moment) => new Date(moment).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
const day = (date) => (/^\d{4}-\d{2}-\d{2}$/.test(date) ? date.split("-").reverse().join("/") : date);
let token = "", current = null;

async function call(path, options = {}) {
  const answer = await fetch(`/v1/operator/${path}`, { ...options, headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.code);
  return body;
}

function problem(form, error) {
  form.querySelector("[role=alert]").textContent = MESSAGES[error.message] ?? `Không làm được: ${error.message}`;
}

function signedIn(yes) {
  one("#sign-in").hidden = yes;
  one("main").hidden = one("#sign-out").hidden = !yes;
}

one("#sign-in").onsubmit = async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    token = (await call("sign-in", { method: "POST", body: JSON.stringify({ name: form.name.value, password: form.password.value }) })).token;
    form.reset();
    form.querySelector("[role=alert]").textContent = "";
    signedIn(true);
    refresh();
  } catch (error) { problem(form, error); }
};

one("#sign-out").onclick = () => {
  token = "";
  close();
  signedIn(false);
};

async function refresh() {
  if (!token) return;
  const rows = await call("reviews");
  if (current && !rows.some((row) => row.id === current)) gone();
  one("#none").hidden = rows.length > 0;
  one("#waiting").replaceChildren(...rows.map((row) => {
    const item = document.createElement("li"), button = make("button", "", { className: "case" });
    button.append(make("strong", PURPOSES[row.purpose]), make("span", `Vì: ${row.reasons.map(reasonLabel).join(", ")}`), make("span", `Đã thử ${row.attempts} lần. Trước ${hour(row.expires_at)}`));
    button.onclick = () => open(row.id);
    if (row.id === current) button.setAttribute("aria-current", "true");
    item.append(button);
    return item;
  }));
}

async function open(id) {
  const found = await call(`reviews/${id}`);
  current = id;
  one("#done").textContent = one("#ruling [role=alert]").textContent = "";
  one("#case").hidden = false;
  one("#case-title").textContent = PURPOSES[found.purpose];
  one("#until").textContent = hour(found.expires_at);
  one("#holder").replaceChildren(...Object.entries(found.claims ?? {}).flatMap(([name, value]) => [make("dt", FIELDS[name]), make("dd", day(value ?? "–"))]));
  one("#score").textContent = found.score === null ? "" : `Độ giống do máy chấm (cao nhất là 1): ${found.score.toLocaleString("vi-VN")}`;
  one("#pictures").replaceChildren(...Object.entries(found.pictures).map(([name, data]) => {
    const figure = document.createElement("figure");
    figure.append(Object.assign(new Image(), { alt: PICTURES[name], src: `data:image/jpeg;base64,${data}` }), make("figcaption", PICTURES[name]));
    return figure;
  }));
  one("#doubts").replaceChildren(...found.reasons.map((reason) => make("li", `${reasonLabel(reason)} (${reason})`)));
  one("#case tbody").replaceChildren(...found.findings.map((finding) => {
    const row = make("tr", "", { className: finding.state });
    row.append(make("td", CHECKS[finding.name] ?? finding.name), make("td", STATES[finding.state] ?? finding.state), make("td", finding.reason));
    return row;
  }));
  one("#case-title").focus();
  refresh();
}

// The time is over or a colleague has ruled: what the service has destroyed does not stay on a screen either.
function gone() {
  wipe();
  one("#ruling [role=alert]").textContent ||= MESSAGES.gone;
}

function wipe() {
  ["#pictures", "#holder", "#doubts", "#case tbody"].forEach((part) => one(part).replaceChildren());
  one("#score").textContent = "";
}

function close() {
  current = null;
  one("#case").hidden = true;
  one("#ruling [role=alert]").textContent = "";
  wipe();
}

one("#ruling").onsubmit = async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    const outcome = event.submitter.value;
    const reason = form.reason.value;
    const said = outcome === "retry"
      ? `Mã làm lại: ${(await call(`reviews/${current}/retry`, { method: "POST", body: JSON.stringify({ reason }) })).code}. Đưa mã cho người dân nhập ở máy trong 10 phút.`
      : (await call(`reviews/${current}/ruling`, { method: "POST", body: JSON.stringify({ outcome, reason }) }), outcome === "verified" ? "Đã chấp nhận." : "Đã từ chối.");
    form.reset();
    close();
    await refresh();
    one("#done").textContent = `${said} Ảnh của trường hợp này đã bị xóa.`;
  } catch (error) { problem(form, error); }
};

setInterval(() => refresh().catch(() => {}), 5000);
