//! Going over to another key, while servers work.

use cordboard_domain::ports::{SealedPlace, StoreError, Vault};

use crate::seal::{OpenError, Place, Sealer};

/// How many values are read at a time.
const BATCH: u32 = 200;

/// Why not everything was sealed anew.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    #[error("{table} {row} cannot be opened: {problem}")]
    Open { table: &'static str, row: String, problem: OpenError },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Sealer {
    /// Seals everything with the active key that is sealed with another one; gives how many values that were. What
    /// servers change meanwhile is looked at again.
    pub async fn reseal_all(&self, vault: &dyn Vault) -> Result<usize, RotationError> {
        let mut resealed = 0;
        loop {
            let places = vault.list_sealed_otherwise(&self.keyring().active(), BATCH).await?;
            if places.is_empty() {
                return Ok(resealed);
            }
            for place in places {
                resealed += usize::from(self.reseal(vault, &place).await?);
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

    async fn reseal(&self, vault: &dyn Vault, found: &SealedPlace) -> Result<bool, RotationError> {
        let place = place(found);
        let value = self.open(&place, &found.secret).map_err(|problem| RotationError::Open {
            table: found.table,
            row: found.row.clone(),
            problem,
        })?;
        Ok(vault.reseal(found, &self.seal(&place, &value)).await?)
    }
}

fn place(found: &SealedPlace) -> Place<'_> {
    Place { table: found.table, row: &found.row, column: "secret", owner: &found.owner }
}
