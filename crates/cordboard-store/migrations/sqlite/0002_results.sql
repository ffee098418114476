-- Results that are kept whole because a model saw less of them. The body is decoded text in UTF-8.

CREATE TABLE results (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    call_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (conversation_id, call_id),
    UNIQUE (conversation_id, number)
) STRICT;
