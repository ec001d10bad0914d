//! Concepts in a row of symbols: what people call the same thing by many names becomes one token.

use super::symbols::{Kind, Row, Symbol, hash_of};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// Concepts with their phrases.
pub(super) const LEXICON: &str = include_str!("lexicon.txt");

/// A concept, or a word that belongs to none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub hash: u64,
    pub concept: bool,
    /// The first symbol and the one after the last.
    pub first: u32,
    pub after: u32,
}

/// For keys that are hashes already.
pub(super) type Hashed<V> = HashMap<u64, V, BuildHasherDefault<AsIs>>;

/// Takes a key as its own hash.
#[derive(Default)]
pub(super) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {}
    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// Phrases as a tree of symbols.
#[derive(Default)]
pub(super) struct Lexicon {
    next: Hashed<u32>,
    /// By place in the tree, the hash of the concept that a phrase ending there means; 0 for none.
    concepts: Vec<u64>,
    /// Names people give to a product, known from the answers.
    pub names: u64,
}

static SHIPPED: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(LEXICON));

impl Lexicon {
    /// The one that is compiled in.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    fn parse(text: &str) -> Self {
        let mut lexicon = Self { concepts: vec![0], names: hash_of(b"NAME"), ..Self::default() };
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        for (concept, phrases) in lines.filter_map(|line| line.split_once(" = ")) {
            for phrase in phrases.split('|') {
                lexicon.add(phrase, hash_of(concept.as_bytes()));
            }
        }
        lexicon
    }

    fn add(&mut self, phrase: &str, concept: u64) {
        let mut row = Row::default();
        row.read(phrase);
        let mut place = 0;
        for symbol in row.symbols {
            let fresh = self.concepts.len() as u32;
            let next = *self.next.entry(edge(place, symbol.hash)).or_insert(fresh);
            if next == fresh {
                self.concepts.push(0);
            }
            place = next;
        }
        self.concepts[place as usize] = concept;
    }

    /// The longest phrase at the start of `symbols`: its concept and length.
    fn longest(&self, symbols: &[Symbol]) -> Option<(u64, usize)> {
        let (mut place, mut found) = (0, None);
        for (index, symbol) in symbols.iter().enumerate() {
            if matches!(symbol.kind, Kind::Stop | Kind::Pause) {
                break;
            }
            match self.next.get(&edge(place, symbol.hash)) {
                Some(next) => place = *next,
                None => break,
            }
            let concept = self.concepts[place as usize];
            if concept != 0 {
                found = Some((concept, index + 1));
            }
        }
        found
    }
}

fn edge(place: u32, symbol: u64) -> u64 {
    symbol.wrapping_add(u64::from(place).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// Appends the tokens of `symbols`; words in `names` (hashes) count as names. Characters outside every concept are no
/// tokens.
pub(super) fn read(symbols: &[Symbol], names: &[u64], tokens: &mut Vec<Token>) {
    let lexicon = Lexicon::shipped();
    let mut first = 0;
    while first < symbols.len() {
        let symbol = symbols[first];
        let (hash, concept, length) = match (lexicon.longest(&symbols[first..]), symbol.kind) {
            (Some((hash, length)), _) => (hash, true, length),
            (None, Kind::Word) if names.contains(&symbol.hash) => (lexicon.names, true, 1),
            (None, Kind::Word | Kind::Number) => (symbol.hash, false, 1),
            (None, _) => {
                first += 1;
                continue;
            }
        };
        tokens.push(Token { hash, concept, first: first as u32, after: (first + length) as u32 });
        first += length;
    }
}
