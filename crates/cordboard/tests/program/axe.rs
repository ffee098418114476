//! Whether everybody can use a page, as axe-core judges it: WCAG 2.0 to 2.2, levels A and AA, and good practice.

use crate::page::Page;
use crate::tools;

/// A menu that is open lies over the page, which is judged without it; what it half covers is nobody's to touch meanwhile.
/// Bars that stick to the screen cover what anybody can scroll from under them, so that they stand still while it is judged.
const JUDGE: &str = "
    const bars = [...document.querySelectorAll('.bar, .dock')];
    bars.forEach((bar) => (bar.style.position = 'static'));
    const part = document.querySelector('details.menu[open]') ?? document;
    const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const options = { runOnly: { type: 'tag', values }, resultTypes: ['violations'], preload: false };
    const judged = axe.run(part, options).finally(() => bars.forEach((bar) => (bar.style.position = '')));
    return judged.then(({ violations }) => violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target, html, any, all, none }) => {
            const why = [...any, ...all, ...none].map(({ message }) => message).join('; ');
            return `${id}: ${help} at ${target}: ${html.slice(0, 200)} (${why})`;
        })));
";

/// What is wrong with the page as it stands, a line for each place.
pub(crate) async fn violations(page: &Page) -> Vec<String> {
    let script = std::fs::read_to_string(tools::axe()).expect("the script can be read");
    page.client.execute(&script, Vec::new()).await.expect("the script runs");
    let found = page.client.execute(JUDGE, Vec::new()).await.expect("a judgement");
    serde_json::from_value(found).expect("a list of texts")
}

/// Fails if something is wrong with the page as it stands.
pub(crate) async fn judge(page: &Page) {
    assert_eq!(violations(page).await, Vec::<String>::new());
}
