//! Values that a parameter's description gives: `(e.g., DNA, blood, fibers)`, `one of 'static' or 'dynamic'`.

/// Marks before values.
const MARKS: [&str; 12] = [
    "e.g.,",
    "e.g.",
    "e.g",
    "i.e.,",
    "i.e.",
    "eg.",
    "such as",
    "for example",
    "For example",
    "like ",
    "one of",
    "Options:",
];

/// The values in their order; none where the description gives none.
pub(crate) fn listed_values(description: &str) -> Vec<String> {
    let marks = MARKS.iter().filter_map(|mark| Some((description.find(mark)?, mark.len())));
    // The longest mark where several begin at the same place: `e.g.,` before `e.g`.
    let marked = marks.min_by_key(|(at, length)| (*at, std::cmp::Reverse(*length)));
    let (from, closing) = match marked {
        Some((at, length)) => (at + length, [')', ';', '\n'].as_slice()),
        // A bracket at the end often lists values without a word: `mode (walk, bike, drive)`.
        None => match description.rfind('(').filter(|at| description[*at..].contains(',')) {
            Some(at) => (at + 1, [')'].as_slice()),
            None => return quoted_values(description),
        },
    };
    let rest = &description[from..];
    let end = rest.find(closing).or_else(|| rest.find(". ")).unwrap_or(rest.len());
    let parts = rest[..end].split([',', '/']).flat_map(|part| part.split(" or ")).flat_map(|part| part.split(" and "));
    let values = parts.map(|part| {
        part.trim().trim_start_matches("or ").trim_matches([' ', '.', ':', '\'', '"', '`', '’', '‘']).to_owned()
    });
    values.filter(|value| !value.is_empty() && value != "etc" && value.split(' ').count() <= 5).collect()
}

/// Values in quotes, where there are several.
fn quoted_values(description: &str) -> Vec<String> {
    let found = super::patterns::quoted(description);
    let values = found.iter().map(|(start, end)| description[*start..*end].to_owned()).collect::<Vec<_>>();
    if values.len() > 1 { values } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_descriptions() {
        assert_eq!(
            listed_values("The type (e.g., DNA, crime scene swab, fibers)"),
            ["DNA", "crime scene swab", "fibers"]
        );
        assert_eq!(
            listed_values("Mode of analysis, e.g. 'static' or 'dynamic'. Default is 'static'."),
            ["static", "dynamic"]
        );
        assert_eq!(listed_values("The mode of transportation (walk, bike, drive)."), ["walk", "bike", "drive"]);
        assert!(listed_values("The name of the museum.").is_empty());
    }
}
