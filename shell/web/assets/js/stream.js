// A socket that stays: it signs in, subscribes, remembers the last number of each topic and, when
// the line breaks, comes back and asks for what came after that number.

const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 10_000;
const SILENCE = 75_000;
const LINGER = 15_000;
const PATIENCE = 4_000;
const CLOSED_FOR_GOOD = new Set([4001]);

export class Stream {
  constructor(path, { token = null, onFrame, onState }) {
    this.path = path;
    this.token = token;
    this.onFrame = onFrame;
    this.onState = onState;
    this.topics = new Map();
    this.leaving = new Map();
    this.ready = false;
    this.pause = FIRST_PAUSE;
    this.socket = null;
    this.timer = null;
    this.watch = null;
    this.repeat = null;
    addEventListener("online", () => this.open());
    addEventListener("offline", () => this.onState("offline"));
  }

  open() {
    clearTimeout(this.timer);
    if (this.socket !== null && this.socket.readyState <= WebSocket.OPEN) {
      if (this.ready) this.onState("live"); // the line outlived what the browser took for an end
      return;
    }
    this.onState("connecting");
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}${this.path}`);
    this.socket = socket;
    socket.addEventListener("open", () => this.opened());
    socket.addEventListener("message", (event) => this.heard(event.data));
    socket.addEventListener("close", (event) => this.closed(socket, event.code));
  }

  opened() {
    this.listen();
    if (this.token === null) this.start();
    else this.send({ op: "auth", token: this.token });
  }

  start() {
    this.ready = true;
    this.pause = FIRST_PAUSE;
    for (const topic of this.topics.keys()) this.ask(topic);
    this.onState("live");
  }

  ask(topic) {
    const last = this.topics.get(topic);
    const resume = last === null ? {} : { from_seq: last };
    this.send({ op: "subscribe", topic, ...resume });
  }

  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  subscribe(topic) {
    clearTimeout(this.leaving.get(topic));
    this.leaving.delete(topic);
    if (this.topics.has(topic)) return;
    this.topics.set(topic, null);
    if (this.ready) this.ask(topic);
  }

  // Begin again with a snapshot, whether or not the topic is already listened to.
  restart(topic) {
    if (!this.topics.has(topic)) {
      this.subscribe(topic);
      return;
    }
    clearTimeout(this.leaving.get(topic));
    this.leaving.delete(topic);
    this.topics.set(topic, null);
    if (this.ready) this.ask(topic);
  }

  // A topic is left a while after nobody wants it, so that going back and forth stays quiet.
  unsubscribe(topic) {
    if (!this.topics.has(topic)) return;
    clearTimeout(this.leaving.get(topic));
    this.leaving.set(topic, setTimeout(() => this.left(topic), LINGER));
  }

  left(topic) {
    this.leaving.delete(topic);
    if (this.topics.delete(topic) && this.ready) this.send({ op: "unsubscribe", topic });
  }

  heard(text) {
    this.listen();
    const frame = JSON.parse(text);
    if (frame.op === "ready" && !this.ready) this.start();
    if (frame.op === "heartbeat") this.send({ op: "ping" });
    if (frame.topic === undefined || !this.topics.has(frame.topic)) {
      if (frame.op === "error") this.again();
      return;
    }
    if (!this.inOrder(frame)) return;
    this.onFrame(frame);
  }

  // A refusal does not say of which topic: those that never answered are asked for once more.
  again() {
    clearTimeout(this.repeat);
    this.repeat = setTimeout(() => {
      if (!this.ready) return;
      for (const [topic, last] of this.topics) if (last === null) this.ask(topic);
    }, PATIENCE);
  }

  // A frame that was seen is dropped; after a hole the topic is asked for again.
  inOrder(frame) {
    if (typeof frame.seq !== "number") return true;
    const last = this.topics.get(frame.topic);
    if (frame.op !== "snapshot" && last !== null) {
      if (frame.seq <= last) return false;
      if (frame.seq > last + 1) {
        this.send({ op: "unsubscribe", topic: frame.topic });
        this.ask(frame.topic);
        return false;
      }
    }
    this.topics.set(frame.topic, frame.seq);
    return true;
  }

  listen() {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => this.socket?.close(), SILENCE);
  }

  closed(socket, code) {
    if (socket !== this.socket) return;
    this.ready = false;
    clearTimeout(this.watch);
    if (CLOSED_FOR_GOOD.has(code)) {
      this.onState("expired");
      return;
    }
    this.onState(navigator.onLine ? "reconnecting" : "offline");
    const jitter = this.pause * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => this.open(), jitter);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }
}
