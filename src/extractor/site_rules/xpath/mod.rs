//! XPath 1.0 on a page, without namespaces and variables: names of elements and attributes are those of HTML, in any case.

mod eval;
mod functions;
mod lex;
mod parse;

pub(super) use eval::{GivenUp, Item, Page, Value};

use eval::Here;

/// An expression that was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expression(parse::Expr);

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        parse::parse(text).map(Self)
    }

    /// What it answers on a page.
    ///
    /// # Errors
    /// When the steps of the page are used up, or it asks for the nodes of what is none.
    pub(super) fn on(&self, page: &Page<'_>) -> Result<Value, GivenUp> {
        page.eval(&self.0, Here { item: Item::Node(0), position: 1, size: 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::*;

    const PAGE: &str = "<html><head><title>T</title><meta property='og:title' content='M'></head><body>\
        <div id='a' class='post  entry-content wide'><h1>Head</h1><p class='x'>One</p><p>Two <b>bold</b></p><p>Three</p></div>\
        <ul><li>1</li><li>2<ul><li>3</li></ul></li></ul><span class='by'>By Mara Lind | today</span></body></html>";

    fn check(expression: &str, expected: &str) {
        let tree = Tree::read(PAGE);
        let page = Page::new(&tree);
        let answer = match Expression::read(expression) {
            Err(error) => format!("error: {error}"),
            Ok(read) => match read.on(&page) {
                Err(GivenUp) => "given up".to_owned(),
                Ok(Value::Nodes(items)) => items.iter().map(|item| page.text(*item).unwrap()).collect::<Vec<_>>().join("/"),
                Ok(value) => page.string(&value).unwrap(),
            },
        };
        assert_eq!(answer, expected, "{expression}");
    }

    #[test]
    fn paths() {
        check("//p", "One/Two bold/Three");
        check("/html/head/title", "T");
        check("//DIV[@id='a']/p[1]", "One");
        check("//p[2]/b", "bold");
        check("//p[last()]", "Three");
        check("(//li)[2]", "23");
        check("//li[1]", "1/3");
        check("//p[position()<3]", "One/Two bold");
        check("//h1 | //b", "Head/bold");
        check("//p/@class", "x");
        check("//p[@class]", "One");
        check("//p[not(@class)]", "Two bold/Three");
        check("//meta[@property='og:title']/@content", "M");
        check("//*[@id='a']/*[self::h1 or self::nothing]", "Head");
        check("//p/text()", "One/Two /Three");
        check("id('a')/h1", "Head");
        check("//ul//li", "1/23/3");
        check("//nothing", "");
    }

    #[test]
    fn axes() {
        check("//h1/following-sibling::p", "One/Two bold/Three");
        check("//p[3]/preceding-sibling::p[1]", "Two bold");
        check("//b/..", "Two bold");
        check("//b/ancestor::div/h1", "Head");
        check("//b/parent::p/following::span", "By Mara Lind | today");
        check("//b/preceding::h1", "Head");
        check("//div/descendant::b", "bold");
        check("//b/./self::b", "bold");
        check("//p/@class/..", "One");
    }

    #[test]
    fn predicates_and_functions() {
        check("//div[contains(concat(' ', normalize-space(@class), ' '), ' entry-content ')]/h1", "Head");
        check("//p[contains(., 'bold')]", "Two bold");
        check("//p[starts-with(text(), 'Th')]", "Three");
        check("//p[b and not(@class) or .='Three']", "Two bold/Three");
        check("substring-before(substring-after(//span[@class='by'], 'By '), ' |')", "Mara Lind");
        check("translate(//h1, 'Hed', 'hE')", "hEa");
        check("count(//p) - 1", "2");
        check("string-length(//title) = 1", "true");
        check("//p[string-length(.) > 4 and string-length(.) != 8]", "Three");
        check("//p[. = //p[1]]", "One");
        check("substring('12345', 2, 3)", "234");
        check("concat(name(//div/*), ' ', -1 + 3 * 2)", "h1 5");
    }

    #[test]
    fn what_is_wrong_is_said() {
        check("//div[", "error: a step is missing at the end");
        check("//div]", "error: \"]\" is not expected there");
        check("//div[@id='a", "error: a text that begins with ' does not end");
        check("//div[foo()]", "error: \"foo()\" is not known");
        check("sideways::p", "error: \"sideways\" is no axis");
        check("//p[contains(., 'x']", "error: \")\" is missing before \"]\"");
        check("", "error: a step is missing at the end");
        check("#x", "error: \"#\" fits nowhere");
        check("count('x')", "given up");
        assert!(Expression::read(&"(".repeat(1000)).is_err());
        assert!(Expression::read(&"-".repeat(1000)).is_err());
        assert!(Expression::read(&"a[".repeat(1000)).is_err());
    }

    #[test]
    fn work_is_bounded() {
        let tree = Tree::read(&"<p>a<b>c</b></p>".repeat(3000));
        let page = Page::new(&tree);
        let slow = Expression::read("//*[following::*[preceding::*[. = 'nothing']]]").unwrap();
        assert_eq!(slow.on(&page), Err(GivenUp));
        // What is used up stays so: the next expression of the page costs nothing.
        assert_eq!(Expression::read("//p").unwrap().on(&page), Err(GivenUp));
    }
}
