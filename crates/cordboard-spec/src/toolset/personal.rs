//! Parameters that the host fills with something about the person who asks, if they agree.

use cordboard_domain::personal::{PersonalField, PersonalRequest, Profile};
use serde::Serialize;

use super::argument::Place;

/// One such parameter. Models do not see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonalParameter {
    pub field: PersonalField,
    pub place: Place,
    pub required: bool,
    /// Why the plugin wants it: the parameter's description.
    pub reason: String,
}

impl PersonalParameter {
    /// What is asked of a person of whom this much is known.
    pub fn request(&self, profile: &Profile) -> PersonalRequest {
        let known = profile.get(&self.field).cloned().unwrap_or_default();
        PersonalRequest { field: self.field, reason: self.reason.clone(), required: self.required, known }
    }
}
