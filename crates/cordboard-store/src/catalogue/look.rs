//! How a name looks, so that names which look the same can be told.

use unicode_security::skeleton;

/// A form in which names that look alike are equal: confusable characters folded (Unicode TR 39), letters and digits only,
/// without case.
pub(super) fn look(name: &str) -> String {
    let letters: String = name.chars().filter(|each| each.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let folded: String =
        skeleton(&letters).filter(|each| each.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    // Case was folded before `I` and `l` could be told apart.
    folded.chars().map(|each| if each == 'i' { 'l' } else { each }).collect()
}

#[cfg(test)]
mod tests {
    use super::look;

    #[test]
    fn names_that_look_alike_are_equal() {
        for other in ["PayPal", "paypaI", "Раураl", "pay-pal", "ＰａｙＰａｌ", "paypa1", "Pay Pal"] {
            assert_eq!(look(other), look("paypal"), "{other}");
        }
        for other in ["paypall", "Payday", "Hotels"] {
            assert_ne!(look(other), look("paypal"), "{other}");
        }
    }
}
