//! What JSON Schema asks beyond types and properties: `not`, `if`, `contains`, what depends on what, names of properties.
//!
//! Left open, most of it allows more. Below `not` and `if` it would forbid more, so these are kept word for word or not at
//! all ([`super::exact`]).

use serde_json::{Map, Value, json};

use super::inline::Inliner;
use crate::document::bundle::Location;

impl<'bundle> Inliner<'bundle> {
    pub(super) fn conditions(
        &mut self,
        members: &'bundle Map<String, Value>,
        at: &Location,
        result: &mut Map<String, Value>,
    ) {
        for (keyword, value) in members {
            match (keyword.as_str(), value) {
                ("not", schema) => self.negation(schema, at, result),
                ("if", schema) => self.choice(schema, members, at, result),
                ("contains", Value::Object(_)) => self.contains(value, members, at, result),
                ("propertyNames", Value::Object(_)) => {
                    let names = self.schema(value, &at.join(keyword));
                    result.insert(keyword.clone(), names);
                }
                // Before 2019-09 both kinds of dependencies stood in one place.
                ("dependentRequired" | "dependentSchemas" | "dependencies", Value::Object(dependencies)) => {
                    self.dependencies(dependencies, &at.join(keyword), result);
                }
                _ => {}
            }
        }
    }

    fn negation(&mut self, schema: &'bundle Value, at: &Location, result: &mut Map<String, Value>) {
        match self.exact(schema, &at.join("not")) {
            Some(Value::Bool(false)) => {}
            Some(Value::Bool(true)) => self.contradiction(at, "`not` excludes everything"),
            Some(negated) => {
                result.insert("not".to_owned(), negated);
            }
            None => self.leave_out(at, "not"),
        }
    }

    fn choice(
        &mut self,
        condition: &'bundle Value,
        members: &'bundle Map<String, Value>,
        at: &Location,
        result: &mut Map<String, Value>,
    ) {
        if !members.contains_key("then") && !members.contains_key("else") {
            return;
        }
        let Some(condition) = self.exact(condition, &at.join("if")) else {
            self.leave_out(at, "if");
            return;
        };
        result.insert("if".to_owned(), condition);
        for branch in ["then", "else"] {
            match members.get(branch) {
                Some(Value::Bool(allowed)) => {
                    result.insert(branch.to_owned(), Value::Bool(*allowed));
                }
                Some(schema) => {
                    let schema = self.schema(schema, &at.join(branch));
                    result.insert(branch.to_owned(), schema);
                }
                None => {}
            }
        }
    }

    fn contains(
        &mut self,
        item: &'bundle Value,
        members: &'bundle Map<String, Value>,
        at: &Location,
        result: &mut Map<String, Value>,
    ) {
        let count = |keyword: &str| members.get(keyword).and_then(Value::as_u64);
        let (least, most) = (count("minContains"), count("maxContains"));
        let exact = most.and_then(|_| self.exact(item, &at.join("contains")));
        let most = most.filter(|most| exact.is_some() && *most >= least.unwrap_or(1));
        let item = exact.unwrap_or_else(|| self.schema(item, &at.join("contains")));
        result.insert("contains".to_owned(), item);
        for (keyword, count) in [("minContains", least), ("maxContains", most)] {
            if let Some(count) = count {
                result.insert(keyword.to_owned(), count.into());
            }
        }
    }

    fn dependencies(
        &mut self,
        dependencies: &'bundle Map<String, Value>,
        at: &Location,
        result: &mut Map<String, Value>,
    ) {
        for (name, dependency) in dependencies {
            let (keyword, dependency) = match dependency {
                Value::Array(names) => {
                    let needed = names.iter().filter_map(Value::as_str).filter(|name| !self.withheld.contains(name));
                    let mut needed: Vec<&str> = needed.collect();
                    needed.sort_unstable();
                    needed.dedup();
                    ("dependentRequired", json!(needed))
                }
                Value::Object(_) => ("dependentSchemas", self.schema(dependency, &at.join(name))),
                _ => continue,
            };
            if let Value::Object(kept) = result.entry(keyword).or_insert_with(|| json!({})) {
                kept.insert(name.clone(), dependency);
            }
        }
    }

    fn leave_out(&mut self, at: &Location, keyword: &str) {
        let message = format!("`{keyword}` is written in a way that cannot be kept; it is left to the API to check");
        self.fault(&at.join(keyword), "unusable-keyword", message);
    }
}
