//! One rule per file.

pub(crate) mod long_description;
pub(crate) mod long_name;
pub(crate) mod long_operation_description;
pub(crate) mod missing_contact;
pub(crate) mod missing_examples;
pub(crate) mod missing_operation_id;
pub(crate) mod name_not_identifier;
pub(crate) mod undescribed_operation;
pub(crate) mod unusable_example;
