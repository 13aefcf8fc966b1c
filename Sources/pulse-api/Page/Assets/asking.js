// Asking the service. The secret lives in this tab's session storage and in the one header that needs it, nowhere else.

const KEY = "pulse.secret";
const PATIENCE = 8000;

export const secret = {
  get known() { return sessionStorage.getItem(KEY); },
  remember(text) { sessionStorage.setItem(KEY, text); },
  forget() { sessionStorage.removeItem(KEY); },
};

/** `status`: HTTP's, 0 when there was no answer. `message`: what a person is told. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export async function ask(path, method = "GET") {
  const headers = { "Content-Type": "application/json" };
  if (secret.known) headers.Authorization = `Bearer ${secret.known}`;
  let answer;
  try {
    answer = await fetch(path, {
      method, headers, cache: "no-store", credentials: "omit", redirect: "error", signal: AbortSignal.timeout(PATIENCE),
    });
  } catch (error) {
    const late = error.name === "TimeoutError";
    throw new Refusal(0, late ? `no answer within ${PATIENCE / 1000} s` : "the service cannot be reached");
  }
  let told;
  try {
    told = await answer.json();
  } catch {
    throw new Refusal(answer.status, `the answer ${answer.status} is no JSON`);
  }
  if (!answer.ok) throw new Refusal(answer.status, reason(told, answer.status));
  return told;
}

function reason(told, status) {
  if (typeof told?.detail === "string") return told.detail;
  if (typeof told?.error === "string") return told.error;
  return `the service answered ${status}`;
}
