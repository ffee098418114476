//! Comparing arguments with the answers of the Berkeley Function-Calling Leaderboard.

use serde_json::{Map, Value};

/// What is wrong with arguments. `allowed` lists the values of each parameter; `""` among them allows leaving it out.
pub(super) fn mistake(allowed: &Map<String, Value>, required: &[String], got: &Map<String, Value>) -> Option<String> {
    if let Some(missing) = required.iter().find(|name| !got.contains_key(*name)) {
        return Some(format!("{missing} is missing"));
    }
    members(allowed, got)
}

/// Every value is allowed, and what is left out may be.
fn members(allowed: &Map<String, Value>, got: &Map<String, Value>) -> Option<String> {
    for (name, value) in got {
        match allowed.get(name) {
            None => return Some(format!("{name} = {value} was not asked for")),
            Some(values) if !is_any(values, value) => return Some(format!("{name} should be one of {values}")),
            Some(_) => {}
        }
    }
    let missing = allowed.iter().find(|(name, values)| !got.contains_key(*name) && !may_be_left_out(values));
    missing.map(|(name, values)| format!("{name} is missing; it should be one of {values}"))
}

fn may_be_left_out(values: &Value) -> bool {
    values.as_array().is_some_and(|values| values.iter().any(|value| value == ""))
}

/// Where the answers give no list, the value itself is meant.
fn is_any(values: &Value, value: &Value) -> bool {
    match values {
        Value::Array(values) => values.iter().any(|each| same(each, value)),
        single => same(single, value),
    }
}

fn same(allowed: &Value, value: &Value) -> bool {
    match (allowed, value) {
        (Value::String(allowed), Value::String(value)) => standard(allowed) == standard(value),
        (Value::Number(allowed), Value::Number(value)) => allowed.as_f64() == value.as_f64(),
        (Value::Array(allowed), Value::Array(values)) => {
            allowed.len() == values.len() && allowed.iter().zip(values).all(|(allowed, value)| same(allowed, value))
        }
        (Value::Object(allowed), Value::Object(value)) => members(allowed, value).is_none(),
        _ => allowed == value,
    }
}

/// As the original checker compares texts.
fn standard(text: &str) -> String {
    let kept = text.chars().filter(|each| !matches!(each, ' ' | ',' | '.' | '/' | '-' | '_' | '*' | '^'));
    kept.collect::<String>().to_lowercase().replace('\'', "\"")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(allowed: &Value, got: &Value, expected: Option<&str>) {
        let required = ["city".to_owned()];
        let found = mistake(allowed.as_object().unwrap(), &required, got.as_object().unwrap());
        assert_eq!(found.as_deref(), expected, "{got}");
    }

    #[test]
    fn given_values_must_be_allowed_and_others_may_be_left_out() {
        let allowed = json!({"city": ["New York", "NYC"], "days": [3], "unit": ["km", ""]});
        check(&allowed, &json!({"city": "new-york", "days": 3.0}), None);
        check(&allowed, &json!({"city": "nyc", "days": 3, "unit": "KM"}), None);
        check(&allowed, &json!({"days": 3}), Some("city is missing"));
        check(&allowed, &json!({"city": "nyc"}), Some("days is missing; it should be one of [3]"));
        check(&allowed, &json!({"city": "Boston", "days": 3}), Some("city should be one of [\"New York\",\"NYC\"]"));
        check(&allowed, &json!({"city": "nyc", "days": "3"}), Some("days should be one of [3]"));
        check(&allowed, &json!({"city": "nyc", "days": 3, "unit": "m"}), Some("unit should be one of [\"km\",\"\"]"));
        check(&allowed, &json!({"city": "nyc", "days": 3, "x": 1}), Some("x = 1 was not asked for"));
    }

    #[test]
    fn lists_and_objects_are_compared_element_by_element() {
        let allowed = json!({"city": [["A", "B"]]});
        check(&allowed, &json!({"city": ["a", "b."]}), None);
        assert!(mistake(allowed.as_object().unwrap(), &[], json!({"city": ["b", "a"]}).as_object().unwrap()).is_some());
        let allowed = json!({"city": [{"name": ["Paris", "Paname"], "zip": ["", "75001"]}]});
        check(&allowed, &json!({"city": {"name": "paname"}}), None);
        check(&allowed, &json!({"city": {"name": "Paris", "zip": "75001"}}), None);
        for wrong in [json!({"zip": "75001"}), json!({"name": "Rome"}), json!({"name": "Paris", "x": 1})] {
            let got = json!({ "city": wrong });
            assert!(mistake(allowed.as_object().unwrap(), &[], got.as_object().unwrap()).is_some(), "{got}");
        }
        let allowed = json!({"city": [[{"field": ["age"], "value": ["25"]}]]});
        check(&allowed, &json!({"city": [{"field": "age", "value": "25"}]}), None);
    }
}
