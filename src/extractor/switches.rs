//! What of the story the user wants: lists, block quotations, captions in the plain text.
//!
//! They act on what was chosen, not on the choice: that one looks at the whole page whatever is wanted of it.

use super::blocks::{Block, Blocks};
use super::choose::Choice;
use crate::model::Switches;

/// The chosen blocks without those that are not wanted, and with the captions that are.
pub(crate) fn switched(page: &Blocks, mut choice: Choice, switches: &Switches) -> Choice {
    if !switches.lists {
        leave_out(page, &mut choice, in_list);
    }
    if !switches.quotes {
        leave_out(page, &mut choice, in_quote);
    }
    if switches.captions {
        for ((block, told), shown) in page.list.iter().zip(&mut choice.told).zip(&choice.shown) {
            *told |= *shown && block.is_picture() && !block.text.is_empty();
        }
    }
    choice
}

/// Pictures do not know their list.
fn in_list(page: &Blocks, block: &Block) -> bool {
    let is_list = |at: usize| page.holders.get(at).is_some_and(|holder| matches!(holder.name.as_str(), "ul" | "ol" | "dl"));
    block.list.is_some() || (block.is_picture() && page.chain(block.holder).any(is_list))
}

fn in_quote(page: &Blocks, block: &Block) -> bool {
    page.holders.get(block.holder).is_some_and(|holder| holder.quote)
}

/// Leaves blocks out, with headings that have nothing else below them; but not all: a recipe or a ranking can be nothing but a list.
fn leave_out(page: &Blocks, choice: &mut Choice, is_unwanted: impl Fn(&Blocks, &Block) -> bool) {
    let mut gone: Vec<bool> = page.list.iter().map(|block| is_unwanted(page, block)).collect();
    let mut told = page.list.iter().zip(&choice.told).zip(&gone);
    if !told.any(|((block, told), gone)| *told && !gone && block.heading().is_none()) {
        return;
    }
    drop_headings(page, &choice.told, &mut gone);
    for (at, gone) in gone.into_iter().enumerate() {
        for marks in [&mut choice.told, &mut choice.shown] {
            if let Some(mark) = marks.get_mut(at) {
                *mark &= !gone;
            }
        }
    }
}

/// Marks the headings of what is gone as gone: right behind them stood nothing else, and what comes next is another section or
/// stands outside of the element that held both.
fn drop_headings(page: &Blocks, told: &[bool], gone: &mut [bool]) {
    // The nearest told block behind, and the nearest of those that stay.
    let (mut next, mut left): (Option<usize>, Option<usize>) = (None, None);
    for (at, block) in page.list.iter().enumerate().rev().filter(|(at, _)| told.get(*at) == Some(&true)) {
        if let (Some(level), Some(next)) = (block.heading(), next.filter(|next| gone.get(*next) == Some(&true))) {
            let parent = page.holders.get(block.holder).map_or(0, |holder| holder.parent);
            let is_within =
                |other: usize| page.list.get(other).is_some_and(|other| page.chain(other.holder).any(|at| at == parent));
            let is_next_section = |left: usize| {
                let other = page.list.get(left).and_then(Block::heading);
                other.is_some_and(|other| other <= level) || (is_within(next) && !is_within(left))
            };
            if let Some(gone) = gone.get_mut(at).filter(|_| left.is_none_or(is_next_section)) {
                *gone = true;
            }
        }
        next = Some(at);
        if gone.get(at) == Some(&false) {
            left = Some(at);
        }
    }
}

#[cfg(test)]
#[path = "switches_tests.rs"]
mod tests;
