//! Going over to another key, while servers work.

use cordboard_domain::ports::{SealedPlace, StoreError, Vault};

use crate::seal::{OpenError, Place, Sealer};

/// How many values are read at a time.
const BATCH: u32 = 200;

/// What became of everything that was sealed with another key.
#[derive(Debug, Default)]
pub struct Resealed {
    /// How many values are sealed with the active key now.
    pub count: usize,
    /// What could not be opened and was left as it is.
    pub unopened: Vec<Unopened>,
}

/// A sealed value that does not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unopened {
    pub table: &'static str,
    pub row: String,
    pub problem: OpenError,
}

impl Sealer {
    /// Seals everything with the active key that is sealed with another one, except what does not open. What servers change
    /// meanwhile is looked at again.
    pub async fn reseal_all(&self, vault: &dyn Vault) -> Result<Resealed, StoreError> {
        let mut all = Resealed::default();
        loop {
            let known = u32::try_from(all.unopened.len()).unwrap_or(u32::MAX);
            let places = vault.list_sealed_otherwise(&self.keyring().active(), BATCH.saturating_add(known)).await?;
            let is_known = |place: &SealedPlace| all.unopened.iter().any(|each| is_at(each, place));
            let fresh: Vec<SealedPlace> = places.into_iter().filter(|place| !is_known(place)).collect();
            if fresh.is_empty() {
                return Ok(all);
            }
            for place in fresh {
                match self.reseal(vault, &place).await? {
                    Ok(is_done) => all.count += usize::from(is_done),
                    Err(problem) => all.unopened.push(Unopened { table: place.table, row: place.row, problem }),
                }
            }
        }
    }

    /// Whether these keys are those of a database: nothing is sealed there, or something opens.
    pub async fn fits(&self, vault: &dyn Vault) -> Result<bool, StoreError> {
        const SAMPLES: u32 = 5;
        let places = vault.list_sealed_otherwise("", SAMPLES).await?;
        Ok(places.is_empty() || places.iter().any(|found| self.open(&place(found), &found.secret).is_ok()))
    }

    /// Removes what none of these keys opens; gives how much that was.
    pub async fn forget_lost(&self, vault: &dyn Vault) -> Result<usize, StoreError> {
        let mut forgotten = 0;
        for found in vault.list_sealed_otherwise("", u32::MAX >> 1).await? {
            if self.open(&place(&found), &found.secret).is_err() {
                forgotten += usize::from(vault.remove_sealed(&found).await?);
            }
        }
        Ok(forgotten)
    }

    async fn reseal(&self, vault: &dyn Vault, found: &SealedPlace) -> Result<Result<bool, OpenError>, StoreError> {
        let place = place(found);
        match self.open(&place, &found.secret) {
            Ok(value) => vault.reseal(found, &self.seal(&place, &value)).await.map(Ok),
            Err(problem) => Ok(Err(problem)),
        }
    }
}

fn is_at(unopened: &Unopened, place: &SealedPlace) -> bool {
    (unopened.table, &unopened.row) == (place.table, &place.row)
}

fn place(found: &SealedPlace) -> Place<'_> {
    Place { table: found.table, row: &found.row, column: "secret", owner: &found.owner }
}
