//! What stands in a shortened JSON value for what was left out, so that the value stays valid JSON. Markers of an earlier
//! shortening are recognised, so that a view can be shortened again without counting wrong.

/// Every marker begins with it.
const SIGN: &str = "…";

/// The key of a marker in an object.
pub(super) const KEY: &str = SIGN;

/// The last item of a list that went on.
pub(super) fn items(more: u64) -> String {
    format!("{SIGN} {more} more items")
}

/// The value under [`KEY`] of an object that went on.
pub(super) fn fields(more: u64) -> String {
    format!("{more} more fields")
}

/// The end of a text that went on.
pub(super) fn characters(more: u64) -> String {
    format!("{SIGN} ({more} more characters)")
}

/// In place of a list that lies too deep.
pub(super) fn deep_list(items: u64) -> String {
    format!("{SIGN} list of {items} items")
}

/// In place of an object that lies too deep.
pub(super) fn deep_object(fields: u64) -> String {
    format!("{SIGN} object with {fields} fields")
}

/// The number in [`items`].
pub(super) fn read_items(text: &str) -> Option<u64> {
    text.strip_prefix(SIGN)?.strip_suffix(" more items")?.trim_start().parse().ok()
}

/// The number in [`fields`].
pub(super) fn read_fields(text: &str) -> Option<u64> {
    text.strip_suffix(" more fields")?.parse().ok()
}

/// A text without [`characters`], and its number.
pub(super) fn split_characters(text: &str) -> (&str, u64) {
    let split = || {
        let (kept, count) = text.strip_suffix(" more characters)")?.rsplit_once(" (")?;
        Some((kept.strip_suffix(SIGN)?, count.parse().ok()?))
    };
    split().unwrap_or((text, 0))
}

/// Whether a text stands for something that lay too deep.
pub(super) fn is_deep(text: &str) -> bool {
    let rest = text.strip_prefix(SIGN).map(str::trim_start).unwrap_or_default();
    rest.starts_with("list of ") || rest.starts_with("object with ")
}
