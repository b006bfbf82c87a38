// The pin that is being made, so that a reload, or a phone that threw the page away, loses none of it. It holds what
// would be sent, and no more; in this tab only, until it is sent or begun anew. Without storage there is no draft.

const name = (event) => `vrp-pins.draft.${event}`;

// `draft`: {step, cells, …answers}; null drops it.
export function keepDraft(event, draft) {
  try {
    if (draft) sessionStorage.setItem(name(event), JSON.stringify(draft));
    else sessionStorage.removeItem(name(event));
  } catch {
    // Full or shut off: then a reload begins at the beginning.
  }
}

export function keptDraft(event) {
  try {
    const draft = JSON.parse(sessionStorage.getItem(name(event)));
    return Array.isArray(draft?.cells) ? draft : null;
  } catch {
    return null;
  }
}
