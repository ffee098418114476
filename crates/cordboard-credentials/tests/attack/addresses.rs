//! Addresses that must be refused: every refused network in every spelling, names, ports, schemes, user names.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Refused IPv4 networks: first address and prefix length. Not taken from the program's own table, so that the suite notices
/// a network that is missing there.
const REFUSED_V4: [(&str, u32); 19] = [
    ("0.0.0.0", 8),
    ("10.0.0.0", 8),
    ("100.64.0.0", 10),
    ("127.0.0.0", 8),
    ("169.254.0.0", 16),
    ("172.16.0.0", 12),
    ("192.0.0.0", 24),
    ("192.0.2.0", 24),
    ("192.31.196.0", 24),
    ("192.52.193.0", 24),
    ("192.88.99.0", 24),
    ("192.168.0.0", 16),
    ("192.175.48.0", 24),
    ("198.18.0.0", 15),
    ("198.51.100.0", 24),
    ("203.0.113.0", 24),
    ("224.0.0.0", 4),
    ("240.0.0.0", 4),
    ("168.63.129.16", 32),
];

/// The same of IPv6: everything outside `2000::/3`, and these parts of it.
const REFUSED_V6: [(&str, u32); 25] = [
    ("::", 128),
    ("::1", 128),
    ("::", 96),
    ("::ffff:0:0", 96),
    ("::ffff:0:0:0", 96),
    ("64:ff9b::", 96),
    ("64:ff9b:1::", 48),
    ("100::", 64),
    ("100:0:0:1::", 64),
    ("2001::", 32),
    ("2001::", 23),
    ("2001:2::", 48),
    ("2001:10::", 28),
    ("2001:20::", 28),
    ("2001:db8::", 32),
    ("2002::", 16),
    ("2620:4f:8000::", 48),
    ("3fff::", 20),
    ("4000::", 2),
    ("5f00::", 16),
    ("8000::", 1),
    ("fc00::", 7),
    ("fe80::", 10),
    ("fec0::", 10),
    ("ff00::", 8),
];

/// Addresses with which attackers begin.
const WANTED: [&str; 8] = [
    "127.0.0.1",
    "127.0.0.2",
    "127.255.255.254",
    "0.0.0.0",
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "192.168.1.1",
];

/// Networks of one machine or one house, and the servers of clouds that hand out keys.
const NAMES: [&str; 30] = [
    "localhost",
    "a.localhost",
    "api.shop.localhost",
    "localhost.localdomain.localhost",
    "ip6-localhost",
    "ip6-loopback",
    "loopback",
    "broadcasthost",
    "host",
    "printer",
    "router",
    "metadata",
    "instance-data",
    "kubernetes",
    "redis",
    "postgres",
    "nas.local",
    "printer.local",
    "metadata.google.internal",
    "metadata.azure.internal",
    "instance-data.ec2.internal",
    "host.docker.internal",
    "gateway.docker.internal",
    "kubernetes.docker.internal",
    "vault.service.internal",
    "fritz.lan",
    "wiki.intranet",
    "git.corp",
    "tv.home",
    "router.home.arpa",
];

const SCHEMES: [&str; 30] = [
    "file",
    "ftp",
    "ftps",
    "sftp",
    "scp",
    "tftp",
    "gopher",
    "dict",
    "ldap",
    "ldaps",
    "imap",
    "pop3",
    "smtp",
    "telnet",
    "ssh",
    "ws",
    "wss",
    "jar",
    "netdoc",
    "unix",
    "phar",
    "php",
    "data",
    "javascript",
    "vbscript",
    "about",
    "blob",
    "view-source",
    "chrome",
    "mailto",
];

const PORTS: [u16; 32] = [
    1, 7, 21, 22, 23, 25, 53, 79, 81, 110, 111, 135, 139, 143, 389, 445, 444, 2375, 2379, 3000, 3306, 5432, 5601, 5984,
    6379, 6443, 8000, 8080, 8443, 9200, 11211, 27017,
];

/// Random numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn v4(&mut self, (network, length): (&str, u32)) -> Ipv4Addr {
        let network = u32::from(network.parse::<Ipv4Addr>().expect("a network"));
        let host = u32::MAX.checked_shr(length).unwrap_or(0);
        Ipv4Addr::from(network | (u32::try_from(self.roll() >> 32).expect("32 bits") & host))
    }

    fn v6(&mut self, (network, length): (&str, u32)) -> Ipv6Addr {
        let network = u128::from(network.parse::<Ipv6Addr>().expect("a network"));
        let host = u128::MAX.checked_shr(length).unwrap_or(0);
        let random = u128::from(self.roll()) << 64 | u128::from(self.roll());
        Ipv6Addr::from(network | random & host)
    }
}

/// Every address, each once. `port` is where the canaries listen.
pub(crate) fn all(port: u16) -> Vec<String> {
    let mut dice = Dice(7);
    let mut found = ipv4(&mut dice, port);
    found.extend(ipv6(&mut dice, port));
    found.extend(NAMES.iter().flat_map(|name| spelled_names(name, port)));
    found.extend(SCHEMES.iter().flat_map(|scheme| [format!("{scheme}://127.0.0.1:{port}/x"), format!("{scheme}:x")]));
    found.extend(
        PORTS.iter().flat_map(|port| [format!("http://example.com:{port}/"), format!("https://1.1.1.1:{port}/")]),
    );
    found.extend(confusing(port));
    let mut seen = BTreeSet::new();
    found.retain(|url| seen.insert(url.clone()));
    found
}

fn ipv4(dice: &mut Dice, port: u16) -> Vec<String> {
    let mut addresses: Vec<Ipv4Addr> = WANTED.iter().map(|text| text.parse().expect("an address")).collect();
    for network @ (first, length) in REFUSED_V4 {
        let first: Ipv4Addr = first.parse().expect("a network");
        let last = u32::from(first) | u32::MAX.checked_shr(length).unwrap_or(0);
        addresses.extend([first, Ipv4Addr::from(last), dice.v4(network), dice.v4(network), dice.v4(network)]);
    }
    let mut found = Vec::new();
    for address in addresses {
        for host in spelled_v4(address).into_iter().chain(wrapped_v4(address)) {
            found.push(format!("http://{host}/"));
            if address.is_loopback() {
                found.extend([format!("http://{host}:{port}/"), format!("https://{host}/x?y#z")]);
            }
        }
    }
    // A transition form is refused whatever it leads to.
    found.extend(wrapped_v4(Ipv4Addr::new(8, 8, 8, 8)).into_iter().map(|host| format!("http://{host}/")));
    found
}

/// What the URL standard reads as this address.
fn spelled_v4(address: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = address.octets();
    let number = u32::from(address);
    let (low_three, low_two) = (number & 0x00ff_ffff, number & 0xffff);
    let wide = |text: &str| text.chars().map(|each| wide_digit(each, 0xff10)).collect::<String>();
    let mathematical = |text: &str| text.chars().map(|each| wide_digit(each, 0x1d7d8)).collect::<String>();
    vec![
        address.to_string(),
        format!("{address}."),
        number.to_string(),
        format!("{number:#x}"),
        format!("{number:#X}").replace("0X", "0x"),
        format!("0{number:o}"),
        format!("{a:#x}.{b:#x}.{c:#x}.{d:#x}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("{a:#06x}.{b:#x}.{low_two}"),
        format!("{a}.{low_three}"),
        format!("{a:#x}.{low_three}"),
        format!("0{a:o}.{b}.{low_two:#x}"),
        wide(&address.to_string()),
        mathematical(&address.to_string()),
        address.to_string().replace('.', "\u{3002}"),
        address.to_string().replace('.', "%2e"),
        address.to_string().replace('1', "%31"),
        format!("{a}.{b}\u{ad}.{c}.{d}"),
    ]
}

fn wide_digit(each: char, zero: u32) -> char {
    each.to_digit(10).and_then(|digit| char::from_u32(zero + digit)).unwrap_or(each)
}

/// The address inside one of IPv6.
fn wrapped_v4(address: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = address.octets();
    let (high, low) = (u32::from(address) >> 16, u32::from(address) & 0xffff);
    vec![
        format!("[::ffff:{address}]"),
        format!("[::ffff:{high:x}:{low:x}]"),
        format!("[0:0:0:0:0:ffff:{high:04x}:{low:04x}]"),
        format!("[::{address}]"),
        format!("[::ffff:0:{address}]"),
        format!("[64:ff9b::{address}]"),
        format!("[64:ff9b:1::{address}]"),
        format!("[2002:{high:x}:{low:x}::]"),
        format!("[2002:{high:x}:{low:x}::1]"),
        format!("[2001:0:{high:x}:{low:x}::1]"),
        format!("[2001::{:x}:{:x}]", high ^ 0xffff, low ^ 0xffff),
        format!("[fe80::5efe:{a}.{b}.{c}.{d}]"),
    ]
}

fn ipv6(dice: &mut Dice, port: u16) -> Vec<String> {
    let mut found = Vec::new();
    for network @ (first, length) in REFUSED_V6 {
        let first: Ipv6Addr = first.parse().expect("a network");
        let last = Ipv6Addr::from(u128::from(first) | u128::MAX.checked_shr(length).unwrap_or(0));
        for address in [first, last, dice.v6(network), dice.v6(network), dice.v6(network), dice.v6(network)] {
            let whole = address.segments().map(|segment| format!("{segment:04X}")).join(":");
            found.extend([format!("http://[{address}]/"), format!("http://[{whole}]/x")]);
            found.extend([format!("https://[{address}]:443/"), format!("http://[{address}]:{port}/")]);
            found.extend(["lo", "eth0", "1"].map(|zone| format!("http://[{address}%25{zone}]/")));
        }
    }
    found
}

fn spelled_names(name: &str, port: u16) -> Vec<String> {
    let wide: String =
        name.chars().map(|each| if each.is_ascii_lowercase() { wide_letter(each) } else { each }).collect();
    let escaped = name.bytes().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat();
    let first = name.chars().next().unwrap_or_default();
    let circled = char::from_u32(0x24d0 + u32::from(first) - u32::from('a')).unwrap_or(first);
    let hosts = vec![
        name.to_owned(),
        name.to_uppercase(),
        format!("{name}."),
        format!("{}.", name.to_uppercase()),
        wide,
        escaped,
        format!("{}\u{ad}{}", &name[..1], &name[1..]),
        format!("{circled}{}", &name[1..]),
        name.replace('.', "\u{3002}"),
    ];
    let both = |host: String| [format!("http://{host}/"), format!("http://{host}:{port}/latest/meta-data/")];
    hosts.into_iter().flat_map(both).collect()
}

fn wide_letter(each: char) -> char {
    char::from_u32(0xff41 + u32::from(each) - u32::from('a')).unwrap_or(each)
}

/// Addresses that programs read differently, of which none may lead anywhere private in any reading.
fn confusing(port: u16) -> Vec<String> {
    let private = ["127.0.0.1", "localhost", "[::1]", "169.254.169.254"];
    let of = |host: &str| {
        vec![
            format!("http://user@{host}:{port}/"),
            format!("http://user:password@{host}/"),
            format!("http://:password@{host}/"),
            format!("http://{host}@example.com/"),
            format!("http://example.com@{host}/"),
            format!("http://example.com:80@{host}:{port}/"),
            format!("http://{host}:80\\@example.com/"),
            format!("http://{host}\\@example.com/"),
            format!("http://{host}#@example.com/"),
            format!("http://{host}?@example.com/"),
            format!("http:{host}:{port}/"),
            format!("http:/{host}/"),
            format!("http:///{host}/"),
            format!("http:\\\\{host}\\"),
            format!("  http://{host}/  "),
            format!("ht\ntp://{host}/"),
            format!("http://{host}\t/"),
            format!("HTTP://{host}/"),
            format!("//{host}/"),
            format!("{host}:{port}"),
            format!("http://example.com &@{host}# @example.com/"),
            format!("http://{host}:{port}:80/"),
            format!("http://{host}:080/x"),
            format!("http://{host}:0{port}/"),
        ]
    };
    private
        .into_iter()
        .flat_map(of)
        .chain(["http://", "https://", "http://.", "http:///", "", "/", "?", "x"].map(str::to_owned))
        .collect()
}
