//! The provider as the protocol's library speaks with it.

use std::future::Future;
use std::pin::Pin;

use cordboard_domain::ports::{FetchError, ProviderRequest, ProviderResponse};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use url::Url;

use super::Provider;

impl<'client> AsyncHttpClient<'client> for Provider {
    type Error = FetchError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, FetchError>> + Send + 'client>>;

    fn call(&'client self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let url = request.uri().to_string();
            if !Url::parse(&url).is_ok_and(|url| self.is_safe(&url)) {
                return Err(FetchError::Refused { url, reason: "a provider is reached through https".to_owned() });
            }
            let response = self.reach.reach(outgoing(url.clone(), &request)).await?;
            incoming(response).ok_or_else(|| FetchError::Broken { url, reason: "it is no HTTP response".to_owned() })
        })
    }
}

fn outgoing(url: String, request: &HttpRequest) -> ProviderRequest {
    let text = |value: &axum::http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers = request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let body = (request.method() == axum::http::Method::POST).then(|| request.body().clone());
    ProviderRequest { url, headers, body }
}

fn incoming(response: ProviderResponse) -> Option<HttpResponse> {
    let mut builder = axum::http::Response::builder().status(response.status);
    for (name, value) in &response.headers {
        builder = builder.header(name, value);
    }
    builder.body(response.body).ok()
}
