//! Tells listeners that a conversation has news. The journal holds the news; a signal only says when to look. Signals of
//! other servers on the same database are passed on from outside.

use cordboard_domain::id::ConversationId;
use tokio::sync::broadcast;

/// How many signals a slow listener may miss before it is told that it did; it looks into the journal anyway.
const CAPACITY: usize = 1024;

/// What may have news.
#[derive(Debug, Clone, Copy)]
enum Signal {
    One(ConversationId),
    Any,
}

/// A channel of signals within the process.
#[derive(Debug, Clone)]
pub struct Signals {
    sender: broadcast::Sender<Signal>,
}

impl Default for Signals {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(CAPACITY) }
    }
}

/// Waits for news of one conversation.
#[derive(Debug)]
pub struct Listener {
    conversation: ConversationId,
    receiver: broadcast::Receiver<Signal>,
}

impl Signals {
    /// Says that a conversation has news.
    pub fn send(&self, conversation: ConversationId) {
        // Nobody listening is fine.
        let _ = self.sender.send(Signal::One(conversation));
    }

    /// Says that any conversation may have news.
    pub fn send_to_all(&self) {
        let _ = self.sender.send(Signal::Any);
    }

    /// Listens from now on.
    pub fn listen(&self, conversation: ConversationId) -> Listener {
        Listener { conversation, receiver: self.sender.subscribe() }
    }
}

impl Listener {
    /// Returns when there may be news; `false` when the engine is gone.
    pub async fn wait(&mut self) -> bool {
        loop {
            match self.receiver.recv().await {
                Ok(Signal::One(conversation)) if conversation != self.conversation => {}
                Ok(Signal::One(_) | Signal::Any) | Err(broadcast::error::RecvError::Lagged(_)) => return true,
                Err(broadcast::error::RecvError::Closed) => return false,
            }
        }
    }
}
