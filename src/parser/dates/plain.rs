//! A date in the digits and signs of ASCII, whatever script it is written in.

use std::borrow::Cow;

/// A text ready to be read.
#[derive(Debug, PartialEq)]
pub(super) struct Plain<'a> {
    pub text: Cow<'a, str>,
    /// Whether digits or signs of another script stood there, blanks and dashes aside.
    pub translated: bool,
}

/// Digits of any script that feeds come in, full-width letters, and the signs behind the numbers of Chinese, Japanese and Korean dates
/// (`2026年11月22日 10時30分`, `2026년 11월 22일`) as ASCII.
pub(super) fn plain(text: &str) -> Plain<'_> {
    if text.is_ascii() {
        return Plain { text: Cow::Borrowed(text), translated: false };
    }
    let mut out = String::with_capacity(text.len());
    let mut translated = false;
    // what follows a sign for hours or minutes is written next to its colon
    let mut glue = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if let Some(digit) = digit(c) {
            translated |= !c.is_ascii();
            out.push(digit);
            glue = false;
            continue;
        }
        if is_invisible(c) || (glue && c.is_whitespace()) {
            continue;
        }
        glue = false;
        let counts = out.trim_end().ends_with(|before: char| before.is_ascii_digit());
        let mut sign = |sign: &str| {
            out.truncate(out.trim_end().len());
            out.push_str(sign);
            translated = true;
        };
        match c {
            '年' | '月' | '년' | '월' if counts => sign("-"),
            '日' | '号' | '號' | '일' | '秒' | '초' if counts => sign(" "),
            '時' | '时' | '点' | '點' | '시' | '분' | '分' if counts => {
                let follows = chars.clone().find(|next| !next.is_whitespace()).and_then(digit).is_some();
                let hour = !matches!(c, '分' | '분');
                sign(match (hour, follows) {
                    (_, true) => ":",
                    (true, false) => ":00 ",
                    (false, false) => " ",
                });
                glue = follows;
            }
            '\u{ff01}'..='\u{ff5e}' => {
                translated = true;
                out.push(u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(' '));
            }
            '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
            '\u{60c}' | '\u{3001}' => out.push(','),
            '\u{3002}' => out.push('.'),
            '’' => out.push('\''),
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
    }
    Plain { text: Cow::Owned(out.trim().to_owned()), translated }
}

/// Marks of writing direction and joiners stand between digits that come from right-to-left pages.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}' | '\u{ad}')
}

/// The digit that `c` is in Arabic, Persian, Devanagari, Bengali, Thai or full width.
fn digit(c: char) -> Option<char> {
    if c.is_ascii_digit() {
        return Some(c);
    }
    const ZEROS: [u32; 6] = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10];
    let code = u32::from(c);
    ZEROS.iter().find_map(|zero| char::from_digit(code.checked_sub(*zero).filter(|value| *value < 10)?, 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_become_ascii() {
        for (text, expected, translated) in [
            ("22 Nov 2026", "22 Nov 2026", false),
            ("22\u{a0}nov.\u{202f}2026", "22 nov. 2026", false),
            ("2026–11–22", "2026-11-22", false),
            ("\u{200f}٢٢/١١/٢٠٢٦", "22/11/2026", true),
            ("۲۰۲۶-۱۱-۲۲", "2026-11-22", true),
            ("２０２６／１１／２２　１０：００", "2026/11/22 10:00", true),
            ("2026年11月22日 10時30分", "2026-11-22  10:30", true),
            ("2026 年 11 月 22 日 10 点", "2026- 11- 22  10:00", true),
            ("2026년 11월 22일 10시 5분 7초", "2026- 11- 22  10:5:7", true),
            ("日曜日", "日曜日", false),
        ] {
            assert_eq!(plain(text), Plain { text: expected.into(), translated }, "{text}");
        }
    }
}
