//! Currencies by what people call them.

/// What people say, and the ISO 4217 code. Plurals are found by their stem; a bare "dollars" is the US one.
const NAMES: [(&str, &str); 40] = [
    ("us dollar", "USD"),
    ("american dollar", "USD"),
    ("dollar", "USD"),
    ("buck", "USD"),
    ("$", "USD"),
    ("euro", "EUR"),
    ("€", "EUR"),
    ("british pound", "GBP"),
    ("pound sterling", "GBP"),
    ("pound", "GBP"),
    ("quid", "GBP"),
    ("sterling", "GBP"),
    ("£", "GBP"),
    ("japanese yen", "JPY"),
    ("yen", "JPY"),
    ("¥", "JPY"),
    ("swiss franc", "CHF"),
    ("franc", "CHF"),
    ("canadian dollar", "CAD"),
    ("australian dollar", "AUD"),
    ("new zealand dollar", "NZD"),
    ("singapore dollar", "SGD"),
    ("hong kong dollar", "HKD"),
    ("chinese yuan", "CNY"),
    ("yuan", "CNY"),
    ("renminbi", "CNY"),
    ("indian rupee", "INR"),
    ("rupee", "INR"),
    ("swedish krona", "SEK"),
    ("norwegian krone", "NOK"),
    ("danish krone", "DKK"),
    ("polish zloty", "PLN"),
    ("zloty", "PLN"),
    ("mexican peso", "MXN"),
    ("brazilian real", "BRL"),
    ("south african rand", "ZAR"),
    ("rand", "ZAR"),
    ("turkish lira", "TRY"),
    ("south korean won", "KRW"),
    ("won", "KRW"),
];

/// A stretch of words, `first..end`, that names a currency, with its code.
pub(crate) fn currencies(words: &[crate::words::Word]) -> Vec<(usize, usize, &'static str)> {
    let mut found: Vec<(usize, usize, &'static str)> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let longest = NAMES
            .iter()
            .filter_map(|(name, code)| Some((length_of(name, &words[at..])?, *code)))
            .max_by_key(|(length, _)| *length);
        let by_code =
            is_code(&words[at].text).then(|| NAMES.iter().find(|(_, code)| *code == words[at].text)).flatten();
        match longest.or_else(|| by_code.map(|(_, code)| (1, *code))) {
            Some((length, code)) => {
                found.push((at, at + length, code));
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// Whether a text looks like a code: three capital letters.
fn is_code(text: &str) -> bool {
    text.len() == 3 && text.chars().all(|each| each.is_ascii_uppercase())
}

/// The code of what a text names as a whole.
pub(crate) fn code_of(text: &str) -> Option<&'static str> {
    let words = crate::words::words(text);
    let found = currencies(&words);
    found.into_iter().find(|(first, end, _)| *first == 0 && *end == words.len()).map(|(_, _, code)| code)
}

fn length_of(name: &str, words: &[crate::words::Word]) -> Option<usize> {
    let parts = name.split(' ').map(crate::words::stem).collect::<Vec<_>>();
    let fits = words.len() >= parts.len() && parts.iter().zip(words).all(|(part, word)| *part == word.stem);
    fits.then_some(parts.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    #[test]
    fn names_of_currencies() {
        let codes = |text: &str| currencies(&words(text)).into_iter().map(|(_, _, code)| code).collect::<Vec<_>>();
        assert_eq!(codes("from British pounds to Japanese yen"), ["GBP", "JPY"]);
        assert_eq!(codes("100 dollars in CHF"), ["USD", "CHF"]);
        assert_eq!(code_of("Canadian dollars"), Some("CAD"));
        assert_eq!(code_of("my dollars"), None);
    }
}
