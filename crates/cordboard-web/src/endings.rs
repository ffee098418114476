//! Ends that take connections along: the plugins' servers are told that the tokens are given up.

use cordboard_agent::catalogue::access::OwnPlugin;
use cordboard_domain::id::UserId;
use cordboard_domain::ports::Ending;

use crate::app::App;
use crate::error::WebError;

/// Deletes a person with everything that is theirs.
pub(crate) async fn delete_person(app: &App, user: UserId) -> Result<(), WebError> {
    let farewell = app.credentials.farewell(Ending::Person(user)).await;
    app.people.delete_person(user).await?;
    farewell.await;
    Ok(())
}

/// Takes a developer's plugin away from everybody.
pub(crate) async fn unregister(app: &App, own: &OwnPlugin) -> Result<(), WebError> {
    let farewell = app.credentials.farewell(Ending::Plugin(own.plugin().id)).await;
    app.catalogue.unregister(own).await?;
    farewell.await;
    Ok(())
}
