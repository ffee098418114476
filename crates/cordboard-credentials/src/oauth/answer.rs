//! What came back through the browser, held against the sign-in that was begun.

use cordboard_domain::credential::OAuthServer;
use cordboard_domain::origin::is_same_origin;
use cordboard_domain::ports::Callback;
use url::Url;

/// Codes are short; what is longer is something else.
const LONGEST_CODE: usize = 4_096;
const LONGEST_WORD: usize = 200;

/// The code of an answer, or why it is none.
pub(crate) fn code(server: &OAuthServer, callback: Callback) -> Result<String, String> {
    let Callback { code, iss, error, error_description, .. } = callback;
    check_issuer(server, iss.as_deref())?;
    if let Some(error) = error {
        let words = error_description.filter(|words| !words.is_empty()).unwrap_or_else(|| error.clone());
        return Err(match error.as_str() {
            "access_denied" => "You did not agree at the plugin's page, so nothing was connected.".to_owned(),
            _ => format!("The plugin's server answers: “{}”.", readable(&words)),
        });
    }
    let code = code.ok_or("The answer of the plugin's server has no code. Begin again.")?;
    let is_printable = code.bytes().all(|byte| byte.is_ascii_graphic());
    if code.is_empty() || code.len() > LONGEST_CODE || !is_printable {
        return Err("The code in the plugin's answer cannot be one. Begin again.".to_owned());
    }
    Ok(code)
}

/// RFC 9207: who answers must be who was asked.
fn check_issuer(server: &OAuthServer, iss: Option<&str>) -> Result<(), String> {
    let fits = match (iss, &server.issuer) {
        (Some(iss), Some(issuer)) => iss == issuer,
        (None, _) => !server.always_names_issuer,
        // Nobody said what the issuer's name is; it cannot be at another origin than its page.
        (Some(iss), None) => match (Url::parse(iss), Url::parse(&server.authorization_url)) {
            (Ok(iss), Ok(page)) => is_same_origin(&iss, &page),
            _ => false,
        },
    };
    if fits {
        Ok(())
    } else {
        Err("Another server answers than the one that was asked, so its answer was not used.".to_owned())
    }
}

/// A stranger's words on one line, without what could pass for something else.
pub(crate) fn readable(text: &str) -> String {
    let words: String =
        text.chars().map(|each| if each.is_control() { ' ' } else { each }).take(LONGEST_WORD).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use cordboard_domain::credential::TokenEncoding;

    use super::*;

    fn server(issuer: Option<&str>, always_names_issuer: bool) -> OAuthServer {
        OAuthServer {
            authorization_url: "https://id.example/authorize".to_owned(),
            token_url: "https://id.example/token".to_owned(),
            revocation_url: None,
            issuer: issuer.map(str::to_owned),
            always_names_issuer,
            scopes: Vec::new(),
            encoding: TokenEncoding::Form,
        }
    }

    #[test]
    fn the_issuer_is_who_was_asked() {
        let known = Some("https://id.example/tenant");
        let table = [
            (None, false, None, true),
            (None, false, Some("https://id.example"), true),
            (None, false, Some("https://id.example/x"), true),
            (None, false, Some("https://evil.example"), false),
            (None, false, Some("https://id.example.evil.example"), false),
            (None, false, Some("id.example"), false),
            (None, false, Some(""), false),
            (known, false, None, true),
            (known, true, None, false),
            (known, true, known, true),
            (known, false, Some("https://id.example"), false),
            (known, false, Some("https://id.example/tenant/"), false),
        ];
        for (issuer, always, iss, expected) in table {
            let callback = Callback { code: Some("c".to_owned()), iss: iss.map(str::to_owned), ..Callback::default() };
            assert_eq!(code(&server(issuer, always), callback).is_ok(), expected, "{issuer:?} {always} {iss:?}");
        }
    }

    #[test]
    fn what_is_no_code_is_not_used() {
        let long = "x".repeat(LONGEST_CODE + 1);
        for text in [None, Some(""), Some("a b"), Some("a\nb"), Some("ä"), Some(long.as_str())] {
            let callback = Callback { code: text.map(str::to_owned), ..Callback::default() };
            assert!(code(&server(None, false), callback).is_err(), "{text:?}");
        }
        let both =
            Callback { code: Some("c".to_owned()), error: Some("access_denied".to_owned()), ..Callback::default() };
        assert!(code(&server(None, false), both).unwrap_err().starts_with("You did not agree"));
        let words = Callback {
            error: Some("server_error".to_owned()),
            error_description: Some("try\n\u{1b}[31mlater".to_owned()),
            ..Callback::default()
        };
        assert_eq!(code(&server(None, false), words).unwrap_err(), "The plugin's server answers: “try [31mlater”.");
    }
}
