// The theme is the desk's: a cookie, set by a form. What the admin's skin remembers by itself follows it.
{
  const chosen = ["light", "dark"].find((one) => document.documentElement.classList.contains(one));
  try {
    localStorage.setItem("adminTheme", JSON.stringify(chosen ?? "auto"));
  } catch {
    // A browser that keeps nothing shows what the page says.
  }
}
