//! What a request wants done, and how well an HTTP method does that.

use cordboard_domain::call::Method;

/// The kinds of deed that APIs offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    Read,
    Search,
    Create,
    Add,
    Change,
    Remove,
    /// Sets something going, or ends it.
    Run,
}

use Intent::{Add, Change, Create, Read, Remove, Run, Search};

/// Verbs so general that they say nothing beyond their intent.
const GENERAL: &[(&str, &[Intent])] = &[
    ("add", &[Add]),
    ("bring", &[Change]),
    ("change", &[Change]),
    ("check", &[Read]),
    ("clear", &[Remove]),
    ("create", &[Create]),
    ("delete", &[Remove]),
    ("describe", &[Read]),
    ("destroy", &[Remove]),
    ("display", &[Read]),
    ("drop", &[Remove]),
    ("edit", &[Change]),
    ("erase", &[Remove]),
    ("fetch", &[Read]),
    ("find", &[Search, Read]),
    ("get", &[Read]),
    ("give", &[Add]),
    ("insert", &[Add]),
    ("kick", &[Remove]),
    ("list", &[Read]),
    ("look", &[Read, Search]),
    ("make", &[Create, Change]),
    ("mark", &[Change]),
    ("modify", &[Change]),
    ("move", &[Change]),
    ("new", &[Create]),
    ("open", &[Create]),
    ("put", &[Add, Change]),
    ("read", &[Read]),
    ("record", &[Add, Create]),
    ("remove", &[Remove]),
    ("retrieve", &[Read]),
    ("save", &[Create]),
    ("search", &[Search]),
    ("see", &[Read]),
    ("set", &[Change, Create]),
    ("show", &[Read]),
    ("start", &[Create, Run]),
    ("stop", &[Remove, Run]),
    ("store", &[Create, Change]),
    ("take", &[Remove]),
    ("tell", &[Read]),
    ("throw", &[Remove]),
    ("turn", &[Change]),
    ("update", &[Change]),
    ("view", &[Read]),
    ("write", &[Create]),
];

/// Verbs that also name what they are about.
const SPECIFIC: &[(&str, &[Intent])] = &[
    ("accept", &[Change, Run]),
    ("approve", &[Run, Create]),
    ("archive", &[Change, Run]),
    ("assign", &[Add]),
    ("attach", &[Add, Create]),
    ("ask", &[Create, Run]),
    ("block", &[Add]),
    ("book", &[Create]),
    ("buy", &[Create]),
    ("cancel", &[Remove, Run]),
    ("close", &[Change]),
    ("commit", &[Create, Change]),
    ("count", &[Read]),
    ("compare", &[Read]),
    ("disable", &[Remove, Change]),
    ("dismiss", &[Change, Run]),
    ("download", &[Read]),
    ("enable", &[Change, Create]),
    ("export", &[Read, Run]),
    ("file", &[Create]),
    ("fork", &[Create]),
    ("hand", &[Run, Change]),
    ("hire", &[Add]),
    ("invite", &[Create, Add]),
    ("join", &[Add]),
    ("launch", &[Run, Create]),
    ("leave", &[Remove, Create]),
    ("let", &[Add, Change]),
    ("lock", &[Change, Run]),
    ("merge", &[Run]),
    ("order", &[Create]),
    ("post", &[Create]),
    ("publish", &[Create, Run]),
    ("rename", &[Change, Run]),
    ("reopen", &[Change]),
    ("replace", &[Change]),
    ("reply", &[Create]),
    ("answer", &[Create]),
    ("report", &[Create]),
    ("request", &[Create]),
    ("require", &[Change]),
    ("rerun", &[Run]),
    ("reset", &[Change]),
    ("resolve", &[Change]),
    ("restore", &[Run]),
    ("retry", &[Run]),
    ("revoke", &[Remove]),
    ("run", &[Run, Create]),
    ("schedule", &[Create]),
    ("send", &[Create, Run]),
    ("spin", &[Create]),
    ("star", &[Add]),
    ("submit", &[Create]),
    ("sync", &[Run]),
    ("tag", &[Create, Add]),
    ("transfer", &[Run]),
    ("trigger", &[Run, Create]),
    ("unblock", &[Remove]),
    ("unfollow", &[Remove]),
    ("unlock", &[Remove]),
    ("unstar", &[Remove]),
    ("upload", &[Create, Add]),
];

/// Words with which questions begin.
const QUESTION: &[&str] = &[
    "any", "are", "did", "do", "does", "had", "has", "have", "how", "is", "was", "were", "what", "when", "where",
    "which", "who", "whom", "whose", "why",
];

/// The intents of a verb, and whether the verb says nothing more.
pub(super) fn of_verb(word: &str) -> Option<(&'static [Intent], bool)> {
    let known = |table: &'static [(&str, &'static [Intent])], verb: &str| {
        table.iter().find(|(known, _)| *known == verb).map(|(_, intents)| *intents)
    };
    known(GENERAL, word)
        .map(|intents| (intents, true))
        .or_else(|| known(SPECIFIC, word).map(|intents| (intents, false)))
}

/// Whether a request that begins with this word asks rather than tells.
pub(super) fn begins_question(word: &str) -> bool {
    QUESTION.contains(&word)
}

/// What an operation does, from the verb that leads its summary or else from its method.
pub(super) fn of_operation(verb: Option<&str>, method: Method) -> Intent {
    if let Some((intents, _)) = verb.and_then(of_verb) {
        let safe = |intent: &Intent| matches!(intent, Read | Search);
        if let Some(intent) = intents.iter().find(|intent| safe(intent) == method.is_safe()) {
            return *intent;
        }
    }
    match method {
        Method::Get | Method::Head | Method::Options | Method::Trace | Method::Query => Read,
        Method::Post => Create,
        Method::Put | Method::Patch => Change,
        Method::Delete => Remove,
    }
}

impl Intent {
    /// How well an operation serves, from -1.5 (the opposite) to 1 (exactly this).
    pub(super) fn fit(self, does: Intent, method: Method) -> f32 {
        if self == does {
            return 1.0;
        }
        if does == Remove {
            return -1.2;
        }
        if does == Search {
            return if self == Read { 0.4 } else { -1.2 };
        }
        let [read, post, put, patch, delete] = match self {
            Read => [0.9, -1.5, -1.5, -1.5, -1.5],
            Search => [0.3, -1.2, -1.2, -1.2, -1.5],
            Create => [-1.2, 0.7, 0.5, -0.3, -1.5],
            Add => [-1.2, 0.7, 0.7, 0.2, -1.5],
            Change => [-1.2, 0.2, 0.8, 0.9, -0.8],
            Remove => [-1.2, -0.2, -0.2, -0.2, 1.0],
            Run => [-1.0, 0.8, 0.6, 0.3, -0.6],
        };
        match method {
            Method::Get | Method::Query => read,
            Method::Head | Method::Options | Method::Trace => read - 0.5,
            Method::Post => post,
            Method::Put => put,
            Method::Patch => patch,
            Method::Delete => delete,
        }
    }
}

#[cfg(test)]
mod tests {
    use cordboard_domain::call::Method;

    use super::{Intent, of_operation};

    #[test]
    fn the_leading_verb_counts_where_it_agrees_with_the_method() {
        for (verb, method, expected) in [
            (Some("create"), Method::Post, Intent::Create),
            (Some("delete"), Method::Post, Intent::Remove),
            (Some("search"), Method::Get, Intent::Search),
            (Some("delete"), Method::Get, Intent::Read),
            (Some("frobnicate"), Method::Patch, Intent::Change),
            (None, Method::Delete, Intent::Remove),
        ] {
            assert_eq!(of_operation(verb, method), expected, "{verb:?} {method}");
        }
    }
}
