//! Data sets that are fetched: only the file that is pinned gets its name, whatever a server sends.

use crate::outside::{idx, packed};
use crate::support::Sweep;
use burnmark::data::fetch::{self, FetchState, Patience, Pinned, Remote};
use burnmark::data::{DataFault, OwnParts, Target, load_fetched};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// What a server sends.
#[derive(Clone)]
enum Reply {
    /// These bytes, then the end.
    Bytes(Vec<u8>),
    /// These bytes, then more for ever.
    Endless(Vec<u8>),
    /// These bytes, then nothing for longer than anybody waits.
    Silence(Vec<u8>),
}

fn ok(body: &[u8]) -> Reply {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    Reply::Bytes([head.as_bytes(), body].concat())
}

/// A server on this machine that answers each path; returns its address.
fn serve(reply: impl Fn(&str) -> Reply + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = answer(&mut stream.unwrap(), &reply);
        }
    });
    address
}

fn answer(stream: &mut TcpStream, reply: &impl Fn(&str) -> Reply) -> std::io::Result<()> {
    let (mut request, mut byte) = (Vec::new(), [0]);
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    let request = String::from_utf8(request).unwrap();
    match reply(request.split(' ').nth(1).unwrap()) {
        Reply::Bytes(bytes) => stream.write_all(&bytes),
        Reply::Endless(bytes) => {
            stream.write_all(&bytes)?;
            loop {
                stream.write_all(&[b'x'; 4096])?;
            }
        }
        Reply::Silence(bytes) => {
            stream.write_all(&bytes)?;
            stream.flush()?;
            std::thread::sleep(Duration::from_secs(20));
            Ok(())
        }
    }
}

/// A set of four made files, as MNIST has them, with true pins.
fn made() -> (&'static Remote, Vec<Vec<u8>>) {
    let images = |count: u32| packed(&idx(8, &[count, 2, 2], &(0..count * 4).map(|i| i as u8).collect::<Vec<_>>()));
    let labels = |count: u32| packed(&idx(8, &[count], &(0..count).map(|i| i as u8 % 2).collect::<Vec<_>>()));
    let bodies = vec![images(6), labels(6), images(2), labels(2)];
    let names = ["train-images", "train-labels", "test-images", "test-labels"];
    let pin = |(name, body): (&'static str, &Vec<u8>)| {
        let mut sha256 = String::new();
        Sha256::digest(body).iter().for_each(|byte| write!(sha256, "{byte:02x}").unwrap());
        Pinned { name, folder: "", bytes: body.len() as u64, sha256: sha256.leak() }
    };
    let files: Vec<_> = names.into_iter().zip(&bodies).map(pin).collect();
    (Box::leak(Box::new(Remote { name: "made", address: "", files: files.leak() })), bodies)
}

const HASTE: Patience =
    Patience { connect: Duration::from_secs(5), silence: Duration::from_millis(500), file: Duration::from_secs(5) };

#[test]
fn a_set_is_fetched_checked_and_loaded() {
    let (remote, bodies) = made();
    let sweep = Sweep::new("");
    let folder = sweep.path("data");
    assert_eq!(fetch::state(remote, &folder), FetchState::Absent);
    assert!(load_fetched(remote, &folder).unwrap_err().to_string().contains("run `burnmark data fetch made`"));
    let address = serve(move |path| {
        let place = remote.files.iter().position(|file| path == format!("/there/{}", file.name));
        place.map_or(Reply::Bytes(b"HTTP/1.1 404 Not Found\r\n\r\n".to_vec()), |place| ok(&bodies[place]))
    });
    let mut said = Vec::new();
    fetch::fetch(remote, &format!("{address}/there/"), &folder, HASTE, |line| said.push(line.to_owned())).unwrap();
    assert_eq!((said.len(), fetch::state(remote, &folder)), (4, FetchState::Whole));
    let set = load_fetched(remote, &folder).unwrap();
    assert_eq!((set.samples(), set.features.cols()), (8, 4));
    assert_eq!(set.features.row(6), [0.0, 1.0, 2.0, 3.0], "the test part's images come after the training part's");
    assert_eq!(set.target, Target::Classes { labels: vec![0, 1, 0, 1, 0, 1, 0, 1], count: 2 });
    assert_eq!(set.rows.own, Some(OwnParts::Published(6..8)), "which are the set's own test rows");

    // What is there is not fetched again; what is damaged is.
    fs::write(folder.join("made/test-labels"), "damaged").unwrap();
    let FetchState::Damaged(wrong) = fetch::state(remote, &folder) else { panic!("not noticed") };
    assert!(wrong.len() == 1 && wrong[0].to_string().contains("test-labels` has 7 bytes"), "{wrong:?}");
    assert!(load_fetched(remote, &folder).unwrap_err().to_string().contains("`burnmark data fetch made` gets it anew"));
    said.clear();
    fetch::fetch(remote, &format!("{address}/there"), &folder, HASTE, |line| said.push(line.to_owned())).unwrap();
    assert_eq!(said.iter().filter(|line| line.ends_with("is there already")).count(), 3, "{said:?}");
    assert_eq!(fs::read_dir(folder.join("made")).unwrap().count(), 4, "no other file is left");
}

#[test]
fn whatever_a_server_sends_only_the_pinned_file_gets_its_name() {
    let (remote, bodies) = made();
    let first = bodies[0].clone();
    let mut other = first.clone();
    other[12] ^= 1;
    let head = |length: usize| format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").into_bytes();
    let open = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
    let count = first.len();
    let short = [head(count), first[..count / 2].to_vec()].concat();
    let moved = b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/x\r\nContent-Length: 0\r\n\r\n".to_vec();
    for (reply, says) in [
        (ok(&other), "is another file: its SHA-256 is "),
        (ok(&first[1..]), "the file that is pinned has"),
        (Reply::Bytes(short.clone()), "broke off after"),
        (Reply::Bytes([open.clone(), first[..count / 2].to_vec()].concat()), "ended after"),
        (Reply::Endless(open.clone()), "has more than the"),
        (Reply::Endless([head(count), other.clone()].concat()), "is another file"),
        (Reply::Silence(Vec::new()), "no answer in time"),
        (Reply::Silence(short), "broke off after"),
        (Reply::Bytes(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec()), "answers 404 Not Found"),
        (Reply::Bytes(b"HTTP/1.1 206 Partial\r\nContent-Length: 0\r\n\r\n".to_vec()), "answers 206"),
        (Reply::Bytes(moved), "redirects to `http://elsewhere.example/x`, which is not followed"),
        (Reply::Bytes(b"what?".to_vec()), "cannot fetch"),
        (Reply::Bytes(Vec::new()), "cannot fetch"),
    ] {
        let sweep = Sweep::new("");
        let folder = sweep.path("data");
        let address = serve(move |_| reply.clone());
        let start = Instant::now();
        let why = fetch::fetch(remote, &address, &folder, HASTE, |_| {}).unwrap_err();
        assert_eq!(why.fault, DataFault::Fetch);
        let why = why.to_string();
        assert!(why.contains(says) && why.contains("/train-images`"), "`{says}`: {why}");
        // Silence is given up after half a second; ten leave a busy machine its time.
        assert!(start.elapsed() < Duration::from_secs(10), "{says}: {:?}", start.elapsed());
        assert_eq!(fs::read_dir(folder.join("made")).unwrap().count(), 0, "{says}: nothing is left");
    }
    let sweep = Sweep::new("");
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let why = fetch::fetch(remote, &format!("http://{nobody}"), &sweep.path("data"), HASTE, |_| {}).unwrap_err();
    assert_eq!(why.fault, DataFault::Fetch);
    assert!(why.to_string().starts_with("cannot fetch") && why.to_string().to_lowercase().contains("refused"), "{why}");
    let why = fetch::fetch(remote, "ftp://x", &sweep.path("data"), HASTE, |_| {}).unwrap_err();
    assert_eq!(why.fault, DataFault::Address);
    assert_eq!(why.to_string(), "`ftp://x` is no address: it begins with neither `https://` nor `http://`");
    fs::write(sweep.path("file"), "").unwrap();
    let why = fetch::fetch(remote, "http://x", &sweep.path("file"), HASTE, |_| {}).unwrap_err();
    assert_eq!(why.fault, DataFault::Unwritable);
    assert!(why.to_string().starts_with("cannot make `"), "{why}");
}

#[test]
fn the_data_commands_tell_what_there_is() {
    let sweep = Sweep::new("");
    let folder = ["--folder", "here"];
    let run = |arguments: &[&str]| sweep.run(&[&["data"][..], arguments, &folder].concat());
    let listed = run(&["list"]).ended_with(0).stdout;
    for line in ["iris ", "in the binary", "generated", "a file of yours", "not fetched yet", "data folder: here"] {
        assert!(listed.contains(line), "{line}:\n{listed}");
    }
    let checked = run(&["check"]).ended_with(0).stdout;
    assert_eq!(checked.matches("good: ").count(), 5, "{checked}");
    assert_eq!(checked.matches("not fetched: ").count(), 3, "{checked}");
    assert!(run(&["check", "wine"]).ended_with(0).stdout.contains("wine  good"));
    assert!(run(&["check", "mnist"]).ended_with(1).stdout.contains("`burnmark data fetch mnist` gets it"));
    assert!(run(&["check", "mnits"]).ended_with(2).stderr.contains("unknown data set `mnits`"));
    assert!(run(&["fetch", "iris"]).ended_with(2).stderr.contains("what can be fetched is `mnist`, `fashion-mnist`"));
    let address = serve(|_| ok(b"no digits at all"));
    assert!(run(&["fetch", "mnits"]).ended_with(2).stderr.contains("what can be fetched is `mnist`, `fashion-mnist`"));
    for address in ["ftp://x", "http://", "https:///x", "x"] {
        let stderr = run(&["fetch", "mnist", "--from", address]).ended_with(2).stderr;
        assert!(stderr.contains(&format!("`{address}` is no address")), "{stderr}");
    }
    let result = run(&["fetch", "mnist", "--from", &address]).ended_with(1);
    assert!(result.stderr.contains("train-images-idx3-ubyte.gz` has 16 bytes; the file that is pinned has 9912422"));
    fs::write(sweep.path("here/mnist/train-images-idx3-ubyte.gz"), "x").unwrap();
    let result = run(&["check"]).ended_with(1);
    assert!(result.stdout.contains("mnist          damaged: `here/mnist/train-images-idx3-ubyte.gz` has 1 bytes"));
    assert!(run(&["list"]).ended_with(0).stdout.contains("damaged, see `burnmark data check`"));
}
