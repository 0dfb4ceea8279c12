/**
 * A link with the code in it: /terug#code=... or /chat#code=... The code stands in the fragment, which no server and no
 * other page gets to see; it is taken out of the address before it is sent.
 */

const PAGE = "/terug";
const given = new URLSearchParams(location.hash.slice(1)).get("code");

if (given) {
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("gehoor-return"));
  const field = /** @type {HTMLInputElement | null} */ (form?.elements.namedItem("code") ?? null);
  if (form && field) {
    history.replaceState(null, "", PAGE);
    field.value = given;
    form.requestSubmit();
  } else location.replace(`${PAGE}#code=${encodeURIComponent(given)}`);
}
