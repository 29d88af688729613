// Small comforts on top of pages that work without them. No dependency; htmx raises the events it listens to.
(() => {
  "use strict";

  document.documentElement.classList.add("script");

  const when = (type, selector, act) =>
    document.addEventListener(type, (event) => {
      const found = event.target.closest?.(selector);
      if (found) act(found, event);
    });

  // A filter sends its form as soon as it changes.
  when("change", "[data-autosubmit]", (control) => control.form.requestSubmit());

  when("click", "[data-print]", () => window.print());

  // Files that are too large are refused before they are sent; what else was typed stays in the form.
  const refuseFiles = (input, refused) => {
    input.setCustomValidity(refused ? input.dataset.tooLarge : "");
    if (refused) input.reportValidity();
  };
  when("change", "[data-too-large]", (input) => {
    const sizes = [...input.files].map((file) => file.size);
    const together = sizes.reduce((sum, size) => sum + size, 0);
    refuseFiles(input, together > Number(input.dataset.together) || Math.max(0, ...sizes) > Number(input.dataset.largest));
  });

  // Turning the wheel over a number must not change what was typed.
  document.addEventListener("wheel", (event) => {
    if (event.target === document.activeElement && event.target.type === "number") event.target.blur();
  });

  // Menus and questions are <details>: a click elsewhere or Escape closes them.
  const openMenus = () => document.querySelectorAll("details[data-closes][open]");
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // --- Lists put in order by dragging; their buttons do the same without a script. ---
  let dragged = null;
  let before = "";
  const orderOf = (list) => [...list.querySelectorAll('[name="order"]')].map((input) => input.value).join();

  when("pointerdown", "[data-sortable-handle]", (handle, event) => {
    dragged = handle.closest("[data-sortable-item]");
    before = orderOf(dragged.parentElement);
    dragged.classList.add("is-dragged");
    handle.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  document.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    for (const other of dragged.parentElement.children) {
      const box = other.getBoundingClientRect();
      if (other === dragged || event.clientY < box.top || event.clientY > box.bottom) continue;
      const after = other.compareDocumentPosition(dragged) & Node.DOCUMENT_POSITION_PRECEDING;
      if (after ? event.clientY > box.top + box.height / 2 : event.clientY < box.top + box.height / 2) {
        other[after ? "after" : "before"](dragged);
      }
    }
  });
  const drop = () => {
    if (!dragged) return;
    const list = dragged.parentElement;
    dragged.classList.remove("is-dragged");
    dragged = null;
    if (orderOf(list) !== before) list.closest("form").requestSubmit();
  };
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", drop);

  // --- The speaking timer counts from a moment the server names, by the server's time. ---
  const began = new WeakMap(); // by this computer's clock, which may be wrong, but goes on as fast
  const twoDigits = (number) => String(number).padStart(2, "0");
  const tick = () => {
    for (const timer of document.querySelectorAll("[data-timer-start]")) {
      if (!began.has(timer)) {
        const before = Date.parse(timer.dataset.timerNow) - Date.parse(timer.dataset.timerStart);
        began.set(timer, performance.now() - before);
      }
      const passed = Math.max(0, Math.floor((performance.now() - began.get(timer)) / 1000));
      const limit = Number(timer.dataset.timerLimit || 0);
      timer.textContent = `${Math.floor(passed / 60)}:${twoDigits(passed % 60)}`;
      timer.classList.toggle("timer-near", limit > 0 && passed >= limit - 30 && passed < limit);
      timer.classList.toggle("timer-over", limit > 0 && passed >= limit);
    }
  };
  setInterval(tick, 1000);

  const prepare = () => {
    for (const button of document.querySelectorAll("[data-print][hidden]")) button.hidden = false;
    tick();
  };
  prepare();

  // --- What goes wrong on the way is said at once and in place; what was typed stays. ---
  const sayOnTheWay = (what) => {
    const bar = document.querySelector("[data-way]");
    if (!bar) return;
    bar.hidden = !what;
    bar.querySelector("p").textContent = what ? bar.dataset[what] : "";
    bar.querySelector("a").hidden = what !== "signedOut";
    bar.querySelector("progress").hidden = what !== "sending";
  };
  const holdOffline = (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    sayOnTheWay("offline");
  };
  document.addEventListener("submit", holdOffline, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.('a[href]:not([href^="#"])')) holdOffline(event);
  }, true);
  window.addEventListener("offline", () => sayOnTheWay("offline"));
  window.addEventListener("online", () => sayOnTheWay("back"));

  const sendsFiles = (form) => [...form.querySelectorAll?.('input[type="file"]') ?? []].some((input) => input.files.length);
  document.addEventListener("htmx:configRequest", (event) => {
    // What is sent may take as long as it takes, as long as bytes move; an answer may not.
    event.detail.timeout = event.detail.verb === "get" ? 30000 : 0;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    delete event.detail.elt.dataset.notSent;
    if (sendsFiles(event.detail.elt)) sayOnTheWay("sending");
  });
  document.addEventListener("htmx:xhr:progress", (event) => {
    const progress = document.querySelector("[data-way] progress");
    if (!progress || progress.hidden || !event.detail.lengthComputable) return;
    if (event.detail.loaded < event.detail.total) progress.value = event.detail.loaded / event.detail.total;
    else progress.removeAttribute("value"); // all of it is there; now it is being worked on
  });
  for (const type of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(type, (event) => {
      const bar = document.querySelector("[data-way]");
      if (event.detail.requestConfig?.verb !== "get" && bar) event.detail.elt.dataset.notSent = bar.dataset.notSent;
      sayOnTheWay(type === "htmx:timeout" ? "slow" : "offline");
    });
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.xhr.status < 400) sayOnTheWay("");
  });
  // Signed in again in another window: the forms of this page go on with the new session's token.
  const renewToken = (token) => {
    for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = token;
    document.querySelector(".app").setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  };

  // --- A second screen on the console follows the one on which the meeting is run. ---
  const isBusy = () =>
    document.activeElement?.matches("input, textarea, select") ||
    document.querySelector("details[data-closes][open]") ||
    [...document.querySelectorAll("main textarea, main input:not([type=hidden])")].some(
      (input) => input.value !== input.defaultValue || input.checked !== input.defaultChecked,
    );
  document.addEventListener("htmx:afterSettle", () => {
    const [page, now] = document.querySelectorAll("[data-console]");
    if (!page || !now || page.dataset.console === now.dataset.console || isBusy()) return;
    htmx.ajax("GET", location.href, { target: ".app", select: ".app", swap: "outerHTML" });
  });

  // --- htmx ---
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    const type = xhr.getResponseHeader("Content-Type") || "";
    // A file that came through a boosted link is fetched again as a file.
    if (xhr.status < 400 && type && !type.startsWith("text/html")) {
      event.detail.shouldSwap = false;
      if (requestConfig.verb === "get") location.href = xhr.responseURL;
      return;
    }
    if (xhr.status === 401 || (xhr.status === 409 && xhr.getResponseHeader("X-CSRFToken"))) {
      event.detail.shouldSwap = false;
      event.detail.isError = false;
      if (xhr.status === 409) renewToken(xhr.getResponseHeader("X-CSRFToken"));
      sayOnTheWay(xhr.status === 409 ? "again" : "signedOut");
      return;
    }
    // So it is if a server in between takes less than ours.
    const files = xhr.status === 413 && requestConfig.elt.closest("form")?.querySelector("[data-too-large]");
    if (files) {
      event.detail.shouldSwap = false;
      event.detail.isError = false;
      refuseFiles(files, true);
      return;
    }
    // What went wrong with a fragment is a page, and is shown as one.
    if (xhr.status >= 400 && xhr.status !== 422) {
      event.detail.target = document.body;
      event.detail.swapOverride = "innerHTML";
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    prepare();
    const wrong = event.target.querySelector("[data-focus]");
    if (wrong) wrong.focus();
    // A page that came through a boosted link is read from its beginning, as any page is.
    else if (event.target === document.body && !document.activeElement.matches("[autofocus]")) {
      document.getElementById("main")?.focus({ preventScroll: true });
    }
  });
  const firstWrong = document.querySelector("[data-focus]");
  if (firstWrong) firstWrong.focus();
})();
