//! People, their ways in, and what belongs to them.

mod access_tokens;
mod accounts;
mod invitations;
mod personal_data;
mod sessions;
