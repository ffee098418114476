//! About what an operation takes in memory: parts of a description that many operations share count for each of them.

use super::argument::Argument;
use super::operation::{DeclaredResponse, Operation};
use super::security::Requirement;
use crate::document::finding::Finding;
use crate::schema::bytes;

impl Operation {
    /// About how many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        let texts = [&self.name, &self.operation_id, &self.path, &self.server, &self.description, &self.summary];
        size_of::<Self>()
            + texts
                .into_iter()
                .chain(&self.tags)
                .chain(&self.examples)
                .chain(&self.made_examples)
                .map(String::len)
                .sum::<usize>()
            + self.fixed_query.as_ref().map_or(0, String::len)
            + self.pointer.len()
            + self.arguments.iter().map(of_argument).sum::<usize>()
            + bytes(&self.parameters)
            + self.security.iter().flatten().map(of_requirement).sum::<usize>()
            + self.responses.iter().map(of_response).sum::<usize>()
            + self.restrictions.iter().map(Finding::bytes).sum::<usize>()
    }
}

impl Finding {
    /// About how many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + self.message.len() + self.document.len() + self.pointer.len()
    }
}

fn of_argument(argument: &Argument) -> usize {
    size_of::<Argument>() + argument.name.len() + argument.place.published_name().map_or(0, str::len)
}

fn of_requirement(requirement: &Requirement) -> usize {
    let scopes = requirement.scopes.iter().map(|scope| size_of::<String>() + scope.len());
    size_of::<Requirement>() + requirement.scheme.len() + scopes.sum::<usize>()
}

fn of_response(response: &DeclaredResponse) -> usize {
    let media_types = response.media_types.iter().map(|media_type| size_of::<String>() + media_type.len());
    let schema = response.schema.as_ref().map_or(0, |schema| schema.len());
    size_of::<DeclaredResponse>() + response.status.len() + schema + media_types.sum::<usize>()
}
