//! Comparing values that mean the same: `"40.7"` and `40.7`, `New York` and `new-york`.

use serde_json::{Map, Value};

/// What is wrong with arguments that should be these, each of them and no others.
pub(super) fn mistake(wanted: &Map<String, Value>, got: &Map<String, Value>) -> Option<String> {
    for (name, wanted) in wanted {
        match got.get(name) {
            None => return Some(format!("{name} = {wanted} is missing")),
            Some(value) if !same(wanted, value) => return Some(format!("{name} should be {wanted}")),
            Some(_) => {}
        }
    }
    let surplus = got.iter().find(|(name, _)| !wanted.contains_key(*name));
    surplus.map(|(name, value)| format!("{name} = {value} was not asked for"))
}

/// Texts without case, blanks and punctuation; numbers by value, also where one is written as a text.
fn same(left: &Value, right: &Value) -> bool {
    if let (Some(left), Some(right)) = (number(left), number(right)) {
        return (left - right).abs() <= f64::EPSILON * left.abs();
    }
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => mistake(left, right).is_none(),
        _ => match (letters(left), letters(right)) {
            (Some(left), Some(right)) => left == right,
            _ => left == right,
        },
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The letters and digits of a text or of `true` and `false`. A text of signs alone stays as it is.
fn letters(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.to_lowercase(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let letters: String = text.chars().filter(|each| each.is_alphanumeric()).collect();
    Some(if letters.is_empty() { text } else { letters })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_that_mean_the_same_are_the_same() {
        let check = |left: Value, right: Value, expected| assert_eq!(same(&left, &right), expected, "{left} {right}");
        check(json!("40.7"), json!(40.7), true);
        check(json!(5), json!(5.0), true);
        check(json!("New York"), json!("new-york."), true);
        check(json!("New York"), json!("York"), false);
        check(json!("-3"), json!("3"), false);
        check(json!("true"), json!(true), true);
        check(json!(true), json!(1), false);
        check(json!([1, "A"]), json!(["1", "a"]), true);
        check(json!([1]), json!([1, 2]), false);
        check(json!("+"), json!("-"), false);
    }

    #[test]
    fn every_argument_and_no_other_is_wanted() {
        let check = |got: Value, expected: Option<&str>| {
            let wanted = json!({"city": "Paris", "nights": "2"});
            let found = mistake(wanted.as_object().unwrap(), got.as_object().unwrap());
            assert_eq!(found.as_deref(), expected, "{got}");
        };
        check(json!({"city": "paris", "nights": 2}), None);
        check(json!({"city": "paris"}), Some("nights = \"2\" is missing"));
        check(json!({"city": "Rome", "nights": 2}), Some("city should be \"Paris\""));
        check(json!({"city": "paris", "nights": 2, "guests": 1}), Some("guests = 1 was not asked for"));
    }
}
