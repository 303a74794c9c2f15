//! Words to an expression (XPath 1.0, 2 and 3).

use super::lex::{Word, ends_operand, words};

/// Bytes of one expression.
const MAX_BYTES: usize = 4000;
/// Expressions within expressions.
const MAX_DEPTH: usize = 40;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    /// `or`, `and`, comparisons, sums.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// `-x`.
    Negative(Box<Expr>),
    /// Steps from the root, from the context, or from what another expression answers.
    Path(Start, Vec<Step>),
    /// `(...)[1]`.
    Filter(Box<Expr>, Vec<Expr>),
    /// A text.
    Literal(String),
    /// A number.
    Number(f64),
    /// A function.
    Call(String, Vec<Expr>),
}

/// Where a path begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Start {
    /// `/`.
    Root,
    /// Here.
    Here,
    /// At the nodes of an expression.
    At(Box<Expr>),
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    /// In which direction.
    pub(super) axis: Axis,
    /// To what.
    pub(super) test: Test,
    /// `[...]`.
    pub(super) predicates: Vec<Expr>,
}

/// Directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names of the standard
pub(super) enum Axis {
    Child,
    Descendant,
    DescendantOrSelf,
    Attribute,
    This,
    Parent,
    Ancestor,
    AncestorOrSelf,
    FollowingSibling,
    PrecedingSibling,
    Following,
    Preceding,
}

/// What a step leads to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// `*`.
    Any,
    /// `node()`.
    Node,
    /// `text()`.
    Text,
    /// `comment()` and `processing-instruction()`: pages have lost theirs.
    Nothing,
    /// A name.
    Name(String),
}

const FUNCTIONS: &[&str] = &[
    "last",
    "position",
    "count",
    "id",
    "name",
    "local-name",
    "string",
    "concat",
    "starts-with",
    "ends-with",
    "contains",
    "substring-before",
    "substring-after",
    "substring",
    "string-length",
    "normalize-space",
    "translate",
    "boolean",
    "not",
    "true",
    "false",
    "number",
    "sum",
    "floor",
    "ceiling",
    "round",
    "lower-case",
    "upper-case",
];

/// Operators from the weakest to the strongest.
const LEVELS: &[&[&str]] = &[&["or"], &["and"], &["=", "!="], &["<=", ">=", "<", ">"], &["+", "-"], &["*", "div", "mod"]];

/// Reads an expression.
///
/// # Errors
/// Says what is wrong with it.
pub(super) fn parse(text: &str) -> Result<Expr, String> {
    if text.len() > MAX_BYTES {
        return Err(format!("it is longer than {MAX_BYTES} bytes"));
    }
    let mut parser = Parser { words: words(text)?, at: 0, depth: 0 };
    let expr = parser.binary(0)?;
    match parser.peek() {
        None => Ok(expr),
        Some(word) => Err(format!("{} is not expected there", shown(word))),
    }
}

fn shown(word: &Word) -> String {
    match word {
        Word::Sign(sign) => format!("\"{sign}\""),
        Word::Name(name) => format!("\"{name}\""),
        Word::Literal(text) => format!("'{text}'"),
        Word::Number(number) => number.to_string(),
    }
}

struct Parser {
    words: Vec<Word>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Word> {
        self.words.get(self.at)
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Word::Sign(have)) if *have == sign)
    }

    fn take(&mut self, sign: &str) -> bool {
        let is = self.is(sign);
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.take(sign) {
            return Ok(());
        }
        Err(self.peek().map_or_else(
            || format!("\"{sign}\" is missing at the end"),
            |word| format!("\"{sign}\" is missing before {}", shown(word)),
        ))
    }

    fn binary(&mut self, level: usize) -> Result<Expr, String> {
        let Some(signs) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some(Word::Sign(sign)) = self.peek()
            && signs.contains(sign)
            && ends_operand(self.at.checked_sub(1).and_then(|at| self.words.get(at)))
        {
            let sign = *sign;
            self.at += 1;
            left = Expr::Binary(sign, Box::new(left), Box::new(self.binary(level + 1)?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("it is nested deeper than {MAX_DEPTH}"));
        }
        let expr = if self.take("-") {
            Expr::Negative(Box::new(self.unary()?))
        } else {
            let mut left = self.path()?;
            while self.take("|") {
                left = Expr::Binary("|", Box::new(left), Box::new(self.path()?));
            }
            left
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn path(&mut self) -> Result<Expr, String> {
        let start = match self.peek() {
            Some(Word::Literal(_) | Word::Number(_)) | Some(Word::Sign("(")) => Some(self.primary()?),
            Some(Word::Name(name)) if FUNCTIONS.contains(&name.as_str()) && self.calls() => Some(self.primary()?),
            _ => None,
        };
        let Some(primary) = start else { return self.location() };
        let mut filters = Vec::new();
        while self.is("[") {
            filters.push(self.predicate()?);
        }
        let expr = if filters.is_empty() { primary } else { Expr::Filter(Box::new(primary), filters) };
        if !(self.is("/") || self.is("//")) {
            return Ok(expr);
        }
        let mut steps = Vec::new();
        self.steps(&mut steps)?;
        Ok(Expr::Path(Start::At(Box::new(expr)), steps))
    }

    fn calls(&self) -> bool {
        matches!(self.words.get(self.at + 1), Some(Word::Sign("(")))
    }

    fn primary(&mut self) -> Result<Expr, String> {
        let word = self.peek().cloned();
        self.at += 1;
        match word {
            Some(Word::Literal(text)) => Ok(Expr::Literal(text)),
            Some(Word::Number(number)) => Ok(Expr::Number(number)),
            Some(Word::Sign("(")) => {
                let inner = self.binary(0)?;
                self.expect(")")?;
                Ok(inner)
            }
            Some(Word::Name(name)) => {
                self.expect("(")?;
                let mut arguments = Vec::new();
                while !self.is(")") {
                    arguments.push(self.binary(0)?);
                    if !self.take(",") {
                        break;
                    }
                }
                self.expect(")")?;
                Ok(Expr::Call(name, arguments))
            }
            _ => Err("an expression is missing at the end".to_owned()),
        }
    }

    fn location(&mut self) -> Result<Expr, String> {
        let mut steps = Vec::new();
        if self.is("/") || self.is("//") {
            if self.is("/") && !self.words.get(self.at + 1).is_some_and(begins_step) {
                self.at += 1;
                return Ok(Expr::Path(Start::Root, steps));
            }
            self.steps(&mut steps)?;
            return Ok(Expr::Path(Start::Root, steps));
        }
        steps.push(self.step()?);
        self.steps(&mut steps)?;
        Ok(Expr::Path(Start::Here, steps))
    }

    /// Any number of `/step` and `//step`.
    fn steps(&mut self, steps: &mut Vec<Step>) -> Result<(), String> {
        loop {
            if self.take("//") {
                steps.push(Step { axis: Axis::DescendantOrSelf, test: Test::Node, predicates: Vec::new() });
            } else if !self.take("/") {
                return Ok(());
            }
            steps.push(self.step()?);
        }
    }

    fn step(&mut self) -> Result<Step, String> {
        for (sign, axis) in [("..", Axis::Parent), (".", Axis::This)] {
            if self.take(sign) {
                return Ok(Step { axis, test: Test::Node, predicates: Vec::new() });
            }
        }
        let axis = if self.take("@") {
            Axis::Attribute
        } else if matches!((self.peek(), self.words.get(self.at + 1)), (Some(Word::Name(_)), Some(Word::Sign("::")))) {
            let Some(Word::Name(name)) = self.peek().cloned() else { return Err("an axis is missing".to_owned()) };
            self.at += 2;
            axis(&name).ok_or_else(|| format!("\"{name}\" is no axis"))?
        } else {
            Axis::Child
        };
        let test = match self.peek().cloned() {
            Some(Word::Sign("*")) => {
                self.at += 1;
                Test::Any
            }
            Some(Word::Name(name)) if self.calls() => {
                self.at += 2;
                let test = match name.as_str() {
                    "node" => Test::Node,
                    "text" => Test::Text,
                    "comment" | "processing-instruction" => Test::Nothing,
                    _ => return Err(format!("\"{name}()\" is not known")),
                };
                self.expect(")")?;
                test
            }
            Some(Word::Name(name)) => {
                self.at += 1;
                Test::Name(name.to_lowercase())
            }
            Some(word) => return Err(format!("{} is not expected there", shown(&word))),
            None => return Err("a step is missing at the end".to_owned()),
        };
        let mut predicates = Vec::new();
        while self.is("[") {
            predicates.push(self.predicate()?);
        }
        Ok(Step { axis, test, predicates })
    }

    fn predicate(&mut self) -> Result<Expr, String> {
        self.expect("[")?;
        let inner = self.binary(0)?;
        self.expect("]")?;
        Ok(inner)
    }
}

fn begins_step(word: &Word) -> bool {
    matches!(word, Word::Name(_) | Word::Sign("*" | "@" | "." | ".."))
}

fn axis(name: &str) -> Option<Axis> {
    Some(match name {
        "child" => Axis::Child,
        "descendant" => Axis::Descendant,
        "descendant-or-self" => Axis::DescendantOrSelf,
        "attribute" => Axis::Attribute,
        "self" => Axis::This,
        "parent" => Axis::Parent,
        "ancestor" => Axis::Ancestor,
        "ancestor-or-self" => Axis::AncestorOrSelf,
        "following-sibling" => Axis::FollowingSibling,
        "preceding-sibling" => Axis::PrecedingSibling,
        "following" => Axis::Following,
        "preceding" => Axis::Preceding,
        _ => return None,
    })
}
