// The desk: two phones, who holds them, the demo's clock and language.

import { Phone } from "/static/phone.js";
import { formatMoment, language, roleName, switchLanguage, word } from "/static/words.js";

const STORY_DELAY = 1200;

class Desk {
  constructor() {
    this.botName = "积分";
    this.zone = "Asia/Shanghai";
    this.people = [];
    this.phones = ["left", "right"].map((side) => {
      const node = document.querySelector("#phone").content.cloneNode(true).firstElementChild;
      node.classList.add(side);
      document.querySelector("#desk").append(node);
      const phone = new Phone(node, side, this);
      phone.find(".account").addEventListener("change", (event) => this.choose(phone, event.target.value));
      return phone;
    });
    this.wire();
  }

  wire() {
    document.querySelectorAll("[data-advance]").forEach((button) => {
      button.addEventListener("click", () => this.moveClock(Number(button.dataset.advance)));
    });
    document.querySelectorAll("[data-phone]").forEach((button) => {
      button.addEventListener("click", () => this.front(button.dataset.phone));
    });
    document.querySelector("#language").addEventListener("click", () => {
      switchLanguage();
      this.translate();
    });
    this.front(localStorage.getItem("front") ?? "left");
  }

  async open() {
    await this.readStory();
    this.translate();
    for (const phone of this.phones) {
      const kept = Number(localStorage.getItem(phone.side));
      const person = this.people.find((one) => one.user_id === kept) ?? this.usual(phone.side);
      if (person) this.show(phone, person);
    }
    if (!this.people.length) await this.addAccount(this.phones[0]);
  }

  async readStory() {
    const [story, { users }] = await Promise.all(
      ["/sandbox/story", "/sandbox/users"].map((address) => fetch(address).then((response) => response.json())),
    );
    const told = new Set(story.people.map((person) => person.user_id));
    const others = users.filter((user) => !told.has(user.user_id));
    this.people = [
      ...story.people,
      ...others.map((user) => ({ user_id: user.user_id, name: user.first_name, roles: [], unit: "", code: "", bound: null })),
    ];
    this.bot = story.bot;
    this.botName = story.bot_name ?? this.botName;
    this.zone = story.timezone ?? this.zone;
    const panel = document.querySelector("#panel");
    panel.hidden = !story.panel;
    if (story.panel) panel.href = story.panel;
    panel.onclick = (event) => this.openPanel(event);
    for (const phone of this.phones) this.drawAccounts(phone);
  }

  /** Ask the bot for a login link as the person on the right-hand phone, and follow it. */
  async openPanel(event) {
    const person = this.phones.at(-1).person;
    if (!person?.bound) return;
    event.preventDefault();
    const tab = window.open("", "_blank");
    const chat = `/sandbox/users/${person.user_id}/chat`;
    const before = (await fetch(chat).then((response) => response.json())).seq;
    await fetch(`/sandbox/users/${person.user_id}/send`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: "/panel" }),
    });
    for (let tries = 0; tries < 40; tries += 1) {
      const { messages } = await fetch(`${chat}?after=${before}`).then((response) => response.json());
      const link = messages.flatMap((message) => message.buttons.flat()).find((button) => button.url);
      if (link) {
        tab.location = link.url;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    tab.close();
  }

  usual(side) {
    const roles = (person) => (Array.isArray(person.roles) ? person.roles : [person.roles]).join(" ");
    const isRecorder = (person) => /recorder|记录员/.test(roles(person));
    const recorder = this.people.find((person) => isRecorder(person) && person.bound !== false);
    if (side === "right") return recorder ?? this.people[1];
    const isPlain = (person) => person.bound && !/recorder|secretary|记录员|书记|admin|管理员|委员/.test(roles(person));
    const ofSameUnit = this.people.find((person) => isPlain(person) && person.unit === recorder?.unit);
    return ofSameUnit ?? this.people.find(isPlain) ?? this.people[0];
  }

  show(phone, person) {
    localStorage.setItem(phone.side, String(person.user_id));
    phone.show(person);
    this.drawAccounts(phone);
  }

  async choose(phone, value) {
    if (value === "new") await this.addAccount(phone);
    else this.show(phone, this.people.find((person) => person.user_id === Number(value)));
  }

  async addAccount(phone) {
    const name = `${word("newName")} ${this.people.length + 1}`;
    const response = await fetch("/sandbox/users", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ first_name: name, language_code: language === "zh" ? "zh-hans" : "en" }),
    });
    const { user_id: userId } = await response.json();
    await this.readStory();
    this.show(phone, this.people.find((person) => person.user_id === userId));
  }

  drawAccounts(phone) {
    const select = phone.find(".account");
    const held = phone.person && this.people.find((person) => person.user_id === phone.userId);
    if (held) {
      phone.person = held;
      phone.drawFrame();
    }
    const units = new Map();
    for (const person of this.people) {
      const unit = person.unit || word("others");
      if (!units.has(unit)) units.set(unit, []);
      units.get(unit).push(person);
    }
    const drawn = JSON.stringify([language, this.people, held?.user_id]);
    if (select.dataset.drawn === drawn) return;
    select.dataset.drawn = drawn;
    const choices = [...units].map(([unit, people]) => {
      const group = document.createElement("optgroup");
      group.label = unit;
      group.append(...people.map((person) => new Option(this.label(person), person.user_id)));
      return group;
    });
    select.replaceChildren(...choices, new Option(word("newAccount"), "new"));
    if (held) select.value = String(held.user_id);
    const facts = phone.find(".facts");
    facts.replaceChildren();
    if (!held) return;
    const chips = [...this.roles(held), held.unit];
    if (held.bound !== null) chips.push(word(held.bound ? "bound" : "unbound"));
    for (const text of chips.filter(Boolean)) {
      const chip = document.createElement("span");
      chip.textContent = text;
      facts.append(chip);
    }
    if (held.bound === false) facts.lastElementChild.className = "unbound";
  }

  roles(person) {
    return (Array.isArray(person.roles) ? person.roles : [person.roles]).map(roleName);
  }

  label(person) {
    const parts = [person.name, ...this.roles(person)];
    if (person.bound === false) parts.push(word("unbound"));
    return parts.filter(Boolean).join(" · ");
  }

  translate() {
    document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
    document.title = word("title");
    document.querySelectorAll("[data-word]").forEach((node) => {
      node.textContent = word(node.dataset.word);
    });
    document.querySelector("#language").textContent = word("language");
    document.querySelectorAll("[data-phone]").forEach((button) => {
      button.textContent = word(button.dataset.phone);
    });
    for (const phone of this.phones) {
      phone.find(".label").textContent = word(phone.side);
      phone.find(".send").setAttribute("aria-label", word("send"));
      phone.find(".attach").setAttribute("aria-label", word("attach"));
      phone.find(".commands").setAttribute("aria-label", word("commands"));
      phone.retranslate();
      this.drawAccounts(phone);
    }
  }

  front(side) {
    localStorage.setItem("front", side);
    document.body.dataset.front = side;
    document.querySelectorAll("[data-phone]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.phone === side));
    });
  }

  async moveClock(seconds) {
    const response = await fetch("/sandbox/clock", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ advance_seconds: seconds }),
    });
    this.tellTime((await response.json()).now);
  }

  tellTime(iso) {
    document.querySelector("#now").textContent = formatMoment(iso, this.zone);
    document.querySelector("#now").dateTime = iso;
  }

  // A chat changed: somebody may have joined meanwhile, so the story is read again, soon and once.
  chatChanged() {
    clearTimeout(this.rereading);
    this.rereading = setTimeout(() => this.readStory(), STORY_DELAY);
  }

  // The code in a link to this very bot, or null: such links open here and not in a browser.
  startCode(address) {
    try {
      const url = new URL(address);
      const isOurs = /^(t|telegram)\.me$/.test(url.hostname) && url.pathname.slice(1).toLowerCase() === this.bot?.toLowerCase();
      return isOurs ? url.searchParams.get("start") ?? "" : null;
    } catch {
      return null;
    }
  }
}

new Desk().open();
