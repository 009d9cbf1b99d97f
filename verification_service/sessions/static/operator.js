// The operator's page. The token lives in this page only; closing it signs out.
const one = (selector) => document.querySelector(selector);
let token = "", current = null;

async function call(path, options = {}) {
  const answer = await fetch(`/v1/operator/${path}`, { ...options, headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.code);
  return body;
}

const MESSAGES = { name_or_password: "Tên hoặc mật khẩu không đúng.", locked: "Đã khóa 15 phút vì sai nhiều lần.", expired: "Trường hợp này đã hết giờ." };
const message = (error) => MESSAGES[error.message] ?? `Không làm được: ${error.message}`;

one("#sign-in").onsubmit = async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    token = (await call("sign-in", { method: "POST", body: JSON.stringify({ name: form.name.value, password: form.password.value }) })).token;
    form.hidden = true;
    one("main").hidden = false;
    refresh();
  } catch (error) { form.querySelector("[role=alert]").textContent = message(error); }
};

async function refresh() {
  if (!token) return;
  const rows = await call("reviews");
  one("#none").hidden = rows.length > 0;
  one("#waiting").replaceChildren(...rows.map((row) => {
    const item = document.createElement("li"), button = document.createElement("button");
    button.textContent = `${row.purpose} · ${row.reasons.join(", ")} · đến ${new Date(row.expires_at).toLocaleTimeString("vi-VN")}`;
    button.onclick = () => open(row.id);
    item.append(button);
    return item;
  }));
}

async function open(id) {
  const found = await call(`reviews/${id}`);
  current = id;
  one("#case").hidden = false;
  one("#holder").textContent = found.claims ? Object.values(found.claims).join(" · ") : "";
  one("#score").textContent = found.score === null ? "" : `Độ giống: ${found.score}`;
  one("#pictures").replaceChildren(...Object.entries(found.pictures).map(([name, data]) => Object.assign(new Image(), { alt: name, src: `data:image/jpeg;base64,${data}` })));
  one("#case tbody").replaceChildren(...found.findings.map((finding) => {
    const row = document.createElement("tr");
    row.className = finding.state;
    row.append(...[finding.name, finding.state, finding.reason].map((text) => Object.assign(document.createElement("td"), { textContent: text })));
    return row;
  }));
}

one("#ruling").onsubmit = async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    await call(`reviews/${current}/ruling`, { method: "POST", body: JSON.stringify({ outcome: event.submitter.value, reason: form.reason.value }) });
    form.reset();
    one("#case").hidden = true;
    refresh();
  } catch (error) { form.querySelector("[role=alert]").textContent = message(error); }
};

setInterval(() => refresh().catch(() => {}), 5000);
