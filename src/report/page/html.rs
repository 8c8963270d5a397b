//! Pieces of the page.

use super::escape::escaped;
use super::words::linked;
use std::fmt::Write;

/// A table that scrolls by itself where it is too wide.
pub fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut html =
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"table\"><table><thead><tr>".to_owned();
    for name in head {
        let _ = write!(html, "<th scope=\"col\">{}</th>", linked(name));
    }
    html += "</tr></thead><tbody>";
    for row in rows {
        html += "<tr>";
        for cell in row {
            let _ = write!(html, "<td>{}</td>", escaped(&cell));
        }
        html += "</tr>";
    }
    html + "</tbody></table></div>"
}

/// A text in which what is between backticks is code, and words of the glossary are linked.
pub fn with_code(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return linked(text);
    }
    let piece = |(place, piece): (usize, &&str)| {
        if place % 2 == 1 { format!("<code>{}</code>", escaped(piece)) } else { linked(piece) }
    };
    pieces.iter().enumerate().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::super::escape::escaped;
    use super::*;

    #[test]
    fn nothing_is_html() {
        assert_eq!(escaped("<a href='x'>\"&"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
        assert_eq!(with_code("needs `a < b`."), "needs <code>a &lt; b</code>.");
        assert_eq!(with_code("a single ` is itself"), "a single ` is itself");
    }
}
