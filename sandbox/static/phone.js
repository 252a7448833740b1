// One phone: an account's chat that follows the truth by long polling and acts through the control interface.

import { bubble, el } from "/static/bubbles.js";
import { formatDay, word } from "/static/words.js";

const SHOWN_AT_FIRST = 120;
const WATCH_SECONDS = 25;

export class Phone {
  constructor(node, side, desk) {
    this.node = node;
    this.side = side;
    this.desk = desk;
    this.userId = null;
    this.chatId = null;
    this.files = [];
    this.watching = null;
    this.find = (selector) => node.querySelector(selector);
    this.log = this.find(".log");
    this.lines = this.find(".lines");
    this.field = this.find("textarea");
    this.wire();
  }

  wire() {
    this.find(".box").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.submit();
      }
    });
    this.field.addEventListener("input", () => this.fit());
    this.field.addEventListener("paste", (event) => this.pick(event.clipboardData.files));
    const input = this.find("input[type=file]");
    this.find(".attach").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      this.pick(input.files);
      input.value = "";
    });
    const frame = this.find(".frame");
    frame.addEventListener("dragover", (event) => event.preventDefault());
    frame.addEventListener("drop", (event) => {
      event.preventDefault();
      this.pick(event.dataTransfer.files);
    });
    this.find(".begin").addEventListener("click", () => {
      if (this.view?.blocked) this.post("unblock", {}).then(() => this.say("/start"));
      else this.say("/start");
    });
    this.find(".invite button").addEventListener("click", () => this.say(`/start ${this.person.code}`));
    this.find(".more").addEventListener("click", () => this.openMenu(this.moreItems()));
    this.find(".fold").addEventListener("click", () => {
      this.isFolded = !this.isFolded;
      this.drawKeys();
    });
    this.find(".commands").addEventListener("click", () => this.openMenu(this.commandItems()));
    this.find(".alert button").addEventListener("click", () => this.find(".alert").close());
    this.find(".groups").addEventListener("change", (event) => this.show(this.person, Number(event.target.value)));
    document.addEventListener("click", (event) => {
      if (!event.target.closest(".menu, .more, .commands") || !this.node.contains(event.target)) this.closeMenu();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.watching?.abort();
      else if (this.userId !== null) this.watch();
    });
  }

  get path() {
    return `/sandbox/users/${this.userId}`;
  }

  get query() {
    return this.chatId === this.userId ? "" : `chat=${this.chatId}`;
  }

  show(person, chatId = person.user_id) {
    this.person = person;
    this.userId = person.user_id;
    this.chatId = chatId;
    this.messages = new Map();
    this.nodes = new Map();
    this.seq = 0;
    this.shown = SHOWN_AT_FIRST;
    this.isFirst = true;
    this.view = null;
    this.files = [];
    this.lines.replaceChildren();
    this.find(".toasts").replaceChildren();
    this.find(".alert").close();
    this.drawTray();
    this.watch();
  }

  async watch() {
    this.watching?.abort();
    const watching = new AbortController();
    this.watching = watching;
    while (!watching.signal.aborted) {
      const wait = this.isFirst ? 0 : WATCH_SECONDS;
      try {
        const address = `${this.path}/chat?after=${this.seq}&wait=${wait}&${this.query}`;
        const response = await fetch(address, { signal: watching.signal });
        if (!response.ok) throw new Error(response.statusText);
        this.take(await response.json());
      } catch {
        if (watching.signal.aborted) return;
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }

  take(view) {
    const dirty = new Set();
    for (const message of view.messages) {
      this.messages.set(message.message_id, message);
      dirty.add(message.media_group_id ?? message.message_id);
    }
    this.view = view;
    if (dirty.size) this.draw(dirty);
    if (!this.isFirst) view.alerts.forEach((alert) => this.alert(alert));
    if (dirty.size || view.alerts.length) {
      this.node.querySelectorAll(".waiting").forEach((key) => key.classList.remove("waiting"));
    }
    this.seq = view.seq;
    this.drawFrame();
    if (this.isFirst || dirty.size) this.desk.chatChanged();
    this.desk.tellTime(view.now);
    this.isFirst = false;
  }

  // Redraws the bubbles whose keys are given, keeps all others, and puts the day lines between them.
  draw(dirty) {
    const groups = new Map();
    const alive = [...this.messages.values()].filter((message) => !message.deleted);
    alive.sort((a, b) => a.message_id - b.message_id);
    for (const message of alive.slice(-this.shown)) {
      const key = message.media_group_id ?? message.message_id;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(message);
    }
    const children = [];
    if (alive.length > this.shown) children.push(this.earlierButton());
    let day = "";
    for (const [key, messages] of groups) {
      if (dirty.has(key) || !this.nodes.has(key)) this.nodes.set(key, this.bubbleOf(messages));
      const messageDay = formatDay(messages[0].date, this.desk.zone);
      if (messageDay !== day) children.push(el("div", "day", messageDay));
      day = messageDay;
      children.push(this.nodes.get(key));
    }
    this.lines.replaceChildren(...children);
    const isOwnWord = alive.at(-1)?.user_id === this.userId && dirty.has(alive.at(-1).media_group_id ?? alive.at(-1).message_id);
    if (this.isFirst || isOwnWord) this.log.scrollTop = 0;
  }

  bubbleOf(messages) {
    return bubble(messages, {
      zone: this.desk.zone,
      isOwn: messages[0].user_id === this.userId,
      isGroup: this.chatId < 0,
      replied: this.messages.get(messages[0].reply_to),
      does: {
        say: (text) => this.say(text),
        tap: (messageId, data, key) => this.tap(messageId, data, key),
        startCode: (address) => this.desk.startCode(address),
      },
    });
  }

  earlierButton() {
    const button = el("button", "earlier", word("earlier"));
    button.type = "button";
    button.addEventListener("click", () => {
      this.shown += SHOWN_AT_FIRST;
      this.draw(new Set());
    });
    return button;
  }

  drawFrame() {
    const { view } = this;
    if (!view) return;
    const isEmpty = ![...this.messages.values()].some((message) => !message.deleted);
    const isPrivate = this.chatId === this.userId;
    const invite = isPrivate && this.person.code && this.person.bound === false && !view.blocked;
    const canBegin = isPrivate && (view.blocked || (isEmpty && !invite));
    this.find(".begin").hidden = !canBegin;
    this.find(".begin").textContent = word(view.blocked ? "restart" : "begin");
    this.find(".box").hidden = view.blocked && isPrivate;
    this.find(".invite").hidden = !invite;
    this.find(".invite span").textContent = word("invite");
    this.find(".invite button").textContent = word("open");
    this.find(".commands").hidden = view.commands.length === 0;
    this.log.classList.toggle("empty", isEmpty);
    this.log.dataset.empty = word("empty");
    this.drawPlaces();
    this.drawPinned();
    this.drawKeys();
  }

  drawPlaces() {
    const { groups } = this.view;
    const places = this.find(".groups");
    places.hidden = groups.length === 0;
    const current = groups.find((group) => group.chat_id === this.chatId);
    this.find(".botname").textContent = current ? current.title : this.desk.botName;
    this.find(".place").textContent = word(current ? "group" : "robot");
    if (places.childElementCount === groups.length + 1 && places.value === String(this.chatId)) return;
    places.replaceChildren(new Option(this.desk.botName, this.userId));
    groups.forEach((group) => places.append(new Option(group.title, group.chat_id)));
    places.value = String(this.chatId);
  }

  drawPinned() {
    const bar = this.find(".pinned");
    const message = this.messages.get(this.view.pinned.at(-1));
    bar.hidden = !message;
    if (message) bar.textContent = `${word("pinned")} · ${message.text.slice(0, 60)}`;
  }

  drawKeys() {
    const keys = this.find(".keys");
    const { reply_keyboard: wanted, blocked } = this.view;
    const fold = this.find(".fold");
    fold.hidden = !wanted || blocked;
    fold.setAttribute("aria-expanded", String(!this.isFolded));
    fold.setAttribute("aria-label", word("keys"));
    keys.hidden = !wanted || blocked || this.isFolded;
    this.field.placeholder = this.files.length ? word("caption") : wanted?.placeholder || word("write");
    const drawn = JSON.stringify(wanted?.rows ?? []);
    if (keys.dataset.drawn === drawn) return;
    keys.dataset.drawn = drawn;
    keys.replaceChildren();
    for (const row of wanted?.rows ?? []) {
      const line = el("div", "row");
      for (const text of row) {
        const key = el("button", "key", text);
        key.type = "button";
        key.addEventListener("click", () => this.say(text));
        line.append(key);
      }
      keys.append(line);
    }
  }

  retranslate() {
    this.nodes?.clear();
    if (this.view) {
      this.draw(new Set());
      this.drawFrame();
      this.drawTray();
    }
  }

  // What the person does.

  async post(action, body) {
    const options = body instanceof FormData
      ? { method: "POST", body }
      : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(`${this.path}/${action}?${this.query}`, options);
    const answer = await response.json();
    if (!response.ok) this.toast(word("failed") + answer.error);
    return response.ok;
  }

  say(text) {
    return this.post("send", { text });
  }

  async tap(messageId, data, key) {
    key.classList.add("waiting");
    setTimeout(() => key.classList.remove("waiting"), 8000);
    await this.post("tap", { message_id: messageId, data });
  }

  async submit() {
    const text = this.field.value.trim();
    if (!text && !this.files.length) return;
    const { files } = this;
    this.field.value = "";
    this.files = [];
    this.fit();
    this.drawTray();
    if (!files.length) {
      if (!(await this.say(text))) this.field.value = text;
      return;
    }
    const form = new FormData();
    const asFiles = this.asFiles;
    for (const file of files) {
      form.append(file.type.startsWith("image/") && !asFiles ? "photo" : "document", file, file.name);
    }
    form.append("caption", text);
    await this.post("send", form);
  }

  pick(files) {
    if (!files?.length) return;
    this.files = [...this.files, ...files];
    this.asFiles = false;
    this.drawTray();
    this.field.focus();
  }

  drawTray() {
    const tray = this.find(".tray");
    tray.hidden = this.files.length === 0;
    tray.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    tray.replaceChildren();
    for (const file of this.files) {
      const item = el("button", "picked");
      item.type = "button";
      item.title = file.name;
      if (file.type.startsWith("image/")) {
        const image = el("img");
        image.src = URL.createObjectURL(file);
        item.append(image);
      } else {
        item.append(el("span", "sheet", file.name.split(".").pop().slice(0, 4).toUpperCase()));
      }
      item.append(el("i", "", "×"));
      item.addEventListener("click", () => {
        this.files = this.files.filter((other) => other !== file);
        this.drawTray();
      });
      tray.append(item);
    }
    if (this.files.some((file) => file.type.startsWith("image/"))) {
      const label = el("label", "as-file");
      const box = el("input");
      box.type = "checkbox";
      box.checked = Boolean(this.asFiles);
      box.addEventListener("change", () => {
        this.asFiles = box.checked;
      });
      label.append(box, word("asFile"));
      tray.append(label);
    }
    if (this.view) this.drawKeys();
  }

  fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 120)}px`;
  }

  // What the phone shows over the chat.

  alert({ text, show_alert: isModal }) {
    if (!isModal) {
      this.toast(text);
      return;
    }
    const dialog = this.find(".alert");
    dialog.querySelector("p").textContent = text;
    dialog.querySelector("button").textContent = word("ok");
    dialog.show();
    dialog.querySelector("button").focus();
  }

  toast(text) {
    const toast = el("div", "toast", text);
    this.find(".toasts").append(toast);
    setTimeout(() => toast.remove(), 4500);
  }

  moreItems() {
    const { blocked } = this.view;
    return [
      ...["sticker", "voice", "location"].map((kind) => [word(kind), () => this.post("send", { [kind]: true })]),
      [word(blocked ? "unblock" : "block"), () => this.post(blocked ? "unblock" : "block", {})],
    ];
  }

  commandItems() {
    return this.view.commands.map(({ command, description }) => [`/${command}  ${description}`, () => this.say(`/${command}`)]);
  }

  openMenu(items) {
    const menu = this.find(".menu");
    menu.replaceChildren();
    for (const [text, act] of items) {
      const item = el("button", "", text);
      item.type = "button";
      item.addEventListener("click", () => {
        this.closeMenu();
        act();
      });
      menu.append(item);
    }
    menu.hidden = false;
  }

  closeMenu() {
    this.find(".menu").hidden = true;
  }
}
