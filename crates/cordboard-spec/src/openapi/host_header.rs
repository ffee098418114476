//! Headers that belong to the host. A description that declares one does not make it an argument.

/// Headers that the host, or the HTTP client, writes for every request.
const WRITTEN: [&str; 29] = [
    "accept",
    "accept-encoding",
    "accept-charset",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "cookie2",
    "date",
    "expect",
    "host",
    "http2-settings",
    "idempotency-key",
    "keep-alive",
    "max-forwards",
    "priority",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "user-agent",
    "via",
];

/// Headers by which servers and the proxies before them decide who is calling, from where, or what is called. A model
/// that fills them speaks as another client, or reaches another path than the one that policy sees.
const IDENTITY: [&str; 43] = [
    "alt-used",
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "cf-ipcountry",
    "cf-pseudo-ipv4",
    "cf-visitor",
    "cf-access-authenticated-user-email",
    "client-ip",
    "cluster-client-ip",
    "fastly-client-ip",
    "fly-client-ip",
    "forwarded",
    "forwarded-for",
    "from",
    "origin",
    "referer",
    "referrer",
    "remote-addr",
    "remote-user",
    "true-client-ip",
    "wl-proxy-client-ip",
    "x-arr-clientcert",
    "x-authenticated-user",
    "x-azure-clientip",
    "x-azure-socketip",
    "x-client-cert",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-custom-ip-authorization",
    "x-forwarded",
    "x-forwarder-for",
    "x-host",
    "x-host-override",
    "x-http-host-override",
    "x-originating-ip",
    "x-proxy-user",
    "x-proxyuser-ip",
    "x-real-ip",
    "x-real-host",
    "x-true-client-ip",
    "x-ssl-client-cert",
    "x-accel-redirect",
    "x-sendfile",
];

/// Families of [`IDENTITY`]: proxies, browsers and platforms add members as they like.
const IDENTITY_FAMILIES: [&str; 21] = [
    "access-control-",
    "forwarded-",
    "openai-",
    "proxy-",
    "sec-",
    "ssl-client-",
    "x-amzn-oidc-",
    "x-appengine-",
    "x-auth-request-",
    "x-envoy-",
    "x-forwarded-",
    "x-goog-authenticated-",
    "x-goog-iap-",
    "x-ms-client-principal",
    "x-original-",
    "x-remote-",
    "x-rewrite-",
    "x-ssl-",
    "x-vercel-forwarded-",
    "x-vercel-ip-",
    "x-webauth-",
];

/// Whose a header is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeaderOwner {
    /// An argument like others.
    Plugin,
    /// The host writes it.
    Host,
    /// It says who is calling or what is called, so that nobody but the host may write it.
    Identity,
}

impl HeaderOwner {
    /// By the name alone; CGI and WSGI read underscores as hyphens.
    pub(crate) fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase().replace('_', "-");
        if WRITTEN.contains(&name.as_str()) {
            Self::Host
        } else if IDENTITY.contains(&name.as_str()) || IDENTITY_FAMILIES.iter().any(|each| name.starts_with(each)) {
            Self::Identity
        } else {
            Self::Plugin
        }
    }
}

/// Whether a header can carry a key that a person or a developer gives.
pub(crate) fn can_carry_key(name: &str) -> bool {
    HeaderOwner::of(name) == HeaderOwner::Plugin && !cordboard_domain::method_override::is_override(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_and_transport_are_the_hosts_however_they_are_written() {
        for (name, owner) in [
            ("Authorization", HeaderOwner::Host),
            ("Transfer_Encoding", HeaderOwner::Host),
            ("Origin", HeaderOwner::Identity),
            ("X-Forwarded-For", HeaderOwner::Identity),
            ("x_forwarded_host", HeaderOwner::Identity),
            ("X-FORWARDED-Anything", HeaderOwner::Identity),
            ("Forwarded", HeaderOwner::Identity),
            ("X-Original-URL", HeaderOwner::Identity),
            ("X-Rewrite-Url", HeaderOwner::Identity),
            ("Sec-Fetch-Site", HeaderOwner::Identity),
            ("OpenAI-Ephemeral-User-Id", HeaderOwner::Identity),
            ("X-Request-Id", HeaderOwner::Plugin),
            ("X-Api-Key", HeaderOwner::Plugin),
            ("CF-Access-Client-Id", HeaderOwner::Plugin),
            ("Accept-Language", HeaderOwner::Plugin),
            ("If-None-Match", HeaderOwner::Plugin),
        ] {
            assert_eq!(HeaderOwner::of(name), owner, "{name}");
        }
    }
}
