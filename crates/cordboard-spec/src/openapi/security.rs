//! Security schemes and requirements, of OpenAPI 3 and Swagger 2.0.

use serde_json::{Map, Value};

use super::text::{listed_texts, text};
use crate::document::bundle::{Bundle, Location};
use crate::document::pointer::Pointer;
use crate::toolset::security::{Alternative, KeyPlace, Requirement, SecurityScheme, SecuritySchemes};

/// The schemes that a document declares.
pub(crate) fn schemes(bundle: &Bundle) -> SecuritySchemes {
    let document = &bundle.main().value;
    let at = ["/components/securitySchemes", "/securityDefinitions"];
    let declared = at.into_iter().filter_map(|at| Some((at, document.pointer(at)?.as_object()?)));
    declared
        .flat_map(|(at, schemes)| schemes.iter().map(move |(name, scheme)| (at, name, scheme)))
        .filter_map(|(at, name, declared)| {
            let at = Location::in_main(Pointer::parse(at).join(name));
            let found = bundle.resolve(declared, &at).ok()?;
            Some((name.clone(), scheme(found.value)))
        })
        .collect()
}

fn scheme(declared: &Value) -> SecurityScheme {
    let kind = text(declared, "type");
    let word = text(declared, "scheme").to_ascii_lowercase();
    match (kind.as_str(), word.as_str()) {
        ("basic", _) | ("http", "basic") => SecurityScheme::Basic,
        ("http", "bearer") => SecurityScheme::Bearer,
        ("apiKey", _) => api_key(declared).unwrap_or(SecurityScheme::Unsupported { kind }),
        ("oauth2", _) => oauth2(declared),
        ("openIdConnect", _) => SecurityScheme::OpenIdConnect { url: text(declared, "openIdConnectUrl") },
        ("http", _) => SecurityScheme::Unsupported { kind: format!("http {word}") },
        _ => SecurityScheme::Unsupported { kind },
    }
}

fn api_key(declared: &Value) -> Option<SecurityScheme> {
    let place = match text(declared, "in").as_str() {
        "header" => KeyPlace::Header,
        "query" => KeyPlace::Query,
        "cookie" => KeyPlace::Cookie,
        _ => return None,
    };
    Some(SecurityScheme::ApiKey { place, name: text(declared, "name") })
}

/// The first flow with an address, in the order in which people can use them.
fn oauth2(declared: &Value) -> SecurityScheme {
    let flows = declared.get("flows").and_then(Value::as_object);
    let known = ["authorizationCode", "implicit", "password", "clientCredentials", "deviceAuthorization"];
    let found = flows.and_then(|flows| known.into_iter().find_map(|name| Some((name.to_owned(), flows.get(name)?))));
    let (name, flow) = found.unwrap_or_else(|| (of_swagger(&text(declared, "flow")), declared));
    let address = |key: &str| Some(text(flow, key)).filter(|address| !address.is_empty());
    let scopes = flow.get("scopes").and_then(Value::as_object).map(Map::keys).into_iter().flatten();
    SecurityScheme::OAuth2 {
        flow: name,
        authorization_url: address("authorizationUrl"),
        token_url: address("tokenUrl"),
        scopes: scopes.cloned().collect(),
    }
}

/// A flow of Swagger 2.0 by its present name.
fn of_swagger(name: &str) -> String {
    match name {
        "accessCode" => "authorizationCode",
        "application" => "clientCredentials",
        other => other,
    }
    .to_owned()
}

/// The most alternatives of one operation, and the most schemes of one alternative; the most known are 26.
const MAX_ALTERNATIVES: usize = 100;

/// What an operation requires: its own list, or else the document's. Some write one alternative without a list.
pub(crate) fn alternatives(document: &Value, operation: &Value) -> Vec<Alternative> {
    let listed = match operation.get("security").or_else(|| document.get("security")) {
        Some(Value::Array(listed)) => listed.as_slice(),
        Some(single @ Value::Object(_)) => std::slice::from_ref(single),
        _ => &[],
    };
    listed.iter().filter_map(Value::as_object).take(MAX_ALTERNATIVES).map(alternative).collect()
}

/// Whether an operation says of itself that it needs nothing.
pub(crate) fn is_open(operation: &Value) -> bool {
    let listed = operation.get("security").and_then(Value::as_array);
    listed.is_some_and(|listed| listed.is_empty() || listed.iter().any(|each| each == &Value::Object(Map::new())))
}

fn alternative(schemes: &Map<String, Value>) -> Alternative {
    let requirement =
        |(scheme, scopes): (&String, &Value)| Requirement { scheme: scheme.clone(), scopes: listed_texts(scopes) };
    schemes.iter().take(MAX_ALTERNATIVES).map(requirement).collect()
}

/// Whether a parameter of an operation is the key of a scheme that it requires, which the host fills.
pub(crate) fn is_key(schemes: &SecuritySchemes, required: &[Alternative], location: &str, name: &str) -> bool {
    let named = required.iter().flatten().filter_map(|requirement| schemes.get(&requirement.scheme));
    named.into_iter().any(|scheme| match scheme {
        SecurityScheme::ApiKey { place, name: key } => match place {
            KeyPlace::Header => location == "header" && key.eq_ignore_ascii_case(name),
            KeyPlace::Query => location == "query" && key == name,
            KeyPlace::Cookie => location == "cookie" && key == name,
        },
        _ => false,
    })
}
