//! The `Link` header (RFC 8288).

/// The target of the first link with this relation.
pub(super) fn target<'header>(header: &'header str, relation: &str) -> Option<&'header str> {
    let mut rest = header;
    loop {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        // The next link begins after a comma outside of quotes.
        let mut quoted = false;
        let end = after.find(|character| {
            quoted ^= character == '"';
            character == ',' && !quoted
        });
        let (parameters, next) = after.split_at(end.unwrap_or(after.len()));
        if has_relation(parameters, relation) {
            return Some(target.trim());
        }
        rest = next;
    }
}

fn has_relation(parameters: &str, relation: &str) -> bool {
    parameters.split(';').filter_map(|parameter| parameter.split_once('=')).any(|(name, value)| {
        let mut relations = value.trim().trim_matches('"').split_ascii_whitespace();
        name.trim().eq_ignore_ascii_case("rel") && relations.any(|each| each.eq_ignore_ascii_case(relation))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links() {
        let table = [
            ("<https://a.example/?page=2>; rel=\"next\"", Some("https://a.example/?page=2")),
            (
                "<https://a.example/?page=1>; rel=\"prev\", <https://a.example/?page=3>; rel=next",
                Some("https://a.example/?page=3"),
            ),
            ("</b?x=1,2>; title=\"a, <b>\"; REL=\"last Next\"", Some("/b?x=1,2")),
            ("<a>; rel=previous", None),
            ("<a", None),
            ("", None),
        ];
        for (header, expected) in table {
            assert_eq!(target(header, "next"), expected, "{header}");
        }
    }
}
