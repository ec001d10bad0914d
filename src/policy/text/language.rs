//! Whether a text is in one of the two languages that the check reads.

use super::normalise;
use super::symbols::{hash_of, stem};
use super::tokens::Hashed;
use std::collections::BTreeSet;
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

static CHINESE_ONLY: LazyLock<Vec<char>> = LazyLock::new(|| {
    let only: BTreeSet<char> = CHINESE.chars().filter(|c| !SHARED.contains(*c)).collect();
    only.into_iter().collect()
});

/// What kinds of letters a text has.
#[derive(Default)]
struct Letters {
    kana: usize,
    han: usize,
    chinese: usize,
    latin: usize,
    other: usize,
    words: usize,
    english: usize,
    foreign: usize,
}

/// Whether `text` is in English or Japanese, or too short to say.
pub(super) fn is_known(text: &str) -> bool {
    let letters = Letters::of(text);
    let asian = letters.kana + letters.han;
    let all = asian + letters.latin + letters.other;
    if all < LEAST_LETTERS {
        letters.other * 2 <= all
    } else if letters.other * 10 > all * 3 {
        false
    } else if asian * 8 >= letters.latin && asian > 0 {
        letters.is_japanese()
    } else {
        letters.is_english()
    }
}

impl Letters {
    fn of(text: &str) -> Self {
        let (mut letters, mut word) = (Self::default(), String::new());
        normalise::each(text, |c, _| {
            if is_latin(c) {
                letters.latin += 1;
                word.push(c);
            } else if c != '\'' && c != '’' {
                letters.end_word(&mut word);
                letters.character(c);
            }
        });
        letters.end_word(&mut word);
        letters
    }

    fn character(&mut self, c: char) {
        match c {
            '\u{3041}'..='\u{30FF}' => self.kana += 1,
            '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3134F}' => {
                self.han += 1;
                self.chinese += usize::from(CHINESE_ONLY.binary_search(&c).is_ok());
            }
            _ => self.other += usize::from(!c.is_ascii() && c.is_alphabetic()),
        }
    }

    fn end_word(&mut self, word: &mut String) {
        if word.is_empty() {
            return;
        }
        let hash = hash_of(stem(word.as_bytes()));
        self.words += 1;
        let (english, foreign) = WORDS.get(&hash).copied().unwrap_or_default();
        self.english += usize::from(english);
        self.foreign += usize::from(foreign);
        word.clear();
    }

    fn is_japanese(&self) -> bool {
        let asian = self.kana + self.han;
        let chinese = self.chinese >= 2 && self.chinese * 30 >= self.han;
        let few_kana = self.kana * 7 < asian;
        !(chinese && few_kana) && (self.kana > 0 || self.han < 40)
    }

    fn is_english(&self) -> bool {
        self.words < LEAST_WORDS
            || (self.foreign <= self.english && (self.english * 12 >= self.words || self.words < 4 * LEAST_WORDS))
            || self.english * 5 >= self.words
    }
}

/// Small letters, which is what normalisation leaves.
fn is_latin(c: char) -> bool {
    c.is_ascii_lowercase() || (matches!(c, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}') && c.is_alphabetic())
}
