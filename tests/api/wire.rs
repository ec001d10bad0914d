//! The wire between the desk and its database, with somebody counting on it.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::{Arc, Mutex};
use std::thread;
use url::Url;

/// Counts the round trips of every transaction in a role: messages of the client that the server answers.
#[derive(Clone, Default)]
pub struct RoundTrips(Arc<Mutex<Vec<usize>>>);

impl RoundTrips {
    /// `database`, reached through a socket where transactions that take `role` are counted.
    pub fn counted(&self, database: &Url, role: &'static str) -> Url {
        let server = (database.host_str().unwrap(), database.port().unwrap_or(5432));
        let server = server.to_socket_addrs().unwrap().next().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut through = database.clone();
        through.set_host(Some("127.0.0.1")).unwrap();
        through.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let counts = self.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let counts = counts.clone();
                thread::spawn(move || counts.pass_on(client, server, role));
            }
        });
        through
    }

    /// The counts since the last call, in the order of the commits.
    pub fn take(&self) -> Vec<usize> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn pass_on(&self, mut client: TcpStream, server: SocketAddr, role: &str) {
        let mut server = TcpStream::connect(server).unwrap();
        let (mut answers, mut back) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        thread::spawn(move || {
            let _ = std::io::copy(&mut answers, &mut back);
            let _ = back.shutdown(Shutdown::Both);
        });
        // The first messages have no type: perhaps a wish for TLS, then who connects.
        let mut trips = None;
        let mut is_typed = false;
        while let Ok(message) = read(&mut client, is_typed) {
            if is_typed {
                trips = self.count(&message, trips, role);
            } else {
                is_typed = !message.ends_with(&80_877_103_u32.to_be_bytes());
            }
            if server.write_all(&message).is_err() {
                break;
            }
        }
        let _ = server.shutdown(Shutdown::Both);
    }

    /// The round trips of the transaction that runs, this message included.
    fn count(&self, message: &[u8], trips: Option<usize>, role: &str) -> Option<usize> {
        let text = String::from_utf8_lossy(message);
        match (message[0], trips) {
            (b'Q', _) if text.contains("BEGIN") => text.contains(role).then_some(1),
            (b'Q', Some(trips)) if text.contains("COMMIT") => {
                self.0.lock().unwrap().push(trips + 1);
                None
            }
            (b'Q' | b'S', Some(trips)) => Some(trips + 1),
            (_, trips) => trips,
        }
    }
}

/// One message, with its length and, where it has one, its type.
fn read(client: &mut TcpStream, is_typed: bool) -> std::io::Result<Vec<u8>> {
    let mut message = vec![0; if is_typed { 5 } else { 4 }];
    client.read_exact(&mut message)?;
    let start = message.len();
    let length = u32::from_be_bytes(message[start - 4..].try_into().unwrap()) as usize;
    message.resize(start + length - 4, 0);
    client.read_exact(&mut message[start..])?;
    Ok(message)
}
