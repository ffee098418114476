//! People's accounts: a name and a password's hash (argon2id, with the parameters that OWASP recommends at the least).

use std::collections::HashMap;
use std::sync::Mutex;

use argon2::Argon2;

use crate::secret;

const SHORTEST_PASSWORD: usize = 8;
const LONGEST_PASSWORD: usize = 200;
const LONGEST_NAME: usize = 40;

/// A password's hash and what was hashed with it.
#[derive(Clone, Copy, Default)]
struct Hash {
    salt: [u8; 16],
    output: [u8; 32],
}

impl Hash {
    fn new(password: &str, salt: [u8; 16]) -> Self {
        let mut output = [0; 32];
        let hashed = Argon2::default().hash_password_into(password.as_bytes(), &salt, &mut output);
        hashed.expect("lengths of salt and output are in range");
        Self { salt, output }
    }

    fn fits(&self, password: &str) -> bool {
        secret::same(&self.output, &Self::new(password, self.salt).output)
    }
}

struct Account {
    name: String,
    password: Hash,
}

/// All accounts, by their names in small letters.
#[derive(Default)]
pub(super) struct People(Mutex<HashMap<String, Account>>);

impl People {
    /// Makes an account and gives its name, or says why not.
    pub(super) fn register(&self, name: &str, password: &str) -> Result<String, String> {
        let name = name.trim();
        let length = password.chars().count();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(format!("Choose a name of at most {LONGEST_NAME} characters."));
        }
        if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&length) {
            return Err(format!("The password needs {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."));
        }
        let account = Account { name: name.to_owned(), password: Hash::new(password, secret::bytes()) };
        self.with(|people| {
            let key = name.to_lowercase();
            if people.contains_key(&key) {
                return Err(format!("There is an account “{name}” already. Choose another name, or sign in."));
            }
            people.insert(key, account);
            Ok(name.to_owned())
        })
    }

    /// The account's name, if it has this password. It takes as long for names that nobody has.
    pub(super) fn recognise(&self, name: &str, password: &str) -> Option<String> {
        let key = name.trim().to_lowercase();
        let known = self.with(|people| people.get(&key).map(|account| (account.name.clone(), account.password)));
        let hash = known.as_ref().map_or_else(Hash::default, |(_, hash)| *hash);
        let is_right = password.chars().count() <= LONGEST_PASSWORD && hash.fits(password);
        known.filter(|_| is_right).map(|(name, _)| name)
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<String, Account>) -> T) -> T {
        work(&mut self.0.lock().expect("no code panics while it holds the accounts"))
    }
}
