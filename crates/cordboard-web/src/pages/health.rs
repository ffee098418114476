//! Whether the server answers, for supervisors.

pub(crate) async fn show() -> &'static str {
    "ok\n"
}
