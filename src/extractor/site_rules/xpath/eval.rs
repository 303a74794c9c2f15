//! An expression on a page: nodes, a text, a number or a truth (XPath 1.0, 2 to 4).

use std::cell::Cell;

use super::super::tree::{Kind, Tree};
use super::functions::call;
use super::parse::{Axis, Expr, Start, Step, Test};

/// Nodes that the expressions of one page may look at; bytes of text count for an eighth.
pub(crate) const MAX_STEPS: u64 = 5_000_000;

/// A node, or an attribute of one by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Item {
    /// A node.
    Node(usize),
    /// An attribute.
    Attribute(usize, usize),
}

/// What an expression answers.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Value {
    /// Nodes in document order, each once.
    Nodes(Vec<Item>),
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth.
    Truth(bool),
}

/// The steps are used up, or the expression makes no sense of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct GivenUp;

/// What expressions are evaluated on.
pub(in super::super) struct Page<'t> {
    pub(in super::super) tree: &'t Tree,
    /// Steps that are left.
    left: Cell<u64>,
}

/// Where an expression is evaluated.
#[derive(Clone, Copy)]
pub(super) struct Here {
    pub(super) item: Item,
    pub(super) position: usize,
    pub(super) size: usize,
}

impl<'t> Page<'t> {
    pub(in super::super) fn new(tree: &'t Tree) -> Self {
        Self { tree, left: Cell::new(MAX_STEPS) }
    }

    /// Counts work.
    pub(super) fn spend(&self, steps: usize) -> Result<(), GivenUp> {
        let left = self.left.get().checked_sub(steps as u64).ok_or(GivenUp);
        self.left.set(left.unwrap_or(0));
        left.map(drop)
    }

    /// The text of a node or an attribute.
    pub(in super::super) fn text(&self, item: Item) -> Result<String, GivenUp> {
        let text = match item {
            Item::Node(at) => {
                self.spend(self.tree.end(at) - at)?;
                self.tree.text(at)
            }
            Item::Attribute(at, number) => self.tree.attributes(at).get(number).map(|(_, value)| value.clone()).unwrap_or_default(),
        };
        self.spend(text.len() / 8)?;
        Ok(text)
    }

    pub(super) fn eval(&self, expr: &Expr, here: Here) -> Result<Value, GivenUp> {
        self.spend(1)?;
        Ok(match expr {
            Expr::Literal(text) => Value::Text(text.clone()),
            Expr::Number(number) => Value::Number(*number),
            Expr::Negative(inner) => Value::Number(-self.number(&self.eval(inner, here)?)?),
            Expr::Call(name, arguments) => call(self, name, arguments, here)?,
            Expr::Binary(sign, left, right) => self.binary(sign, left, right, here)?,
            Expr::Filter(inner, predicates) => {
                let Value::Nodes(mut items) = self.eval(inner, here)? else { return Err(GivenUp) };
                for predicate in predicates {
                    items = self.filter(items, predicate)?;
                }
                Value::Nodes(items)
            }
            Expr::Path(start, steps) => {
                let mut items = match start {
                    Start::Root => vec![Item::Node(0)],
                    Start::Here => vec![here.item],
                    Start::At(inner) => match self.eval(inner, here)? {
                        Value::Nodes(items) => items,
                        _ => return Err(GivenUp),
                    },
                };
                for step in steps {
                    items = self.step(&items, step)?;
                }
                Value::Nodes(items)
            }
        })
    }

    fn binary(&self, sign: &str, left: &Expr, right: &Expr, here: Here) -> Result<Value, GivenUp> {
        if matches!(sign, "or" | "and") {
            let first = self.truth(&self.eval(left, here)?);
            let decided = first == (sign == "or");
            return Ok(Value::Truth(if decided { first } else { self.truth(&self.eval(right, here)?) }));
        }
        let (left, right) = (self.eval(left, here)?, self.eval(right, here)?);
        if sign == "|" {
            let (Value::Nodes(mut items), Value::Nodes(more)) = (left, right) else { return Err(GivenUp) };
            items.extend(more);
            items.sort_unstable();
            items.dedup();
            return Ok(Value::Nodes(items));
        }
        if matches!(sign, "=" | "!=" | "<" | "<=" | ">" | ">=") {
            return self.compare(sign, &left, &right).map(Value::Truth);
        }
        let (left, right) = (self.number(&left)?, self.number(&right)?);
        Ok(Value::Number(match sign {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "div" => left / right,
            _ => left % right,
        }))
    }

    /// Of nodes, one that compares is enough (3.4).
    fn compare(&self, sign: &str, left: &Value, right: &Value) -> Result<bool, GivenUp> {
        let holds = |left: &Value, right: &Value| -> Result<bool, GivenUp> {
            let is_number = matches!(left, Value::Number(_)) || matches!(right, Value::Number(_));
            if matches!(sign, "=" | "!=") && !is_number {
                let is_truth = matches!(left, Value::Truth(_)) || matches!(right, Value::Truth(_));
                let equal =
                    if is_truth { self.truth(left) == self.truth(right) } else { self.string(left)? == self.string(right)? };
                return Ok(equal == (sign == "="));
            }
            let (left, right) = (self.number(left)?, self.number(right)?);
            Ok(match sign {
                "=" => left == right,
                "!=" => left != right,
                "<" => left < right,
                "<=" => left <= right,
                ">" => left > right,
                _ => left >= right,
            })
        };
        let each = |value: &Value| match value {
            Value::Nodes(items) => items.iter().map(|item| self.text(*item).map(Value::Text)).collect::<Result<Vec<_>, _>>(),
            value => Ok(vec![value.clone()]),
        };
        if matches!((left, right), (Value::Nodes(_), Value::Truth(_)) | (Value::Truth(_), Value::Nodes(_))) {
            return holds(left, right);
        }
        let (left, right) = (each(left)?, each(right)?);
        for left in &left {
            for right in &right {
                self.spend(1)?;
                if holds(left, right)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn step(&self, from: &[Item], step: &Step) -> Result<Vec<Item>, GivenUp> {
        let mut found = Vec::new();
        for item in from {
            let mut items = Vec::new();
            self.walk(*item, step, &mut items)?;
            for predicate in &step.predicates {
                items = self.filter(items, predicate)?;
            }
            found.append(&mut items);
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// What a step leads to, in the direction of its axis.
    fn walk(&self, item: Item, step: &Step, found: &mut Vec<Item>) -> Result<(), GivenUp> {
        let tree = self.tree;
        let parent = |at: usize| tree.nodes.get(at).map_or(0, |node| node.parent);
        let mut see = |at: usize| -> Result<(), GivenUp> {
            self.spend(1)?;
            let fits = match (&step.test, tree.nodes.get(at).map(|node| &node.kind)) {
                (Test::Node, Some(_)) => true,
                (Test::Any, Some(Kind::Element(..))) => true,
                (Test::Text, Some(Kind::Text(_))) => true,
                (Test::Name(name), Some(Kind::Element(have, _))) => have == name,
                _ => false,
            };
            if fits {
                found.push(Item::Node(at));
            }
            Ok(())
        };
        let at = match (item, step.axis) {
            (Item::Node(at), _) => at,
            (Item::Attribute(at, _), Axis::Parent) => return see(at),
            (Item::Attribute(..), Axis::This) => {
                found.push(item);
                return Ok(());
            }
            (Item::Attribute(..), _) => return Ok(()),
        };
        match step.axis {
            Axis::This => see(at)?,
            Axis::Child => {
                let mut now = at + 1;
                while now < tree.end(at) {
                    see(now)?;
                    now = tree.end(now);
                }
            }
            Axis::Descendant => (at + 1..tree.end(at)).try_for_each(see)?,
            Axis::DescendantOrSelf => (at..tree.end(at)).try_for_each(see)?,
            Axis::Parent => {
                if at > 0 {
                    see(parent(at))?;
                }
            }
            Axis::Ancestor | Axis::AncestorOrSelf => {
                if step.axis == Axis::AncestorOrSelf {
                    see(at)?;
                }
                let mut now = at;
                while now > 0 {
                    now = parent(now);
                    see(now)?;
                }
            }
            Axis::FollowingSibling => {
                let mut now = tree.end(at);
                while at > 0 && now < tree.end(parent(at)) {
                    see(now)?;
                    now = tree.end(now);
                }
            }
            Axis::PrecedingSibling => {
                let (mut now, mut before) = (parent(at) + 1, Vec::new());
                while now < at {
                    self.spend(1)?;
                    before.push(now);
                    now = tree.end(now);
                }
                before.into_iter().rev().try_for_each(see)?;
            }
            Axis::Following => (tree.end(at)..tree.nodes.len()).try_for_each(see)?,
            Axis::Preceding => (1..at).rev().filter(|&before| tree.end(before) <= at).try_for_each(see)?,
            Axis::Attribute => {
                for (number, (name, _)) in tree.attributes(at).iter().enumerate() {
                    self.spend(1)?;
                    let fits = match &step.test {
                        Test::Any | Test::Node => true,
                        Test::Name(wanted) => wanted == name,
                        Test::Text | Test::Nothing => false,
                    };
                    if fits {
                        found.push(Item::Attribute(at, number));
                    }
                }
            }
        }
        Ok(())
    }

    /// A number as a predicate is a position (2.4).
    fn filter(&self, items: Vec<Item>, predicate: &Expr) -> Result<Vec<Item>, GivenUp> {
        let size = items.len();
        let mut kept = Vec::new();
        for (before, item) in items.into_iter().enumerate() {
            let position = before + 1;
            let keep = match self.eval(predicate, Here { item, position, size })? {
                #[allow(clippy::cast_precision_loss)] // positions are far below 2^52
                Value::Number(number) => number == position as f64,
                value => self.truth(&value),
            };
            if keep {
                kept.push(item);
            }
        }
        Ok(kept)
    }

    pub(in super::super) fn truth(&self, value: &Value) -> bool {
        match value {
            Value::Nodes(items) => !items.is_empty(),
            Value::Text(text) => !text.is_empty(),
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::Truth(truth) => *truth,
        }
    }

    pub(in super::super) fn string(&self, value: &Value) -> Result<String, GivenUp> {
        Ok(match value {
            Value::Nodes(items) => items.first().map_or(Ok(String::new()), |item| self.text(*item))?,
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Truth(truth) => truth.to_string(),
        })
    }

    pub(super) fn number(&self, value: &Value) -> Result<f64, GivenUp> {
        Ok(match value {
            Value::Number(number) => *number,
            Value::Truth(truth) => f64::from(u8::from(*truth)),
            value => self.string(value)?.trim().parse().unwrap_or(f64::NAN),
        })
    }
}
