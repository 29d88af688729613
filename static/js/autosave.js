// Forms that save themselves while one types (data-autosave). Without a script their button does it.
//
// What was typed is sent before anything else leaves the page; an answer never touches what is typed
// meanwhile; where it stands is always said, in the words of [data-autosave-state].
(() => {
  "use strict";

  const PAUSE = 500; // after the last key
  const LONGEST = 3000; // however long one types on
  const AGAIN = 5000; // after a failure

  const states = new WeakMap();
  const stateOf = (form) => {
    if (!states.has(form)) states.set(form, { typed: 0, saved: 0, since: 0, timer: 0, saving: null, refused: false });
    return states.get(form);
  };
  const unsaved = (form) => stateOf(form).typed !== stateOf(form).saved;
  const open = () => [...document.querySelectorAll("form[data-autosave]")].filter((form) => unsaved(form) || stateOf(form).saving);

  const say = (form, what, time) => {
    const line = form.querySelector("[data-autosave-state]");
    line.textContent = line.dataset[what].replace("{time}", time || "");
    line.classList.toggle("autosave-wrong", !["waiting", "saving", "saved"].includes(what));
  };

  // Whether all that was typed until now has been saved.
  const save = async (form) => {
    const state = stateOf(form);
    clearTimeout(state.timer);
    if (state.saving) await state.saving;
    if (!unsaved(form)) return true;
    if (state.refused) return false;
    state.saving = send(form, state);
    const done = await state.saving;
    state.saving = null;
    return done && unsaved(form) ? save(form) : done;
  };

  const send = async (form, state, keepalive = false) => {
    const { typed } = state;
    say(form, "saving");
    let answer;
    try {
      answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-Autosave": "1" },
        redirect: "manual",
        keepalive,
      });
    } catch {
      return failed(form, state, "offline");
    }
    if (answer.status === 409 && answer.headers.has("X-CSRFToken")) {
      form.elements.csrf_token.value = answer.headers.get("X-CSRFToken");
      return send(form, state, keepalive);
    }
    if (answer.status !== 204 && answer.status !== 422) {
      const signedOut = answer.type === "opaqueredirect" || [400, 401, 403].includes(answer.status);
      return failed(form, state, signedOut ? "signedOut" : "failed");
    }
    form.querySelector("[data-autosave-version]").value = answer.headers.get("X-Version");
    const refused = form.querySelector("[data-autosave-refused]");
    refused.innerHTML = answer.status === 422 ? await answer.text() : "";
    if (answer.status === 422) {
      state.refused = true; // until one has looked at it and saves by hand
      say(form, "refused");
      return false;
    }
    state.saved = typed;
    state.since = 0;
    say(form, unsaved(form) ? "waiting" : "saved", answer.headers.get("X-Saved-At"));
    return true;
  };

  const failed = (form, state, why) => {
    say(form, why);
    state.timer = setTimeout(save, AGAIN, form);
    return false;
  };

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !form.matches("[data-autosave]")) return;
    const state = stateOf(form);
    state.typed += 1;
    state.since = state.since || Date.now();
    if (state.refused) return;
    if (!state.saving) say(form, "waiting");
    clearTimeout(state.timer);
    state.timer = setTimeout(save, Math.max(0, Math.min(PAUSE, state.since + LONGEST - Date.now())), form);
  });

  // A click or form that would leave the page waits until all is saved, and stays if that can't be done.
  let passing = false;
  const hold = (event, goOn, own) => {
    const forms = open();
    if (passing || !forms.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    Promise.all(forms.map(save)).then((done) => {
      const first = forms.find((_form, place) => !done[place]);
      // Sent by its button what was refused comes back on a page of its own.
      if (first && !(first === own && stateOf(own).refused)) {
        first.closest("details")?.setAttribute("open", "");
        first.querySelector("[data-autosave-state]").scrollIntoView({ block: "center" });
        return;
      }
      passing = true;
      goOn();
      passing = false;
    });
  };
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (form.dataset.autosave !== "stay") {
        hold(event, () => form.requestSubmit(event.submitter), form.matches("[data-autosave]") ? form : null);
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      stateOf(form).refused = false;
      stateOf(form).typed += 1;
      save(form);
    },
    true,
  );
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest?.("a[href]");
      const elsewhere = !link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      if (elsewhere || link.target || link.hasAttribute("download") || link.getAttribute("href").startsWith("#")) return;
      hold(event, () => link.click());
    },
    true,
  );
  window.addEventListener("beforeunload", (event) => {
    const forms = open();
    for (const form of forms) if (!stateOf(form).saving && !stateOf(form).refused) send(form, stateOf(form), true);
    if (forms.length) event.preventDefault();
  });
  window.addEventListener("online", () => open().forEach(save));
})();
