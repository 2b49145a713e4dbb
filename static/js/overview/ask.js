/** A button that opens the dialog in which something is confirmed: `data-asks` names it. */

for (const button of document.querySelectorAll("[data-asks]")) {
  const dialog = document.getElementById(button.dataset.asks);
  button.addEventListener("click", () => dialog.showModal());
  dialog.querySelector("[data-action=close]").addEventListener("click", () => dialog.close());
}
