//! Names of arguments: unique, allowed by every model server, and near to what the description calls them.

use std::collections::HashSet;

use cordboard_domain::plugin::hex;
use sha2::{Digest, Sha256};

use super::argument::Argument;

/// The longest name of an argument that model servers allow.
const MAX_NAME: usize = 64;

/// Comparisons that names end in, as in `price<` and `price>`; longer ones first.
const COMPARISONS: [(&str, &str); 7] =
    [("<=", "_lte"), (">=", "_gte"), ("!=", "_ne"), ("<>", "_ne"), ("<", "_lt"), (">", "_gt"), ("!", "_not")];

/// Gives arguments names that are allowed and unique: the second `id` becomes `body_id`, `query_id` and so on, a third
/// is numbered. Names that are allowed as they are published are given first, so that no other takes them.
pub(crate) fn settle_names(arguments: &mut [Argument]) {
    let mut taken = HashSet::new();
    let (plain, others): (Vec<_>, Vec<_>) = arguments.iter_mut().partition(|argument| is_allowed(&argument.name));
    for argument in plain.into_iter().chain(others) {
        let allowed = allowed(&argument.name);
        let prefixed = cut(&format!("{}_{allowed}", argument.place.word()), MAX_NAME);
        let numbered = (2..).map(|number| format!("{}_{number}", cut(&prefixed, MAX_NAME - 6)));
        let mut candidates = [allowed, prefixed.clone()].into_iter().chain(numbered);
        argument.name = candidates.find(|name| taken.insert(name.clone())).expect("numbers do not run out");
    }
}

/// Whether a name has letters that an argument's name cannot have.
pub(crate) fn has_foreign_letters(name: &str) -> bool {
    name.chars().any(|each| each.is_alphanumeric() && !each.is_ascii())
}

fn is_allowed_in_names(each: char) -> bool {
    each.is_ascii_alphanumeric() || matches!(each, '_' | '.' | '-')
}

fn is_allowed(name: &str) -> bool {
    !name.is_empty() && name.len() <= MAX_NAME && name.chars().all(is_allowed_in_names)
}

fn allowed(original: &str) -> String {
    if is_allowed(original) {
        return original.to_owned();
    }
    let (stem, ending) = compared(original);
    let name: String = stem.chars().map(|each| if is_allowed_in_names(each) { each } else { '_' }).collect();
    // Keep a leading underscore that the author wrote; drop the ones that stand for other characters.
    let kept = if stem.starts_with('_') { name.trim_end_matches('_') } else { name.trim_matches('_') };
    let kept = if kept.is_empty() { "value" } else { kept };
    // What is left of foreign letters says little, so a hash keeps such names apart, whatever their order.
    let ending = if has_foreign_letters(stem) { format!("_{}{ending}", hash(original)) } else { ending.to_owned() };
    format!("{}{ending}", cut(kept, MAX_NAME - ending.len()))
}

fn compared(name: &str) -> (&str, &'static str) {
    let found = COMPARISONS.iter().find_map(|(sign, word)| Some((name.strip_suffix(sign)?, *word)));
    // `<id>` is a placeholder's spelling and no comparison.
    found.filter(|(stem, _)| !stem.is_empty() && !stem.contains(['<', '>'])).unwrap_or((name, ""))
}

fn hash(name: &str) -> String {
    hex(&Sha256::digest(name)[..2])
}

fn cut(name: &str, limit: usize) -> String {
    name.chars().take(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolset::argument::{Place, Serialization};

    fn settled(table: &[(&str, &str)]) -> Vec<String> {
        let place = |word: &str, name: &str| match word {
            "path" => Place::Path { name: name.to_owned(), serialization: Serialization::Text },
            "query" => Place::Query { name: name.to_owned(), serialization: Serialization::Text },
            _ => Place::BodyProperty { name: name.to_owned() },
        };
        let mut arguments: Vec<Argument> = table
            .iter()
            .map(|(word, name)| Argument { name: (*name).to_owned(), place: place(word, name), required: false })
            .collect();
        settle_names(&mut arguments);
        arguments.into_iter().map(|argument| argument.name).collect()
    }

    #[test]
    fn names_are_allowed_and_unique() {
        let table = [
            ("path", "id", "id"),
            ("query", "id", "query_id"),
            ("body", "id", "body_id"),
            ("body", "id", "body_id_2"),
            ("query", "filter[name]", "filter_name"),
            ("query", "$top", "top"),
            ("query", "X-Api.Version", "X-Api.Version"),
            ("query", "_id", "_id"),
            ("query", "<key>", "key"),
        ];
        assert_eq!(settled(&table.map(|(word, name, _)| (word, name))), table.map(|(_, _, expected)| expected));
    }

    #[test]
    fn names_that_differ_in_signs_only_say_so() {
        let names = settled(&[("query", "price<"), ("query", "price>="), ("query", "price"), ("query", "price_lt")]);
        assert_eq!(names, ["query_price_lt", "price_gte", "price", "price_lt"]);
    }

    #[test]
    fn names_in_other_letters_are_told_apart_whatever_their_order() {
        let names = settled(&[("query", "名前"), ("query", "住所"), ("query", "größe")]);
        let reordered = settled(&[("query", "größe"), ("query", "住所"), ("query", "名前")]);
        assert!(names[0].starts_with("value_") && names[2].starts_with("gr__e_"), "{names:?}");
        assert_eq!(names, [&*reordered[2], &reordered[1], &reordered[0]]);
        assert!(names[0] != names[1]);
    }
}
