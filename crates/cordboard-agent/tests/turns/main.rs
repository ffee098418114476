//! Whole turns with a scripted model, a fake plugin and a real database.

mod calls;
mod confirmation;
mod limits;
mod recovery;
