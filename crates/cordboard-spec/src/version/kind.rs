//! The kinds of change, and how much each of them matters.

use cordboard_domain::plugin::Risk;
use serde::Serialize;

/// What kind of change one difference between two versions is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    // Apparent identity.
    NameForHuman,
    NameForModel,
    Logo,
    /// Its documents were fetched before, and now they are pasted.
    SourcePasted,
    // Who is calling, and who learns of it.
    SignIn,
    SecuritySchemes,
    ScopeAdded,
    Credentials,
    // Where calls and their data go, and where the description comes from.
    HostAdded,
    HostRemoved,
    Address,
    DescriptionOrigin,
    DescriptionAddress,
    // What can be called, and whether a person is asked.
    OperationAdded,
    OperationRemoved,
    OperationRenamed,
    WriteBecomesRead,
    ReadBecomesWrite,
    Method,
    ConsequenceWithdrawn,
    StandingPermissionOffered,
    Consequence,
    // What is asked for.
    PersonalData,
    PersonalDataRemoved,
    ArgumentAdded,
    ArgumentRequired,
    ArgumentMoved,
    ArgumentWidened,
    BodyRequired,
    FileRequested,
    ArgumentRemoved,
    ArgumentOptional,
    ArgumentNarrowed,
    BodyForm,
    CallForm,
    // What models and people read.
    DescriptionForModel,
    DescriptionForHuman,
    Publisher,
    OperationWording,
    Responses,
    // Nothing of the above.
    NoEffect,
}

impl ChangeKind {
    /// The one table of classes. Of several changes the worst class wins.
    ///
    /// `Raised` is whatever removes or weakens a confirmation, requests more data, sends it elsewhere, offers more
    /// operations, or makes the plugin look like another one. It suspends: every call asks until the person accepts the
    /// version. All classes but `Cosmetic` take the plugin out of the store until it is reviewed again.
    pub fn risk(self) -> Risk {
        match self {
            Self::NameForHuman
            | Self::NameForModel
            | Self::Logo
            | Self::SourcePasted
            | Self::SignIn
            | Self::SecuritySchemes
            | Self::ScopeAdded
            | Self::Credentials
            | Self::HostAdded
            | Self::Address
            | Self::DescriptionOrigin
            | Self::OperationAdded
            | Self::WriteBecomesRead
            | Self::ReadBecomesWrite
            | Self::ConsequenceWithdrawn
            | Self::StandingPermissionOffered
            | Self::PersonalData
            | Self::ArgumentAdded
            | Self::ArgumentRequired
            | Self::ArgumentMoved
            | Self::ArgumentWidened
            | Self::BodyRequired
            | Self::FileRequested => Risk::Raised,
            Self::HostRemoved
            | Self::DescriptionAddress
            | Self::OperationRemoved
            | Self::OperationRenamed
            | Self::Method
            | Self::Consequence
            | Self::PersonalDataRemoved
            | Self::ArgumentRemoved
            | Self::ArgumentOptional
            | Self::ArgumentNarrowed
            | Self::BodyForm
            | Self::CallForm => Risk::Contract,
            Self::DescriptionForModel
            | Self::DescriptionForHuman
            | Self::Publisher
            | Self::OperationWording
            | Self::Responses => Risk::Wording,
            Self::NoEffect => Risk::Cosmetic,
        }
    }
}
