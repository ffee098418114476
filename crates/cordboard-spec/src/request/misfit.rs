//! What to say of a value that fits none of several variants: what is wrong with the one that was meant.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

type Errors = Vec<ValidationError<'static>>;

/// What keeps a value from its variants.
pub(super) enum Misfit<'error> {
    /// The value at a place selects the variant, and is none of these.
    Selector(String, Vec<&'error Value>),
    /// The variants that may have been meant, each with its errors.
    Meant(Vec<&'error Errors>),
}

impl<'error> Misfit<'error> {
    /// By the errors of every variant for the value at `path`.
    pub(super) fn of(variants: &'error [Errors], path: &str) -> Self {
        let own: Vec<&Errors> = variants.iter().filter(|errors| !is_of_other_type(errors, path)).collect();
        let meant: Vec<&Errors> = own.iter().copied().filter(|errors| !errors.iter().any(selects)).collect();
        if !meant.is_empty() {
            return Self::Meant(meant);
        }
        let mut selectors = own.iter().filter_map(|errors| errors.iter().find(|error| selects(error)));
        let Some(first) = selectors.next() else { return Self::Meant(variants.iter().collect()) };
        if !selectors.all(|other| other.instance_path() == first.instance_path()) {
            return Self::Meant(own);
        }
        let options = own.iter().filter_map(|errors| errors.iter().find(|error| selects(error))).flat_map(options);
        Self::Selector(first.instance_path().to_string(), options.collect())
    }
}

/// Whether a variant refuses the value at `path` for its type alone.
pub(super) fn is_of_other_type(errors: &[ValidationError<'_>], path: &str) -> bool {
    let at_path = |error: &ValidationError<'_>| error.instance_path().as_str() == path;
    errors.iter().any(|error| at_path(error) && matches!(error.kind(), ValidationErrorKind::Type { .. }))
}

/// Whether a variant says by this that it is for other values.
fn selects(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), ValidationErrorKind::Constant { .. } | ValidationErrorKind::Enum { .. })
}

fn options<'error>(error: &'error ValidationError<'static>) -> Vec<&'error Value> {
    match error.kind() {
        ValidationErrorKind::Constant { expected_value } => vec![&**expected_value],
        ValidationErrorKind::Enum { options } => options.as_array().into_iter().flatten().collect(),
        _ => Vec::new(),
    }
}
