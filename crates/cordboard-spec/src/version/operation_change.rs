//! Differences between the operations of two versions.

use cordboard_domain::call::Method;

use super::change::Found;
use super::kind::ChangeKind;
use super::schema_change::{widens, without_words, words};
use crate::toolset::Toolset;
use crate::toolset::argument::{Argument, Place};
use crate::toolset::body::{Body, Encoding};
use crate::toolset::operation::Operation;
use crate::toolset::personal::PersonalParameter;

pub(super) fn operations(old: &Toolset, new: &Toolset, found: &mut Found) {
    let mut kept = Vec::new();
    for operation in &new.operations {
        let Some(before) = predecessor(operation, old, new) else {
            added(operation, found);
            continue;
        };
        kept.push(before.name.as_str());
        changed(before, operation, found);
    }
    for gone in old.operations.iter().filter(|operation| !kept.contains(&operation.name.as_str())) {
        found.note(ChangeKind::OperationRemoved, format!("The operation `{}` is gone.", gone.name));
    }
}

fn added(operation: &Operation, found: &mut Found) {
    let does = if operation.is_read() { "reads" } else { "may change something" };
    let what = format!("A new operation that {does}: `{}` ({} {}).", operation.name, operation.method, operation.path);
    found.difference(ChangeKind::OperationAdded, what, "", operation.headline());
}

/// What the operation was before: the one at the same place, or of the same name, or at the same path under a method that
/// the path no longer has.
fn predecessor<'old>(operation: &Operation, old: &'old Toolset, new: &Toolset) -> Option<&'old Operation> {
    let is_at = |each: &Operation, method: Method| each.method == method && each.path == operation.path;
    let at_place = |each: &&Operation| is_at(each, operation.method);
    let left = |each: &&Operation| {
        each.path == operation.path && !new.operations.iter().any(|other| is_at(other, each.method))
    };
    old.operations
        .iter()
        .find(|each| at_place(each) && each.name == operation.name)
        .or_else(|| old.operations.iter().find(at_place))
        .or_else(|| old.operation(&operation.name))
        .or_else(|| old.operations.iter().find(left))
}

fn changed(old: &Operation, new: &Operation, found: &mut Found) {
    // A new field needs a class of change: `ChangeKind` and a comparison below.
    let Operation {
        name,
        operation_id: _,
        method: _,
        path: _,
        server: _,
        description: _,
        summary: _,
        tags: _,
        deprecated: _,
        consequential: _,
        examples: _,
        made_examples: _,
        arguments: _,
        personal: _,
        body: _,
        fixed_query: _,
        parameters: _,
        security: _,
        is_open: _,
        credentials: _,
        responses: _,
        document: _,
        pointer: _,
        position: _,
        restrictions: _,
        validator: _,
    } = new;
    found.text(ChangeKind::OperationRenamed, format!("`{}` is now called `{name}`.", old.name), &old.name, name);
    place(old, new, found);
    consequences(old, new, found);
    // `credentials` follow from these, the manifest's `auth` and the security schemes, which are compared once.
    if old.security != new.security || old.is_open != new.is_open {
        found.note(ChangeKind::Credentials, format!("`{name}` asks in another way who is calling."));
    }
    personal(old, new, found);
    arguments(old, new, found);
    body(old, new, found);
    found.text(
        ChangeKind::OperationWording,
        format!("What the model is told about `{name}` changed."),
        &told(old),
        &told(new),
    );
    if old.operation_id != new.operation_id && old.name == *name {
        let what = format!("`{name}` has another `operationId`, by which it is searched.");
        found.text(ChangeKind::OperationWording, what, &old.operation_id, &new.operation_id);
    }
    if old.responses != new.responses {
        found.note(ChangeKind::Responses, format!("What `{name}` answers is described in another way."));
    }
}

/// Method and address. One that reads where it wrote is no longer confirmed.
fn place(old: &Operation, new: &Operation, found: &mut Found) {
    let name = &new.name;
    let method = |operation: &Operation| operation.method.to_string();
    let (kind, what) = match (old.is_read(), new.is_read()) {
        (false, true) => {
            (ChangeKind::WriteBecomesRead, format!("`{name}` counts as a read and is not confirmed any more."))
        }
        (true, false) => {
            (ChangeKind::ReadBecomesWrite, format!("`{name}` may change something; before, it only read."))
        }
        (true, true) | (false, false) => (ChangeKind::Method, format!("`{name}` is called in another way.")),
    };
    if kind != ChangeKind::Method || old.method != new.method {
        found.difference(kind, what, &method(old), &method(new));
    }
    let address = |operation: &Operation| {
        let query = operation.fixed_query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}{}{query}", operation.server, operation.path)
    };
    found.text(ChangeKind::Address, format!("`{name}` is at another address."), &address(old), &address(new));
}

/// `x-openai-isConsequential`: whether a read is confirmed, and whether a person may allow writes once for all.
fn consequences(old: &Operation, new: &Operation, found: &mut Found) {
    let name = &new.name;
    match (old.consequential, new.consequential) {
        (before, after) if before == after => {}
        (Some(true), _) => {
            found.note(ChangeKind::ConsequenceWithdrawn, format!("`{name}` no longer says that it has consequences."));
        }
        (None, Some(false)) if !new.is_read() => {
            let what = format!("`{name}` can be allowed once for all, without a confirmation for each call.");
            found.note(ChangeKind::StandingPermissionOffered, what);
        }
        (None | Some(false), _) => {
            found.note(ChangeKind::Consequence, format!("`{name}` says something else about its consequences."));
        }
    }
}

/// What is asked about the person: a new field, another reason or place, or one that became required.
fn personal(old: &Operation, new: &Operation, found: &mut Found) {
    let name = &new.name;
    for asked in new.personal.iter().filter(|asked| !old.personal.contains(asked)) {
        let PersonalParameter { field, reason, .. } = asked;
        let before = old.personal.iter().find(|each| each.field == *field);
        let what = format!("`{name}` asks for something about the person: {}.", field.words());
        found.difference(ChangeKind::PersonalData, what, before.map_or("", |each| &each.reason), reason);
    }
    let is_gone = |asked: &&PersonalParameter| !new.personal.iter().any(|each| each.field == asked.field);
    for gone in old.personal.iter().filter(is_gone) {
        let what = format!("`{name}` no longer asks for something about the person: {}.", gone.field.words());
        found.note(ChangeKind::PersonalDataRemoved, what);
    }
}

fn arguments(old: &Operation, new: &Operation, found: &mut Found) {
    let name = &new.name;
    let find = |operation: &Operation, wanted: &str| operation.arguments.iter().any(|each| each.name == wanted);
    for argument in new.arguments.iter().filter(|argument| !find(old, &argument.name)) {
        let kind = if argument.required { "must" } else { "may" };
        found.note(ChangeKind::ArgumentAdded, format!("`{name}` {kind} be given `{}`, which is new.", argument.name));
    }
    for argument in old.arguments.iter().filter(|argument| !find(new, &argument.name)) {
        found.note(ChangeKind::ArgumentRemoved, format!("`{name}` no longer takes `{}`.", argument.name));
    }
    for argument in &new.arguments {
        let Some(before) = old.arguments.iter().find(|each| each.name == argument.name) else { continue };
        same_argument((old, before), (new, argument), found);
    }
}

/// An argument that is there before and after.
fn same_argument((old, before): (&Operation, &Argument), (new, after): (&Operation, &Argument), found: &mut Found) {
    let (name, argument) = (&new.name, &after.name);
    if !before.required && after.required {
        found.note(
            ChangeKind::ArgumentRequired,
            format!("`{name}` must be given `{argument}`; before, it was optional."),
        );
    } else if before.required && !after.required {
        found.note(ChangeKind::ArgumentOptional, format!("`{argument}` of `{name}` is optional now."));
    }
    let place = |place: &Place| format!("{} {}", place.word(), place.published_name().unwrap_or_default());
    let what = format!("`{argument}` of `{name}` goes to another place.");
    found.text(ChangeKind::ArgumentMoved, what, &place(&before.place), &place(&after.place));
    let schemas = [old.schema(before), new.schema(after)].map(without_words);
    if schemas[0] != schemas[1] {
        let kind =
            if widens(&schemas[0], &schemas[1]) { ChangeKind::ArgumentWidened } else { ChangeKind::ArgumentNarrowed };
        let [before, after] = schemas.map(|schema| schema.to_string());
        found.text(kind, format!("`{argument}` of `{name}` takes other values."), &before, &after);
    } else if before.place != after.place && place(&before.place) == place(&after.place) {
        found.note(ChangeKind::CallForm, format!("`{argument}` of `{name}` is written in another way."));
    }
}

fn body(old: &Operation, new: &Operation, found: &mut Found) {
    let name = &new.name;
    if old.body == new.body {
        return;
    }
    let empty = Body { required: false, needs: Vec::new(), media_type: String::new(), encoding: Encoding::Json };
    let [before, after] = [old, new].map(|operation| operation.body.as_ref().unwrap_or(&empty));
    let is_needed = after.needs.iter().any(|each| !before.needs.contains(each));
    if is_needed || after.required && !before.required {
        found.note(ChangeKind::BodyRequired, format!("`{name}` requires more of its body."));
    }
    let files = [before, after].map(|body| files(&body.encoding));
    if files[1].iter().any(|file| !files[0].contains(file)) {
        found.note(ChangeKind::FileRequested, format!("`{name}` takes a file."));
    }
    if before.media_type != after.media_type || before.encoding != after.encoding {
        let what = format!("The body of `{name}` is written in another way.");
        found.difference(ChangeKind::BodyForm, what, &before.media_type, &after.media_type);
    }
}

/// The parts that may be files; `None` means the whole body or parts without names.
fn files(encoding: &Encoding) -> Vec<Option<&str>> {
    match encoding {
        Encoding::Binary => vec![None],
        Encoding::Multipart { parts } => {
            parts.iter().filter(|(_, part)| part.is_file).map(|(name, _)| Some(name.as_str())).collect()
        }
        Encoding::MultipartList { first, others } => {
            first.iter().chain([others]).filter(|part| part.is_file).map(|_| None).collect()
        }
        Encoding::Json | Encoding::JsonLines { .. } | Encoding::Form { .. } | Encoding::Xml { .. } | Encoding::Text => {
            Vec::new()
        }
    }
}

/// The words about an operation and its arguments.
fn told(operation: &Operation) -> String {
    let described = operation.arguments.iter().map(|argument| (argument, operation.schema(argument)));
    let lines = described.flat_map(|(argument, schema)| {
        words(schema).into_iter().map(|text| format!("{}: {text}", argument.name)).collect::<Vec<_>>()
    });
    let description = Some(operation.description.clone()).filter(|text| *text != operation.summary);
    let about = [
        (!operation.tags.is_empty()).then(|| format!("Tags: {}", operation.tags.join(", "))),
        operation.deprecated.then(|| "Deprecated".to_owned()),
    ];
    [operation.summary.clone()]
        .into_iter()
        .chain(description)
        .chain(lines)
        .chain(operation.examples.iter().map(|example| format!("Example: {example}")))
        .chain(about.into_iter().flatten())
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}
