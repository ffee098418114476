//! Rate limits and outages: how long to wait. Nothing here knows the present time; dates are taken relative to the
//! response's own `Date`.

use super::Exchange;

/// Seconds since 1970 from which a reset is a moment and no longer a span.
const LEAST_MOMENT: u64 = 1_000_000_000;

/// The sentence about waiting, where there is a reason to wait.
pub(super) fn advice(exchange: Exchange<'_>) -> Option<String> {
    let wait = retry_after(exchange).or_else(|| reset(exchange));
    match (exchange.status, wait) {
        (429, Some(seconds)) => Some(format!(
            "The plugin's rate limit is used up. It can be called again in {}; do not call it again in this turn, tell \
             the user.",
            span(seconds)
        )),
        (429, None) => Some(
            "The plugin's rate limit is used up. Do not call it again in this turn; tell the user to try later."
                .to_owned(),
        ),
        (503, Some(seconds)) => Some(format!(
            "The plugin is not available at the moment. It asks to be called again in {}; do not call it again in this \
             turn, tell the user.",
            span(seconds)
        )),
        (503, None) => {
            Some("The plugin is not available at the moment. Do not call it again now; tell the user.".to_owned())
        }
        _ => used_up(exchange, wait),
    }
}

/// The last call that the limit allows has been made.
fn used_up(exchange: Exchange<'_>, wait: Option<u64>) -> Option<String> {
    let none_left = first(exchange, &["x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining"])
        .map_or_else(|| member(exchange.header("ratelimit")?, "r"), number)?
        == 0;
    let until = wait.map_or_else(String::new, |seconds| format!(" for {}", span(seconds)));
    none_left.then(|| format!("The plugin's rate limit is used up with this call; no further call will work{until}."))
}

/// `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
fn retry_after(exchange: Exchange<'_>) -> Option<u64> {
    let text = exchange.header("retry-after")?;
    number(text).or_else(|| {
        let then = httpdate::parse_http_date(text).ok()?;
        let now = httpdate::parse_http_date(exchange.header("date")?).ok()?;
        Some(then.duration_since(now).map_or(0, |span| span.as_secs()))
    })
}

/// When the limit is new again, as span or as moment, from the headers that people send.
fn reset(exchange: Exchange<'_>) -> Option<u64> {
    let names = ["x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset", "x-ratelimit-reset-after"];
    let value = first(exchange, &names).map_or_else(|| member(exchange.header("ratelimit")?, "t"), number)?;
    if value < LEAST_MOMENT {
        return Some(value);
    }
    let now = httpdate::parse_http_date(exchange.header("date")?).ok()?;
    let now = now.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    // Some count milliseconds.
    let moment = if value > LEAST_MOMENT * 100 { value / 1000 } else { value };
    Some(moment.saturating_sub(now))
}

/// A member of the `RateLimit` header: `"default";r=0;t=30`, or in earlier drafts `limit=10, remaining=0, reset=30`.
fn member(header: &str, name: &str) -> Option<u64> {
    let long = if name == "r" { "remaining" } else { "reset" };
    header.split([';', ',']).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        (key.trim() == name || key.trim() == long).then(|| number(value))?
    })
}

fn first<'call>(exchange: Exchange<'call>, names: &[&str]) -> Option<&'call str> {
    names.iter().find_map(|name| exchange.header(name))
}

/// Whole seconds; fractions are rounded up.
fn number(text: &str) -> Option<u64> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = |text: &str| text.chars().all(|character| character.is_ascii_digit());
    let whole: u64 = whole.parse().ok().filter(|_| digits(fraction))?;
    Some(if fraction.chars().any(|digit| digit != '0') { whole.saturating_add(1) } else { whole })
}

fn span(seconds: u64) -> String {
    match seconds {
        0 => "a moment".to_owned(),
        1 => "1 second".to_owned(),
        2..120 => format!("{seconds} seconds"),
        120..7200 => format!("{} minutes", seconds.div_ceil(60)),
        7200..172_800 => format!("{} hours", seconds.div_ceil(3600)),
        _ => format!("{} days", seconds.div_ceil(86_400)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, headers: &[(&str, &str)], expected: &str) {
        let headers: Vec<(String, String)> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let said = advice(Exchange { status, headers: &headers, value: None, url: "", arguments: &[] });
        let said = said.unwrap_or_default();
        assert!(said.contains(expected) && said.is_empty() == expected.is_empty(), "{status} {headers:?}: {said}");
    }

    #[test]
    fn how_long_to_wait() {
        let date = ("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
        check(429, &[("retry-after", "30")], "again in 30 seconds; do not");
        check(429, &[("Retry-After", "Sun, 06 Nov 1994 08:59:37 GMT"), date], "again in 10 minutes");
        check(429, &[("Retry-After", "Sunday, 06-Nov-94 08:49:38 GMT"), date], "again in 1 second;");
        check(429, &[("Retry-After", "Sun, 06 Nov 1994 08:00:00 GMT"), date], "again in a moment");
        check(429, &[("Retry-After", "Sun, 06 Nov 1994 08:59:37 GMT")], "Do not call it again in this turn");
        check(429, &[("Retry-After", "soon")], "Do not call it again in this turn");
        check(429, &[("x-ratelimit-reset", "784111807"), date], "again in 9076 days");
        check(429, &[("x-ratelimit-reset", "1700000060"), ("date", "Tue, 14 Nov 2023 22:13:20 GMT")], "60 seconds");
        check(429, &[("ratelimit", "limit=10, remaining=0, reset=7300")], "again in 3 hours");
        check(429, &[], "Do not call it again in this turn");
        check(503, &[("retry-after", "2.5")], "asks to be called again in 3 seconds");
        check(503, &[], "not available");
        check(
            200,
            &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "45")],
            "no further call will work for 45 seconds",
        );
        check(200, &[("RateLimit", "\"default\";r=0;t=10")], "no further call will work for 10 seconds");
        check(200, &[("x-ratelimit-remaining", "3")], "");
        check(200, &[("retry-after", "3")], "");
        check(404, &[], "");
    }
}
