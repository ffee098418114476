//! The responses that an operation announces.

use serde_json::{Map, Value};

use super::media::{self, Kind};
use super::operation::Site;
use super::text::texts;
use super::{Compiler, Dialect};
use crate::document::bundle::Location;
use crate::toolset::operation::{DeclaredResponse, is_json};

/// The most responses of one operation; the most known are 67.
const MAX_RESPONSES: usize = 200;

impl<'bundle> Compiler<'bundle> {
    /// Media types of every response, schemas of the successful ones.
    pub(super) fn responses(&self, site: &Site<'bundle>) -> Vec<DeclaredResponse> {
        let at = site.at.join("responses");
        let listed = site.value.get("responses").and_then(Value::as_object).into_iter().flatten();
        let read = |(status, response): (&String, &'bundle Value)| {
            let found = self.bundle.resolve(response, &at.join(status)).ok()?;
            Some(self.response(site, status, found.value, &found.at))
        };
        listed.filter(|(status, _)| !status.starts_with("x-")).take(MAX_RESPONSES).filter_map(read).collect()
    }

    fn response(&self, site: &Site<'_>, status: &str, response: &'bundle Value, at: &Location) -> DeclaredResponse {
        let (media_types, schema) = match self.dialect {
            Dialect::Swagger2 => {
                let own = texts(site.value, "produces");
                let produces = if own.is_empty() { texts(&self.bundle.main().value, "produces") } else { own };
                (produces, response.get("schema").map(|schema| (schema, at.join("schema"))))
            }
            Dialect::OpenApi3 => {
                let content = response.get("content").and_then(Value::as_object);
                let schema = content.and_then(as_json).and_then(|(media_type, media)| {
                    let media = self.bundle.resolve(media, &at.join("content").join(media_type)).ok()?;
                    Some((media.value.get("schema")?, media.at.join("schema")))
                });
                (content.into_iter().flat_map(|content| content.keys().cloned()).collect(), schema)
            }
        };
        let wanted = schema.filter(|_| status.starts_with('2') || status == "default");
        let schema = wanted.map(|(schema, at)| self.response_schema(schema, &at).to_string().into_boxed_str());
        DeclaredResponse { status: status.to_owned(), media_types, schema }
    }
}

/// What is said of a JSON body: some frameworks write `*/*` for it.
fn as_json(content: &Map<String, Value>) -> Option<(&String, &Value)> {
    let by_name = content.iter().find(|(media_type, _)| is_json(media_type));
    by_name.or_else(|| content.iter().find(|(media_type, _)| media::kind(media_type) == Kind::Json))
}
