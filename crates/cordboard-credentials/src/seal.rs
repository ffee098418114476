//! Sealing: XChaCha20-Poly1305, bound to the place where the sealed value stands.

use std::sync::Arc;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use cordboard_domain::connection::Sealed;
use cordboard_domain::time::Entropy;
use zeroize::Zeroizing;

use crate::keyring::{Key, Keyring};

const VERSION: u8 = 1;
const NONCE: usize = 24;

/// Where a sealed value stands. One that is found anywhere else does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'row> {
    pub table: &'row str,
    pub row: &'row str,
    pub column: &'row str,
    /// Whose it is; empty where it is everybody's.
    pub owner: &'row str,
}

/// Why a sealed value did not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error("the key `{0}` is not among this server's keys; give it the key file that belongs to this database")]
    NoKey(String),
    #[error("a sealed value does not fit its place, so it was changed or moved")]
    Broken,
}

/// Seals and opens.
#[derive(Clone)]
pub struct Sealer {
    keyring: Arc<Keyring>,
    entropy: Arc<dyn Entropy>,
}

impl Sealer {
    /// A sealer with these keys.
    pub fn new(keyring: Arc<Keyring>, entropy: Arc<dyn Entropy>) -> Self {
        Self { keyring, entropy }
    }

    /// The keys.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Seals a value for a place, with the active key.
    pub fn seal(&self, place: &Place<'_>, value: &[u8]) -> Sealed {
        let (name, key) = self.keyring.sealing();
        let mut nonce = [0; NONCE];
        self.entropy.fill(&mut nonce);
        let payload = Payload { msg: value, aad: &bound(place, &name) };
        let sealed = cipher(&key).encrypt(&XNonce::from(nonce), payload).expect("values are shorter than 256 GB");
        Sealed { key: name, bytes: [&[VERSION][..], &nonce, &sealed].concat() }
    }

    /// Opens a value that was found at a place.
    pub fn open(&self, place: &Place<'_>, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let key = self.keyring.lookup(&sealed.key).ok_or_else(|| OpenError::NoKey(sealed.key.clone()))?;
        let (nonce, rest) = match sealed.bytes.split_first() {
            Some((&VERSION, rest)) => rest.split_first_chunk::<NONCE>().ok_or(OpenError::Broken)?,
            _ => return Err(OpenError::Broken),
        };
        let payload = Payload { msg: rest, aad: &bound(place, &sealed.key) };
        let value = cipher(&key).decrypt(&XNonce::from(*nonce), payload).map_err(|_| OpenError::Broken)?;
        Ok(Zeroizing::new(value))
    }
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(**key).into())
}

/// What a value is bound to; lengths in front keep parts from running into each other.
fn bound(place: &Place<'_>, key: &str) -> Vec<u8> {
    let parts = [place.table, place.row, place.column, place.owner, key];
    parts.into_iter().fold(vec![VERSION], |mut bytes, part| {
        bytes.extend((part.len() as u64).to_le_bytes());
        bytes.extend(part.as_bytes());
        bytes
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use serde_json::Value;

    use super::*;

    struct Counting(AtomicU8);

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
        }
    }

    const PLACE: Place<'static> = Place { table: "connections", row: "r1", column: "secret", owner: "u1" };

    fn sealer(keys: &str) -> Sealer {
        let keyring = Arc::new(Keyring::parse("test", keys).unwrap());
        Sealer::new(keyring, Arc::new(Counting(AtomicU8::new(1))))
    }

    fn keys() -> String {
        format!("k1 {}\nk2 {}\n", "11".repeat(32), "22".repeat(32))
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_alone() {
        let both = sealer(&keys());
        let sealed = both.seal(&PLACE, b"secret");
        assert_eq!(both.open(&PLACE, &sealed).unwrap()[..], *b"secret");
        assert!(!sealed.bytes.windows(6).any(|window| window == b"secret"));
        assert_ne!(both.seal(&PLACE, b"secret").bytes, sealed.bytes, "each has a nonce of its own");
        let others = [
            Place { table: "oauth_clients", ..PLACE },
            Place { row: "r2", ..PLACE },
            Place { column: "label", ..PLACE },
            Place { owner: "u2", ..PLACE },
            Place { table: "connectionsr", row: "1", ..PLACE },
            Place { owner: "", ..PLACE },
        ];
        for place in others {
            assert_eq!(both.open(&place, &sealed), Err(OpenError::Broken), "{place:?}");
        }
        let other_key = Sealed { key: "k1".to_owned(), ..sealed.clone() };
        assert_eq!(both.open(&PLACE, &other_key), Err(OpenError::Broken));
        let unknown = Sealed { key: "k9".to_owned(), ..sealed };
        assert_eq!(both.open(&PLACE, &unknown), Err(OpenError::NoKey("k9".to_owned())));
    }

    fn unhex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    /// draft-irtf-cfrg-xchacha-03, appendix A.3.1; then what differs from it in one part.
    #[test]
    fn the_cipher_is_the_one_of_the_draft() {
        let key: [u8; 32] = std::array::from_fn(|at| 0x80 + u8::try_from(at).unwrap());
        let nonce: [u8; 24] = std::array::from_fn(|at| 0x40 + u8::try_from(at).unwrap());
        let aad = unhex("50515253c0c1c2c3c4c5c6c7");
        let text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
        let expected = unhex(
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54\
             c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f6\
             15c68b13b52ec0875924c1c7987947deafd8780acf49",
        );
        let cipher = cipher(&Zeroizing::new(key));
        let nonce = XNonce::from(nonce);
        assert_eq!(cipher.encrypt(&nonce, Payload { msg: text, aad: &aad }).unwrap(), expected);
        let opens = |nonce: &XNonce, msg: &[u8], aad: &[u8]| cipher.decrypt(nonce, Payload { msg, aad }).is_ok();
        assert!(opens(&nonce, &expected, &aad));
        let mut other = nonce;
        other[0] ^= 1;
        let flipped_tag = [&expected[..expected.len() - 1], &[expected[expected.len() - 1] ^ 0x80]].concat();
        let zero_tag = [&expected[..expected.len() - 16], &[0; 16][..]].concat();
        assert!(!opens(&other, &expected, &aad) && !opens(&nonce, &expected, &aad[1..]));
        for message in [&flipped_tag[..], &zero_tag, &expected[..expected.len() - 16], &expected[1..], b""] {
            assert!(!opens(&nonce, message, &aad));
        }
    }

    /// All vectors of Project Wycheproof. Those with nonces of other lengths cannot even be asked for.
    #[test]
    fn the_cipher_holds_against_wycheproof() {
        let vectors: Value =
            serde_json::from_str(include_str!("../tests/wycheproof/xchacha20_poly1305_test.json")).unwrap();
        let mut counts = [0, 0, 0];
        for test in
            vectors["testGroups"].as_array().unwrap().iter().flat_map(|group| group["tests"].as_array().unwrap())
        {
            let field = |name: &str| unhex(test[name].as_str().unwrap());
            let is_valid = test["result"] == "valid";
            let Ok(nonce) = <[u8; NONCE]>::try_from(field("iv")) else {
                assert!(!is_valid, "{test}");
                counts[2] += 1;
                continue;
            };
            let (nonce, cipher) = (XNonce::from(nonce), cipher(&Zeroizing::new(field("key").try_into().unwrap())));
            let (msg, aad, sealed) = (field("msg"), field("aad"), [field("ct"), field("tag")].concat());
            let opened = cipher.decrypt(&nonce, Payload { msg: &sealed, aad: &aad }).ok();
            assert_eq!(opened, is_valid.then(|| msg.clone()), "{test}");
            if is_valid {
                assert_eq!(cipher.encrypt(&nonce, Payload { msg: &msg, aad: &aad }).unwrap(), sealed, "{test}");
            }
            counts[usize::from(!is_valid)] += 1;
        }
        assert_eq!(counts, [246, 60, 9], "valid, invalid, of another length");
    }

    #[test]
    fn no_bit_can_be_changed_and_no_byte_be_missing() {
        let both = sealer(&keys());
        let sealed = both.seal(&PLACE, b"a token of some length");
        for bit in 0..sealed.bytes.len() * 8 {
            let mut changed = sealed.clone();
            changed.bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(both.open(&PLACE, &changed), Err(OpenError::Broken), "bit {bit}");
        }
        for length in 0..sealed.bytes.len() {
            let cut = Sealed { bytes: sealed.bytes[..length].to_vec(), ..sealed.clone() };
            assert_eq!(both.open(&PLACE, &cut), Err(OpenError::Broken), "{length} bytes");
        }
    }
}
