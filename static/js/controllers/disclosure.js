// Shows the hint while the greeting does not say that an AI speaks; its button puts the sentence in front of the text.
// The same rules as assistants/catalog/disclosure.py, which sends them.
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

export default function disclosure(hint) {
  const { form } = hint.querySelector("button");
  const greeting = form.elements.namedItem("first_message");
  const language = form.elements.namedItem("language");
  const rules = JSON.parse(hint.dataset.disclosure);
  const abbreviation = new RegExp(rules.abbreviation, "u");
  const words = new RegExp(rules.words, "iu");
  const denial = new RegExp(rules.denial, "giu");
  const [before, after] = [`(?<![${rules.letter}])`, `(?![${rules.letter}])`];
  const business = rules.business && new RegExp(before + escaped(rules.business) + after, "giu");
  const sentence = () => rules.sentences[language.value] ?? rules.sentences.en;

  const show = () => {
    const said = (business ? greeting.value.replace(business, " ") : greeting.value).replace(denial, " ");
    hint.hidden = !said.trim() || abbreviation.test(said) || words.test(said);
    const quote = hint.querySelector("q");
    [quote.textContent, quote.lang] = [sentence(), language.value];
  };
  hint.querySelector("button").addEventListener("click", (event) => {
    event.preventDefault();
    greeting.value = `${sentence()} ${greeting.value}`;
    greeting.dispatchEvent(new Event("input", { bubbles: true }));
    greeting.focus();
  });
  for (const [field, kind] of [[greeting, "input"], [language, "change"]]) field.addEventListener(kind, show);
  show();
}
