//! Method overrides: parameters by which a server carries out another HTTP method than the request line names. A request
//! that has one may change something, whatever its method says.
//!
//! The spellings are those that servers document: `X-HTTP-Method-Override`, `X-HTTP-Method` (`OData`, `SharePoint`),
//! `X-Method-Override` (IBM), `_method` (Rails, Laravel, Symfony, Express), `_METHOD` (Slim), `_HttpMethod` (Salesforce),
//! `$httpMethod` (Google) and `method` (Facebook's Graph API).

use crate::call::{PlannedBody, PlannedCall};

/// The methods that change something, with those of `WebDAV` and `OData`; a server may know any of them.
const WRITING_METHODS: [&str; 14] = [
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "MERGE",
    "PURGE",
    "MOVE",
    "COPY",
    "MKCOL",
    "PROPPATCH",
    "LOCK",
    "UNLOCK",
    "LINK",
    "UNLINK",
];

/// Parts of names that say nothing else. Letters and digits only, in lower case.
const OVERRIDES: [&str; 8] = [
    "methodoverride",
    "overridemethod",
    "verboverride",
    "overrideverb",
    "xhttpmethod",
    "xhttpverb",
    "xrequestmethod",
    "httpoverride",
];

/// Names that mean a method in some APIs and something else in others, so that the value decides.
const AMBIGUOUS: [&str; 6] = ["method", "verb", "httpmethod", "httpverb", "requestmethod", "xmethod"];

/// Whether a server may read the method from a header, parameter, field or cookie of this name, whatever its value.
/// Case and separators do not count: CGI reads `X_HTTP_Method_Override` as the header with hyphens, PHP reads `.method`
/// as `_method`.
pub fn is_override(name: &str) -> bool {
    let stem = stem(name);
    let compact = compact(stem);
    let has_sign = stem.starts_with(|first: char| !first.is_ascii_alphanumeric());
    OVERRIDES.iter().any(|each| compact.contains(each)) || has_sign && AMBIGUOUS.contains(&compact.as_str())
}

/// Whether a name means a method where its value is one.
pub fn is_ambiguous(name: &str) -> bool {
    AMBIGUOUS.contains(&compact(stem(name)).as_str())
}

/// Whether a value is a method that changes something.
pub fn is_writing_method(value: &str) -> bool {
    WRITING_METHODS.iter().any(|method| value.trim().eq_ignore_ascii_case(method))
}

/// Whether a name with a value overrides the method.
pub fn overrides(name: &str, value: &str) -> bool {
    is_override(name) || is_ambiguous(name) && is_writing_method(value)
}

/// Whether a query or a form has such a pair. Some servers separate pairs with `;`.
pub fn is_in_pairs(text: &str) -> bool {
    let text = text.replace(';', "&");
    url::form_urlencoded::parse(text.as_bytes()).any(|(name, value)| overrides(&name, &value))
}

/// A name without the brackets of a list.
fn stem(name: &str) -> &str {
    let name = name.trim();
    name.split('[').next().filter(|stem| !stem.is_empty()).unwrap_or(name)
}

fn compact(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|each| each.to_ascii_lowercase()).collect()
}

impl PlannedCall {
    /// Whether the request only reads: its method does, and nothing in it can override that.
    pub fn is_read(&self) -> bool {
        self.method.is_safe() && !self.may_override_method && !self.carries_override()
    }

    /// Whether an override is in the exact request, however it got there.
    fn carries_override(&self) -> bool {
        let in_header = |(name, value): &(String, String)| {
            overrides(name, value) || name.eq_ignore_ascii_case("cookie") && is_in_pairs(value)
        };
        self.headers.iter().any(in_header)
            || is_in_url(&self.url)
            || self.body.as_ref().is_some_and(PlannedBody::carries_override)
    }
}

/// In the query, or in a path parameter such as `/x;_method=delete`.
fn is_in_url(url: &str) -> bool {
    let url = url.split('#').next().unwrap_or_default();
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    is_in_pairs(query)
        || path.split('/').filter_map(|segment| segment.split_once(';')).any(|(_, rest)| is_in_pairs(rest))
}

impl PlannedBody {
    fn carries_override(&self) -> bool {
        let text = String::from_utf8_lossy(self.content.as_bytes());
        let kind = self.content_type.to_ascii_lowercase();
        if kind.starts_with("multipart/") {
            let names = text.split("name=\"").skip(1).filter_map(|rest| rest.split('"').next());
            return names.into_iter().any(|name| is_override(name) || is_ambiguous(name));
        }
        if kind.starts_with("application/x-www-form-urlencoded") {
            return is_in_pairs(&text);
        }
        let members = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text).unwrap_or_default();
        members.iter().any(|(name, value)| overrides(name, value.as_str().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{BodyContent, Method};
    use crate::plugin::VersionDigest;

    #[test]
    fn every_spelling_of_an_override_is_known() {
        for name in [
            "X-HTTP-Method-Override",
            "x_http_method_override",
            "XHttpMethodOverride",
            "X-HTTP-Method",
            "X-Method-Override",
            "HTTP-Method-Override",
            "_method",
            "_METHOD",
            "__method",
            ".method",
            "$method",
            "_method[]",
            "$httpMethod",
            "_HttpMethod",
            "_verb",
            " _method",
        ] {
            assert!(is_override(name), "{name}");
        }
        for name in ["method", "payment_method", "methods", "httpMethod", "X-Api-Version", "_id", "verbose", ""] {
            assert!(!is_override(name), "{name}");
        }
    }

    #[test]
    fn an_ambiguous_name_overrides_where_its_value_is_a_method() {
        for (name, value, expected) in [
            ("method", "DELETE", true),
            ("method", " post ", true),
            ("http_method", "patch", true),
            ("verb", "MERGE", true),
            ("method", "flickr.photos.search", false),
            ("method", "GET", false),
            ("q", "delete", false),
        ] {
            assert_eq!(overrides(name, value), expected, "{name}={value}");
        }
    }

    fn call(url: &str, headers: &[(&str, &str)], body: Option<(&str, &str)>) -> PlannedCall {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        PlannedCall {
            plugin: "0190f1f0a0a070008000000000000001".parse().unwrap(),
            version: VersionDigest::from_stored(String::new()),
            operation: String::new(),
            method: Method::Get,
            url: url.to_owned(),
            headers: headers.iter().map(owned).collect(),
            body: body.map(|(content_type, text)| PlannedBody {
                content_type: content_type.to_owned(),
                content: BodyContent::Text(text.to_owned()),
            }),
            home: None,
            may_override_method: false,
            credentials: Vec::new(),
        }
    }

    #[test]
    fn a_request_with_an_override_anywhere_is_no_read() {
        let (plain, json) = ("https://a.example/x?q=delete", "application/json");
        let form = "application/x-www-form-urlencoded";
        let part = "--b\r\nContent-Disposition: form-data; name=\"_method\"\r\n\r\nDELETE\r\n--b--";
        let table = [
            (call(plain, &[], None), true),
            (call(plain, &[("Accept", "x"), ("Cookie", "a=b; method=list")], None), true),
            (call("https://a.example/x?a=1&_method=delete", &[], None), false),
            (call("https://a.example/x?a=1;_method=delete", &[], None), false),
            (call("https://a.example/x?%5Fmethod=delete", &[], None), false),
            (call("https://a.example/x?method=DELETE", &[], None), false),
            (call("https://a.example/x;_method=delete/y", &[], None), false),
            (call(plain, &[("x-http-method-override", "DELETE")], None), false),
            (call(plain, &[("Cookie", "a=b; _method=delete")], None), false),
            (call(plain, &[], Some((json, r#"{"_method": "delete"}"#))), false),
            (call(plain, &[], Some((json, r#"{"q": "_method"}"#))), true),
            (call(plain, &[], Some((form, "a=b&_method=delete"))), false),
            (call(plain, &[], Some(("multipart/form-data; boundary=b", part))), false),
        ];
        for (call, expected) in table {
            assert_eq!(call.is_read(), expected, "{call:?}");
        }
        assert!(!PlannedCall { method: Method::Post, ..call(plain, &[], None) }.is_read());
        assert!(!PlannedCall { may_override_method: true, ..call(plain, &[], None) }.is_read());
    }
}
