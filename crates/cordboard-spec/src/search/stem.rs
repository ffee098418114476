//! Words of English prose and of identifiers, brought to one form: `Starred`, `stars` and `star` are one word.
//!
//! Deliberately light. A stem is only ever compared with other stems, so it need not be a word.

/// Spellings and short forms that mean the same wherever they stand.
const ALIASES: &[(&str, &str)] = &[
    ("repo", "repository"),
    ("repos", "repository"),
    ("org", "organization"),
    ("orgs", "organization"),
    ("organisation", "organization"),
    ("organisations", "organization"),
    ("pr", "pull"),
    ("prs", "pull"),
    ("mr", "pull"),
    ("config", "configuration"),
    ("configs", "configuration"),
    ("env", "environment"),
    ("envs", "environment"),
    ("docs", "documentation"),
    ("info", "information"),
    ("licence", "license"),
    ("licences", "license"),
    ("artefact", "artifact"),
    ("artefacts", "artifact"),
    ("app", "application"),
    ("apps", "application"),
    ("auth", "authentication"),
    ("hook", "webhook"),
    ("hooks", "webhook"),
    ("mail", "email"),
    ("people", "person"),
    ("children", "child"),
    ("ids", "id"),
];

/// Endings of related words, each with the letters that must stay before it.
const ENDINGS: &[(&str, usize, &str)] =
    &[("bility", 4, "bl"), ("ment", 5, ""), ("tion", 5, "t"), ("sion", 5, "s"), ("tor", 5, "t"), ("ly", 5, "")];

/// The form under which a lower-case word is indexed and looked up.
pub(super) fn stem(word: &str) -> String {
    let word = alias(word).unwrap_or(word);
    if word.len() < 4 || !word.is_ascii() {
        return word.to_owned();
    }
    let mut stem = singular(word);
    strip_tense(&mut stem);
    for (ending, keep, replacement) in ENDINGS {
        if let Some(start) = stem.strip_suffix(ending)
            && start.len() + replacement.len() >= *keep
        {
            stem = format!("{start}{replacement}");
            break;
        }
    }
    if stem.len() > 3 && stem.ends_with('e') {
        stem.pop();
    }
    if stem.len() > 3 && stem.ends_with('y') {
        stem.pop();
        stem.push('i');
    }
    stem
}

/// Whether a word reads as more than one of something.
pub(super) fn is_plural(word: &str) -> bool {
    matches!(word, "people" | "children" | "prs" | "repos" | "orgs") || (word.len() > 3 && singular(word) != word)
}

fn alias(word: &str) -> Option<&'static str> {
    ALIASES.iter().find(|(from, _)| *from == word).map(|(_, to)| *to)
}

fn singular(word: &str) -> String {
    if let Some(start) = word.strip_suffix("ies").filter(|start| start.len() > 1) {
        return format!("{start}y");
    }
    for ending in ["sses", "shes", "ches", "xes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    let kept = ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending));
    if !kept && word.len() > 3 && word.ends_with('s') { word[..word.len() - 1].to_owned() } else { word.to_owned() }
}

/// Takes `ed` and `ing` off, with the consonant that they doubled.
fn strip_tense(word: &mut String) {
    for ending in ["ing", "ed"] {
        let Some(start) = word.strip_suffix(ending) else { continue };
        if start.len() < 3 || !start.contains(['a', 'e', 'i', 'o', 'u', 'y']) || start.ends_with('e') {
            return;
        }
        let letters = start.as_bytes();
        let last = letters[letters.len() - 1];
        let doubled = last == letters[letters.len() - 2] && !b"aeiouls".contains(&last);
        word.truncate(start.len() - usize::from(doubled));
        return;
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn related_words_share_a_stem() {
        for (one, other) in [
            ("starred", "star"),
            ("merging", "merge"),
            ("releases", "release"),
            ("repositories", "repo"),
            ("organisations", "org"),
            ("branches", "branch"),
            ("deployment", "deploy"),
            ("protected", "protection"),
            ("contributor", "contribute"),
            ("vulnerable", "vulnerabilities"),
            ("migrate", "migrations"),
            ("privately", "private"),
            ("running", "run"),
            ("invited", "invite"),
        ] {
            assert_eq!(stem(one), stem(other), "{one} and {other}");
        }
    }

    #[test]
    fn unrelated_words_stay_apart() {
        for (one, other) in [("action", "act"), ("comment", "come"), ("status", "state"), ("need", "ne"), ("bus", "bu")]
        {
            assert_ne!(stem(one), stem(other), "{one} and {other}");
        }
        assert_eq!(stem("größen"), "größen");
    }
}
