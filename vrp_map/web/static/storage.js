// What the phone keeps: a random token for each event, and the pins that wait to be sent. Nothing else, and nowhere
// else. Where storage is shut off (some private windows) it lasts as long as the page.

const memory = new Map();

export function stored(name) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}

export function store(name, value) {
  memory.set(name, value);
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Full or shut off: the copy in memory is what counts, not an older one in storage.
    try {
      localStorage.removeItem(name);
    } catch {
      // Shut off altogether.
    }
  }
}

// Not crypto.randomUUID alone: a hall's own server has no https, and there browsers leave it out.
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// Says that two pins are from one phone, for this event only; the server keeps a digest of it.
export function contributor(event) {
  const name = `vrp-pins.token.${event}`;
  let token = stored(name);
  if (typeof token !== "string") {
    const bytes = crypto.getRandomValues(new Uint8Array(18));
    token = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
    store(name, token);
  }
  return token;
}
