//! The keys that open sealed secrets: named, one of them active. They live in a file or in the process's environment,
//! never in the database.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use cordboard_domain::plugin::hex;
use cordboard_domain::time::Entropy;
use zeroize::Zeroizing;

/// 256 bits.
pub(crate) type Key = Zeroizing<[u8; 32]>;

const HEAD: &str = "# Keys of Cordboard: a name and 64 hexadecimal digits each; the last one seals. Without this file nobody\n\
                    # can use the credentials in the database or in a backup. Keep a copy apart from them.\n";

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the key file {path} cannot be read or written: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("the key file {0} can be read by others than its owner; run `chmod 600 {0}`")]
    Open(PathBuf),
    #[error("{place}, line {line}: a key is a name and 64 hexadecimal digits, such as `k1 0123…`")]
    Syntax { place: String, line: usize },
    #[error("{0} has no key")]
    Empty(String),
    #[error("keys that come from the environment or the service manager are changed there")]
    Fixed,
    #[error("there is no key `{0}`")]
    Unknown(String),
    #[error("`{0}` is the key that seals")]
    Active(String),
}

#[derive(Clone)]
struct Keys {
    all: BTreeMap<String, Key>,
    active: String,
}

/// Named keys.
pub struct Keyring {
    /// Absent where the keys came as text.
    file: Option<PathBuf>,
    keys: RwLock<Keys>,
}

impl Keyring {
    /// Reads a file of keys, or makes one that only its owner can read.
    pub fn open(path: &Path, entropy: &dyn Entropy) -> Result<Self, KeyError> {
        if !path.exists() {
            let _alone = alone(path)?;
            // Another server may have made it meanwhile.
            if !path.exists() {
                let (_, line) = fresh(entropy);
                write(path, &format!("{HEAD}{line}"))?;
            }
        }
        Ok(Self { file: Some(path.to_owned()), keys: RwLock::new(read(path)?) })
    }

    /// A key that vanishes with the process, for what does not outlive it either.
    pub fn passing(entropy: &dyn Entropy) -> Self {
        let keys = parse("memory", &fresh(entropy).1).expect("a key that was just made is one");
        Self { file: None, keys: RwLock::new(keys) }
    }

    /// Keys from the environment or a credential of the service manager. `place` is what people call it.
    pub fn parse(place: &str, text: &str) -> Result<Self, KeyError> {
        Ok(Self { file: None, keys: RwLock::new(parse(place, text)?) })
    }

    /// The name of the key that seals.
    pub fn active(&self) -> String {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).active.clone()
    }

    /// Whether keys cannot be added here.
    pub fn is_fixed(&self) -> bool {
        self.file.is_none()
    }

    /// The names of all keys.
    pub fn names(&self) -> Vec<String> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).all.keys().cloned().collect()
    }

    /// The key that seals. It is looked up in the file each time: what is sealed with a key that was retired since could
    /// never be opened again.
    pub(crate) fn sealing(&self) -> (String, Key) {
        if let Some(present) = self.file.as_deref().and_then(|path| read(path).ok()) {
            *self.keys.write().unwrap_or_else(PoisonError::into_inner) = present;
        }
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        (keys.active.clone(), keys.all[&keys.active].clone())
    }

    /// A key by its name; one that somebody added since is found in the file.
    pub(crate) fn lookup(&self, name: &str) -> Option<Key> {
        let known = |keys: &Keys| keys.all.get(name).cloned();
        if let Some(key) = known(&self.keys.read().unwrap_or_else(PoisonError::into_inner)) {
            return Some(key);
        }
        let fresh = read(self.file.as_deref()?).ok()?;
        let key = known(&fresh);
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        key
    }

    /// Adds a key, which seals from now on, and gives its name. Other servers learn of it when they meet it.
    pub fn add(&self, entropy: &dyn Entropy) -> Result<String, KeyError> {
        let path = self.file.as_deref().ok_or(KeyError::Fixed)?;
        let _alone = alone(path)?;
        let (name, line) = fresh(entropy);
        let mut text = Zeroizing::new(text(path)?);
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&line);
        write(path, &text)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = read(path)?;
        Ok(name)
    }

    /// Forgets a key that does not seal any more.
    pub fn retire(&self, name: &str) -> Result<(), KeyError> {
        let path = self.file.as_deref().ok_or(KeyError::Fixed)?;
        let _alone = alone(path)?;
        let present = read(path)?;
        if present.active == name {
            return Err(KeyError::Active(name.to_owned()));
        }
        if !present.all.contains_key(name) {
            return Err(KeyError::Unknown(name.to_owned()));
        }
        let is_other = |line: &&str| line.split_whitespace().next() != Some(name);
        let rest = text(path)?.lines().filter(is_other).fold(String::new(), |mut text, line| {
            let _ = writeln!(text, "{line}");
            text
        });
        write(path, &rest)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = read(path)?;
        Ok(())
    }
}

/// A name that no other key has, and the line of a new key.
fn fresh(entropy: &dyn Entropy) -> (String, String) {
    let (mut tail, mut key) = ([0; 4], Key::default());
    entropy.fill(&mut tail);
    entropy.fill(&mut key[..]);
    let name = format!("k-{}", hex(&tail));
    let line = format!("{name} {}\n", hex(&key[..]));
    (name, line)
}

fn text(path: &Path) -> Result<String, KeyError> {
    fs::read_to_string(path).map_err(|source| KeyError::File { path: path.to_owned(), source })
}

fn read(path: &Path) -> Result<Keys, KeyError> {
    if is_open_to_others(path) {
        return Err(KeyError::Open(path.to_owned()));
    }
    parse(&path.display().to_string(), &Zeroizing::new(text(path)?))
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

/// Lets one process at a time change the file, so that none loses the key of another.
fn alone(path: &Path) -> Result<fs::File, KeyError> {
    let failed = |source| KeyError::File { path: path.to_owned(), source };
    let lock = private(fs::OpenOptions::new().create(true), &beside(path, "lock")).map_err(failed)?;
    lock.lock().map_err(failed)?;
    Ok(lock)
}

/// Writes the file anew beside itself, then puts it in its place, so that no half of it is ever read.
fn write(path: &Path, text: &str) -> Result<(), KeyError> {
    let fresh = beside(path, "new");
    let written = || {
        // One that is left over may be readable by others.
        match fs::remove_file(&fresh) {
            Err(problem) if problem.kind() != io::ErrorKind::NotFound => return Err(problem),
            Ok(()) | Err(_) => {}
        }
        let mut file = private(fs::OpenOptions::new().create_new(true), &fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, path)?;
        settle(path)
    };
    written().map_err(|source| KeyError::File { path: path.to_owned(), source })
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    path.with_file_name(name)
}

/// A file that only its owner can read, for writing.
fn private(options: &mut fs::OpenOptions, path: &Path) -> io::Result<fs::File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.write(true).open(path)
}

/// Makes the new name last through a power failure: what the key seals is stored soon after.
#[cfg(unix)]
fn settle(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn settle(_: &Path) -> io::Result<()> {
    Ok(())
}

fn parse(place: &str, text: &str) -> Result<Keys, KeyError> {
    let mut keys = Keys { all: BTreeMap::new(), active: String::new() };
    let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line.trim()));
    for (number, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let wrong = || KeyError::Syntax { place: place.to_owned(), line: number };
        let (name, digits) = line.split_once(char::is_whitespace).ok_or_else(wrong)?;
        let key = bytes(digits.trim()).ok_or_else(wrong)?;
        let is_name =
            name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !is_name || keys.all.insert(name.to_owned(), key).is_some() {
            return Err(wrong());
        }
        name.clone_into(&mut keys.active);
    }
    if keys.all.is_empty() { Err(KeyError::Empty(place.to_owned())) } else { Ok(keys) }
}

fn bytes(digits: &str) -> Option<Key> {
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    let mut key = Key::default();
    for (byte, place) in key.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&digits[place..place + 2], 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    /// Every value another one.
    #[derive(Default)]
    struct Counting(AtomicU8);

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
        }
    }

    #[test]
    fn keys_are_named_and_the_last_one_seals() {
        let (one, two) = ("11".repeat(32), "ab".repeat(32));
        let ring = Keyring::parse("env", &format!("# ours\nold {one}\n\n new-1   {two}\n")).unwrap();
        assert_eq!((ring.active().as_str(), ring.names()), ("new-1", vec!["new-1".to_owned(), "old".to_owned()]));
        assert_eq!(ring.lookup("old").unwrap()[..], [0x11; 32]);
        assert!(ring.lookup("other").is_none());
        assert!(matches!(ring.add(&Counting::default()), Err(KeyError::Fixed)));
    }

    #[test]
    fn what_is_no_key_is_told_with_its_line() {
        let key = "11".repeat(32);
        for text in [
            format!("k1 {key}\nk2"),
            format!("k1 {key}\nk2 123"),
            format!("k1 {key}\nk1 {key}"),
            format!("k1 {key}\nk/2 {key}"),
        ] {
            let error = parse("env", &text).err().unwrap().to_string();
            assert!(error.starts_with("env, line 2: a key is"), "{error}");
        }
        assert!(matches!(parse("env", "# nothing"), Err(KeyError::Empty(_))));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_made_for_its_owner_alone_and_others_learn_of_new_keys() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, entropy) = (folder.path().join("keys"), Counting::default());
        let ring = Keyring::open(&path, &entropy).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let other = Keyring::open(&path, &entropy).unwrap();
        assert_eq!(ring.add(&entropy).unwrap(), "k-02020202");
        assert_eq!((ring.active().as_str(), other.active().as_str()), ("k-02020202", "k-00000000"));
        assert!(other.lookup("k-02020202").is_some());
        assert_eq!(other.active(), "k-02020202", "it seals with the new one from then on");
        assert!(matches!(ring.retire("k-02020202"), Err(KeyError::Active(_))));
        ring.retire("k-00000000").unwrap();
        assert_eq!(Keyring::open(&path, &entropy).unwrap().names(), ["k-02020202"]);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Keyring::open(&path, &entropy), Err(KeyError::Open(_))));
    }

    #[cfg(unix)]
    #[test]
    fn a_server_seals_with_the_newest_key_although_it_has_met_none_of_its_values() {
        let folder = tempfile::tempdir().unwrap();
        let (path, entropy) = (folder.path().join("keys"), Counting::default());
        let (server, tool) = (Keyring::open(&path, &entropy).unwrap(), Keyring::open(&path, &entropy).unwrap());
        let before = server.sealing().0;
        let name = tool.add(&entropy).unwrap();
        tool.retire(&before).unwrap();
        assert_eq!(server.sealing().0, name);
    }

    #[cfg(unix)]
    #[test]
    fn what_lies_about_beside_the_file_exposes_nothing() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, entropy) = (folder.path().join("keys"), Counting::default());
        let left_over = folder.path().join("keys.new");
        fs::write(&left_over, "").unwrap();
        fs::set_permissions(&left_over, fs::Permissions::from_mode(0o644)).unwrap();
        let open = fs::File::open(&left_over).unwrap();
        Keyring::open(&path, &entropy).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(open.metadata().unwrap().len(), 0, "whoever had it open reads nothing");
    }

    #[test]
    fn of_several_that_add_keys_at_once_none_loses_one() {
        let folder = tempfile::tempdir().unwrap();
        let (path, entropy) = (folder.path().join("keys"), Counting::default());
        let added: Vec<String> = std::thread::scope(|scope| {
            let add = || (0..5).map(|_| Keyring::open(&path, &entropy).unwrap().add(&entropy).unwrap()).collect();
            let adders: Vec<_> =
                (0..4).map(|_| scope.spawn(add)).collect::<Vec<std::thread::ScopedJoinHandle<'_, Vec<String>>>>();
            adders.into_iter().flat_map(|each| each.join().unwrap()).collect()
        });
        let names = Keyring::open(&path, &entropy).unwrap().names();
        assert!(added.len() == 20 && added.iter().all(|name| names.contains(name)), "{names:?}");
    }
}
