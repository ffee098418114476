//! What kind of thing a request asks for, or an operation does: reading, adding, changing, deleting, sending, booking.

use crate::words::{Word, is_stem_of};

/// What is done to something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Act {
    Read,
    Add,
    Change,
    Delete,
    Send,
    Book,
}

impl Act {
    /// Whether something is different afterwards.
    pub(crate) fn changes_something(self) -> bool {
        match self {
            Self::Read => false,
            Self::Add | Self::Change | Self::Delete | Self::Send | Self::Book => true,
        }
    }
}

/// Verbs by what they do. The verbs of one row are used for each other.
const VERBS: [(Act, &[&str]); 6] = [
    (
        Act::Read,
        &[
            "get",
            "find",
            "search",
            "show",
            "list",
            "look",
            "lookup",
            "fetch",
            "retrieve",
            "view",
            "check",
            "see",
            "display",
            "tell",
            "give",
            "read",
            "browse",
            "query",
            "calculate",
            "compute",
            "convert",
            "determine",
            "estimate",
            "analyze",
            "analyse",
            "compare",
            "translate",
            "recommend",
            "suggest",
            "identify",
            "predict",
            "solve",
            "count",
            "explain",
            "describe",
            "provide",
            "discover",
            "locate",
            "track",
            "summarize",
            "summarise",
            "evaluate",
            "know",
            "obtain",
            "return",
            "print",
            "open",
            "need",
            "want",
            "verify",
            "detect",
            "define",
            "simulate",
            "plot",
        ],
    ),
    (
        Act::Add,
        &[
            "add", "create", "put", "insert", "append", "write", "note", "jot", "save", "store", "record", "log",
            "register", "remind", "remember", "schedule", "enter", "start", "upload", "make", "build", "set", "plan",
        ],
    ),
    (
        Act::Change,
        &[
            "update",
            "change",
            "edit",
            "rename",
            "move",
            "modify",
            "mark",
            "replace",
            "adjust",
            "reschedule",
            "complete",
            "finish",
            "correct",
            "switch",
            "increase",
            "decrease",
            "assign",
            "enable",
            "disable",
            "turn",
        ],
    ),
    (
        Act::Delete,
        &[
            "delete",
            "remove",
            "cancel",
            "clear",
            "erase",
            "drop",
            "reset",
            "discard",
            "purge",
            "forget",
            "cross",
            "strike",
            "scratch",
            "scrap",
            "rid",
            "bin",
            "trash",
            "undo",
            "tick",
            "unsubscribe",
        ],
    ),
    (
        Act::Send,
        &[
            "send", "post", "share", "submit", "publish", "mail", "email", "message", "reply", "invite", "notify",
            "text",
        ],
    ),
    (Act::Book, &["book", "reserve", "order", "buy", "purchase", "rent", "hire", "pay", "subscribe", "reservation"]),
];
/// Words before the verb of a request: "could you please", "I would like to", "go ahead and".
const BEFORE_VERBS: [&str; 27] = [
    "please", "kindly", "hey", "hi", "hello", "ok", "okay", "so", "well", "now", "then", "also", "quickly", "help",
    "need", "want", "like", "love", "try", "go", "ahead", "let", "and", "thanks", "just", "wish", "sure",
];
/// Words that open a question.
const QUESTIONS: [&str; 16] = [
    "what", "what's", "which", "who", "who's", "whose", "where", "where's", "when", "why", "how", "is", "are", "do",
    "does", "any",
];
/// A verb with a particle that follows within a few words: "take milk off my list", "write that down".
const PHRASES: [(Act, &[&str], &[&str]); 6] = [
    (Act::Delete, &["take", "tick", "cross", "strike", "knock", "scratch", "strip", "check"], &["off"]),
    (Act::Delete, &["throw", "chuck", "toss", "put"], &["away"]),
    (Act::Delete, &["take", "throw", "cross", "kick"], &["out"]),
    (Act::Add, &["write", "note", "jot", "put", "get"], &["down"]),
    (Act::Add, &["put", "stick", "pop", "go", "goes", "belong", "get"], &["on", "onto"]),
    (Act::Change, &["push", "move", "put", "bring"], &["back", "forward"]),
];
/// Words between a verb and its particle.
const PHRASE_REACH: usize = 6;

/// What people say when something is to go, wherever it is in the request.
const SAYS_DELETE: [&str; 9] = ["delete", "remove", "cancel", "erase", "discard", "cross", "scratch", "scrap", "rid"];
const NEGATIONS: [&str; 4] = ["not", "don't", "never", "dont"];

/// What the verb does; none where it says little.
fn act_of(stem: &str) -> Option<Act> {
    VERBS.iter().find(|(_, verbs)| is_stem_of(stem, verbs)).map(|(act, _)| *act)
}

/// The act of an operation by its name, or else by its description; none where neither begins with a known verb.
pub(crate) fn of_operation(name_stems: &[String], description_words: &[Word]) -> Option<Act> {
    let by_name = name_stems.first().and_then(|stem| act_of(stem));
    let by_description = || description_words.iter().take(2).find_map(|word| act_of(&word.stem));
    by_name.or_else(by_description).or_else(|| name_stems.last().and_then(|stem| act_of(stem)))
}

/// The act that a request asks for, and the position of the word that says so.
pub(crate) fn of_request(words: &[Word]) -> Option<(Act, usize)> {
    let lower = |index: usize| words[index].text.to_lowercase().replace('’', "'");
    // "I must not forget the milk" asks for the opposite.
    let negated = |index: usize| index > 0 && NEGATIONS.contains(&lower(index - 1).as_str());
    let reminder = (0..words.len()).find(|index| is_stem_of(&words[*index].stem, &["forget"]) && negated(*index));
    if let Some(index) = reminder {
        return Some((Act::Add, index));
    }
    let leading = (0..words.len()).find(|index| {
        let word = lower(*index);
        !BEFORE_VERBS.contains(&word.as_str()) && (!words[*index].is_stop || QUESTIONS.contains(&word.as_str()))
    })?;
    if QUESTIONS.contains(&lower(leading).as_str()) {
        return Some((Act::Read, leading));
    }
    if let Some(found) = phrase(words) {
        return Some(found);
    }
    if let Some(act) = act_of(&words[leading].stem)
        && !negated(leading)
    {
        let rid = act == Act::Read && words.iter().take(leading + 4).any(|word| word.text.eq_ignore_ascii_case("rid"));
        return Some((if rid { Act::Delete } else { act }, leading));
    }
    let deletes = (0..words.len()).find(|index| is_stem_of(&words[*index].stem, &SAYS_DELETE) && !negated(*index));
    if let Some(index) = deletes {
        return Some((Act::Delete, index));
    }
    let verbs = (leading..words.len().min(leading + 6)).filter(|index| !negated(*index));
    let mut known = verbs.filter_map(|index| act_of(&words[index].stem).map(|act| (act, index)));
    known.find(|(_, index)| *index > 0 && matches!(lower(index - 1).as_str(), "to" | "you" | "and" | "please"))
}

/// The first verb with its particle, both in one sentence.
fn phrase(words: &[Word]) -> Option<(Act, usize)> {
    (0..words.len()).find_map(|at| {
        let behind = words[at + 1..].iter().take(PHRASE_REACH).take_while(|word| !word.opens);
        let behind = behind.map(|word| word.text.to_lowercase()).collect::<Vec<_>>();
        let fits = |(_, verbs, particles): &&(Act, &[&str], &[&str])| {
            is_stem_of(&words[at].stem, verbs) && behind.iter().any(|word| particles.contains(&word.as_str()))
        };
        PHRASES.iter().find(fits).map(|(act, _, _)| (*act, at))
    })
}

/// Whether a request is put as a question about something, not as one to do something ("Can you add milk?").
pub(crate) fn is_question(words: &[Word]) -> bool {
    let first = words.iter().find(|word| !BEFORE_VERBS.contains(&word.text.to_lowercase().as_str()));
    first.is_some_and(|word| QUESTIONS.contains(&word.text.to_lowercase().replace('’', "'").as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    fn act(text: &str) -> Option<Act> {
        of_request(&words(text)).map(|(act, _)| act)
    }

    #[test]
    fn what_requests_ask_for() {
        assert_eq!(act("What's on my todo list?"), Some(Act::Read));
        assert_eq!(act("Can you please add milk to my list?"), Some(Act::Add));
        assert_eq!(act("I'd like to remove the second one"), Some(Act::Delete));
        assert_eq!(act("get rid of the milk"), Some(Act::Delete));
        assert_eq!(act("Do not forget the milk"), Some(Act::Add));
        assert_eq!(act("I want to book a table"), Some(Act::Book));
        assert_eq!(act("List eve's todos"), Some(Act::Read));
        assert_eq!(act("i've paid the gas bill, you can take it off my list"), Some(Act::Delete));
        assert_eq!(act("Throw away the note about the party"), Some(Act::Delete));
        assert_eq!(act("oat milk goes on the todo list pls"), Some(Act::Add));
        assert_eq!(act("hotels amsterdam"), None);
    }

    #[test]
    fn what_operations_do() {
        let stems = |text: &str| {
            crate::words::identifier_words(text).iter().map(|word| crate::words::stem(word)).collect::<Vec<_>>()
        };
        assert_eq!(of_operation(&stems("addTodo"), &[]), Some(Act::Add));
        assert_eq!(of_operation(&stems("todos"), &words("Deletes a todo")), Some(Act::Delete));
        assert_eq!(of_operation(&stems("weather"), &words("The weather in a city")), None);
    }
}
