//! What is wrong with a schema, or was left out of it.

use crate::document::bundle::Location;

/// One thing that keeps a schema from being used as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SchemaFault {
    pub(crate) at: Location,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}
