//! Tells listeners that a conversation has news. The journal holds the news; a signal only says when to look.

use cordboard_domain::id::ConversationId;
use tokio::sync::broadcast;

/// How many signals a slow listener may miss before it is told that it did; it looks into the journal anyway.
const CAPACITY: usize = 1024;

/// A channel of signals within the process.
#[derive(Debug, Clone)]
pub struct Signals {
    sender: broadcast::Sender<ConversationId>,
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
    receiver: broadcast::Receiver<ConversationId>,
}

impl Signals {
    pub(crate) fn send(&self, conversation: ConversationId) {
        // Nobody listening is fine.
        let _ = self.sender.send(conversation);
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
                Ok(conversation) if conversation == self.conversation => return true,
                Ok(_) => {}
                Err(broadcast::error::RecvError::Lagged(_)) => return true,
                Err(broadcast::error::RecvError::Closed) => return false,
            }
        }
    }
}
