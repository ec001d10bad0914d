//! Whether a text is in one of the two languages that the check reads.

use super::symbols::{Kind, Symbol, character, hash_of, stem};
use super::tokens::Hashed;
use std::sync::LazyLock;

/// Words in Latin letters that a text needs before their language counts.
const LEAST_WORDS: usize = 6;
/// Letters that a text needs before its script counts.
const LEAST_LETTERS: usize = 12;

/// Words that sentences in English are held together by.
const ENGLISH: &str = "the of and to is are was were be been in on at for with without we our us you your they their them it its this that these those not no can cannot could will would do does did has have had from by as but so because if when which who all any only after before under per each every there then than also still now or an a i my he she his her please need needs";
/// The same in the languages that use the same letters; words that English has too are left out.
const OTHERS: &str = "der die das den dem des und oder nicht ist sind wir uns unser unsere unserer ein eine einen einem einer mit für auf bei von zu zur zum im wird werden kann können auch sich dass wie aber nach bitte sie ihr ihre haben hat durch über \
    le la les un une du de et ou est sont nous notre nos vous votre vos pour par avec sans dans sur que qui ne pas ce cette ces il elle ils mais plus au aux être avons merci se leur \
    el los las una unos y o es son nosotros nuestro nuestra nuestros para por con sin en que no lo su sus pero como más está están este esta del al hemos tiene \
    os as um uma uns umas e é são nosso nossa nossos com sem em não ao aos à às seu sua mas mais está este esta foi pelo pela dos das \
    il lo gli di da per con su tra che non è sono nostro nostra nostri abbiamo questo questa ma anche come della delle dei degli nel nella alla si viene \
    het een van voor met zonder op aan niet zijn wij ons onze dat deze die ook maar naar wordt kan geen bij uit door \
    och att det som en ett är inte vi vår våra för med av på til och af ikke er på vores \
    i w z na do nie jest są się że przez dla oraz nasz nasze naszych ale jak po od \
    ve bir bu için ile değil olarak bizim var ama da de ki \
    và của là không được cho các trong với chúng tôi một người này \
    yang dan di ke dari untuk dengan tidak ini itu kami adalah pada akan";
/// Characters of Chinese sentences that Japanese ones do not have.
const CHINESE: &str = "们这为认证请您识别对时间发现应该户权级录设备问题简单从过还进么没给让说话谢签输验码务业员个动网络运营启统该则处仅并且已经無們這您嗎沒說讓證應發與對還讀號將經關區點雙驗碼戶權級錄設備單從過進麼給話謝簽輸務業員個動網絡運營啟統則處僅並";
/// Those of them that Japanese has all the same.
const SHARED: &str = "別対設備問題話動員業務時間現無過還進且統級";

/// Whether a word is English, and whether it is of another language, by the hash of its stem.
static WORDS: LazyLock<Hashed<(bool, bool)>> = LazyLock::new(|| {
    let mut words = Hashed::<(bool, bool)>::default();
    let hash = |word: &str| hash_of(stem(word.as_bytes()));
    ENGLISH.split_whitespace().for_each(|word| words.entry(hash(word)).or_default().0 = true);
    OTHERS.split_whitespace().for_each(|word| words.entry(hash(word)).or_default().1 = true);
    words
});

/// The hashes of the characters that only Chinese has.
static CHINESE_ONLY: LazyLock<Hashed<()>> =
    LazyLock::new(|| CHINESE.chars().filter(|c| !SHARED.contains(*c)).map(|c| (character(c), ())).collect());

/// How many letters of each kind a text has.
#[derive(Debug, Default)]
pub(super) struct Letters {
    kana: usize,
    han: usize,
    latin: usize,
    other: usize,
}

impl Letters {
    /// Counts small letters of the Latin alphabet without marks.
    pub fn add_plain(&mut self, count: usize) {
        self.latin += count;
    }

    /// Counts any other letter.
    pub fn add(&mut self, c: char) {
        match c {
            '\u{3041}'..='\u{30FF}' => self.kana += 1,
            '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3134F}' => self.han += 1,
            '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => self.latin += 1,
            _ => self.other += 1,
        }
    }

    /// Whether a text that has these letters and `symbols` is in English or Japanese, or too short to say.
    pub fn are_known(&self, symbols: &[Symbol]) -> bool {
        let asian = self.kana + self.han;
        let all = asian + self.latin + self.other;
        if all < LEAST_LETTERS {
            self.other * 2 <= all
        } else if self.other * 10 > all * 3 {
            false
        } else if asian * 8 >= self.latin && asian > 0 {
            self.are_japanese(symbols)
        } else {
            are_english(symbols)
        }
    }

    fn are_japanese(&self, symbols: &[Symbol]) -> bool {
        let few_kana = self.kana * 7 < self.kana + self.han;
        (self.kana > 0 || self.han < 40) && !(few_kana && self.are_chinese(symbols))
    }

    fn are_chinese(&self, symbols: &[Symbol]) -> bool {
        let characters = symbols.iter().filter(|symbol| symbol.kind == Kind::Character);
        let only = characters.filter(|symbol| CHINESE_ONLY.contains_key(&symbol.hash)).count();
        only >= 2 && only * 30 >= self.han
    }
}

fn are_english(symbols: &[Symbol]) -> bool {
    let (mut words, mut english, mut foreign) = (0, 0, 0);
    for symbol in symbols.iter().filter(|symbol| symbol.kind == Kind::Word) {
        let known = WORDS.get(&symbol.hash).copied().unwrap_or_default();
        words += 1;
        english += usize::from(known.0);
        foreign += usize::from(known.1);
    }
    words < LEAST_WORDS
        || (foreign <= english && (english * 12 >= words || words < 4 * LEAST_WORDS))
        || english * 5 >= words
}
