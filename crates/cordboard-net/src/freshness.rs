//! How long an answer may be used again, by the rules for caches that serve many people (RFC 9111).

use std::time::Duration;

use reqwest::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName};

/// What the server says: nothing, or how long. An answer that may not be kept, or only after asking again, is not fresh
/// for a moment.
pub(crate) fn fresh_for(headers: &HeaderMap) -> Option<Duration> {
    let directives = || values(headers, &CACHE_CONTROL).flat_map(|value| value.split(',')).map(str::trim);
    let is_kept_by_nobody = |directive: &str| {
        let name = directive.split('=').next().unwrap_or_default().trim();
        ["no-store", "no-cache", "private"].iter().any(|each| name.eq_ignore_ascii_case(each))
    };
    if directives().any(is_kept_by_nobody) || values(headers, &HeaderName::from_static("vary")).any(|vary| vary == "*")
    {
        return Some(Duration::ZERO);
    }
    let lifetime = seconds(directives(), "s-maxage")
        .or_else(|| seconds(directives(), "max-age"))
        .or_else(|| until_expiry(headers))?;
    let age = values(headers, &AGE)
        .next()
        .and_then(|age| age.trim().parse().ok())
        .map_or(Duration::ZERO, Duration::from_secs);
    Some(lifetime.saturating_sub(age))
}

/// The number of seconds behind a directive; one that is no number counts as 0.
fn seconds<'headers>(directives: impl Iterator<Item = &'headers str>, name: &str) -> Option<Duration> {
    let mut pairs = directives.filter_map(|directive| directive.split_once('='));
    let (_, value) = pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case(name))?;
    Some(Duration::from_secs(value.trim().trim_matches('"').parse().unwrap_or(0)))
}

/// From the server's own clock to `Expires`. What is no date, such as `0`, lies in the past.
fn until_expiry(headers: &HeaderMap) -> Option<Duration> {
    let expires = values(headers, &EXPIRES).next()?;
    let date = values(headers, &DATE).next().and_then(|date| httpdate::parse_http_date(date).ok());
    let lifetime = httpdate::parse_http_date(expires).ok().zip(date);
    Some(lifetime.and_then(|(expires, date)| expires.duration_since(date).ok()).unwrap_or_default())
}

fn values<'headers>(headers: &'headers HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'headers str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[(&'static str, &str)], expected: Option<u64>) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        assert_eq!(fresh_for(&headers), expected.map(Duration::from_secs), "{lines:?}");
    }

    #[test]
    fn servers_say_how_long_their_answers_hold() {
        let date = ("date", "Thu, 01 Jan 2026 00:00:00 GMT");
        check(&[], None);
        check(&[("cache-control", "public")], None);
        check(&[("cache-control", "public, Max-Age=60")], Some(60));
        check(&[("cache-control", "max-age=60"), ("age", "45")], Some(15));
        check(&[("cache-control", "max-age=60"), ("age", "90")], Some(0));
        check(&[("cache-control", "max-age=60, s-maxage=\"600\"")], Some(600));
        check(&[("cache-control", "max-age=soon")], Some(0));
        check(&[("cache-control", "max-age=60"), ("cache-control", "No-Store")], Some(0));
        check(&[("cache-control", "no-cache, max-age=60")], Some(0));
        check(&[("cache-control", "private, max-age=60")], Some(0));
        check(&[("cache-control", "max-age=60"), ("vary", "*")], Some(0));
        check(&[("cache-control", "max-age=99999999999999999999")], Some(0));
        check(&[date, ("expires", "Thu, 01 Jan 2026 00:10:00 GMT")], Some(600));
        check(&[date, ("expires", "Wed, 31 Dec 2025 00:00:00 GMT")], Some(0));
        check(&[("expires", "Thu, 01 Jan 2026 00:10:00 GMT")], Some(0));
        check(&[date, ("expires", "0")], Some(0));
        check(&[date, ("expires", "0"), ("cache-control", "max-age=60")], Some(60));
    }
}
