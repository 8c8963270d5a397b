//! Mistakes in formulas say where, what and what instead; what a method computes is its identity.

use crate::formulas::example;
use burnmark::formula::OptimizerFormula;

/// A method with these lines, parameters `lr` and `beta`, and states of several shapes.
fn with_update(update: &str) -> String {
    format!(
        "description = \"x\"\nparameters = {{ lr = {{ above = 0 }}, beta = 0.9, place = {{ words = [\"in\", \"out\"] }} }}\n\
         state = {{ m = 0, r = {{ per = \"row\" }}, k = {{ per = \"network\" }} }}\nupdate = '''\n{update}\n'''\n"
    )
}

/// Each mistake: the lines, the part of them that is marked, what is wrong, what was expected or the hint.
#[test]
fn mistakes_say_where_what_and_what_instead() {
    for (update, place, message, says) in [
        ("theta = theta - lr*gg", "gg", "unknown name `gg`", "did you mean `g`?"),
        ("m = beta*m + g\ntheta = thta - lr*m", "thta", "unknown name `thta`", "did you mean `theta`?"),
        ("theta = theta - lr*sgn(g)", "sgn", "unknown function `sgn`", "did you mean `sign`?"),
        ("theta = theta - lr*norm", "norm", "unknown name `norm`", "`norm` is a function: write `norm(…)`"),
        ("theta = theta − lr*g", "−", "unexpected character `−`", "write `-`"),
        ("theta = theta - 2lr*g", "2lr", "`2lr` is no number", "write products with `*`, such as `2*m`"),
        ("theta = theta - lr*(g", "", "the formula ends here", "expected `)`"),
        ("theta = theta - lr g", "g", "unexpected name `g`", "expected an operator or the line's end"),
        ("theta = theta -", "", "the line ends here", "expected a value"),
        ("m = g", "", "`theta` is never changed", "expected a line `theta = …`"),
        ("theta - lr*g", "theta - lr*g", "nothing takes this value", "expected a line `name = value`"),
        (
            "lr = 0.1\ntheta = theta - lr*g",
            "lr",
            "`lr` is a parameter and cannot be changed",
            "expected a name of your own",
        ),
        (
            "g = 0*g\ntheta = theta - g",
            "g",
            "`g` is a word of the language and cannot be changed",
            "expected a name of your own",
        ),
        (
            "theta = theta @ g",
            "theta @ g",
            "the shapes do not fit: a number per weight, times a number per weight",
            "expected as many columns on the left as rows on the right",
        ),
        (
            "theta = theta - g'",
            "theta - g'",
            "the shapes do not fit: a number per weight with a matrix of columns × rows",
            "expected the same shape",
        ),
        (
            "r = g\ntheta = theta - r*g",
            "g",
            "`r` is a number per row, and this is a number per weight",
            "expected a number per row",
        ),
        (
            "k = norm(g)\ntheta = theta - g",
            "norm(g)",
            "`k` is one number for the network, and this is a number per block",
            "expected one number",
        ),
        (
            "theta = theta - sum(lr)*g",
            "lr",
            "nothing to go over: this is one number for the network",
            "expected more numbers",
        ),
        ("theta = theta - mean(g, rows)*g", "rows", "this says not over what", "expected row, column, block or all"),
        ("theta = where(g, theta, g)", "g", "this is a number", "compare it, such as `x > 0`"),
        ("theta = theta - (g > 0)", "(g > 0)", "this is a condition", "write `where(condition, 1, 0)`"),
        ("theta = where(1 < g < 2, g, m)", "<", "unexpected `<`", "expected one comparison; join two by `and`"),
        ("theta = clip(g, 1)", "clip(g, 1)", "2 arguments given", "expected `clip(x, low, high)`"),
        (
            "theta = theta - floor(g)",
            "floor(g)",
            "`floor` takes a number of the network or of a block, and this is a number per weight",
            "expected a single number",
        ),
        ("theta = where(role == \"biass\", g, m)", "\"biass\"", "`role` is never \"biass\"", "did you mean `bias`?"),
        ("theta = where(place == \"on\", g, m)", "\"on\"", "`place` is never \"on\"", "expected one of in, out"),
        ("theta = theta - place*g", "place", "`place` is a word and no number", "write `place == \"in\"`"),
        (
            "repeat 1000 { m = 2*m }\ntheta = m",
            "1000",
            "a block cannot be repeated so often",
            "expected a whole number from 1 to 100",
        ),
        (
            "repeat 100 { repeat 100 { m = m*m + g } }\ntheta = m",
            "g",
            "the formula has more than 1000 operations, repeated blocks written out",
            "expected a shorter formula or fewer repeats",
        ),
        ("repeat 5 { m = 2*m\ntheta = m", "", "the formula ends here", "expected `}` at the end of the block"),
    ] {
        let text = with_update(update);
        let mistakes = OptimizerFormula::parse("x", &text).err().unwrap_or_else(|| panic!("{update} is taken"));
        let mistake = &mistakes[0];
        assert_eq!(mistake.message, message, "{update}");
        assert_eq!(text[mistake.span.clone()].trim(), place, "{update}: {mistake:?}");
        let said = format!("{} {}", mistake.expected, mistake.help.as_deref().unwrap_or_default());
        assert!(said.contains(says), "{update}: {said}");
    }
}

/// A name whose value has a mistake is known.
#[test]
fn what_follows_from_a_mistake_is_none() {
    let mistakes = OptimizerFormula::parse("x", &with_update("ratio = nrm(theta)\ntheta = theta - lr*ratio*g"));
    let messages: Vec<String> = mistakes.unwrap_err().into_iter().map(|mistake| mistake.message).collect();
    assert_eq!(messages, ["unknown function `nrm`"]);
}

#[test]
fn all_mistakes_of_a_file_are_found_at_once() {
    let text = "parameters = { LR = 1, beta = { default = 2, below = 1 } }\nstate = { sum = 0, q = \"thet\" }\n\
                udpate = 'x'\nupdate = '''\na = b\ntheta = c\n'''\n";
    let messages: Vec<String> =
        OptimizerFormula::parse("x", text).unwrap_err().into_iter().map(|m| m.message).collect();
    for said in [
        "unknown key `udpate`",
        "missing `description`",
        "`LR` cannot be a name here",
        "the default `2` is outside of the range",
        "`sum` is a word of the language",
        "unknown name `thet`",
        "unknown name `b`",
        "unknown name `c`",
    ] {
        assert!(messages.iter().any(|message| message == said), "{said}: {messages:#?}");
    }
}

/// Blanks, comments, names of locals and the order of states say nothing; everything that computes does.
#[test]
fn the_identity_of_a_method_is_what_it_computes() {
    let digest = |update: &str| OptimizerFormula::parse("x", &with_update(update)).unwrap().digest;
    let first = digest("a = beta*m\nm = a + g\ntheta = theta - lr*m");
    assert_eq!(first, digest("# a comment\nm   = beta * m + g   # more\n\n\ntheta -= lr*m"));
    assert_eq!(first, digest("unused = exp(g)\nother = (beta)*(m)\nm = other + g; theta = (theta) - (lr*m)"));
    assert_eq!(digest("repeat 2 { m = m + g }\ntheta = m"), digest("m = m + g\nm = m + g\ntheta = m"));
    for other in [
        "m = beta*m + g\ntheta = theta - m*lr",
        "m = g + beta*m\ntheta = theta - lr*m",
        "m = beta*m + g\ntheta = theta - lr*g",
        "m = 0.9*m + g\ntheta = theta - lr*m",
        "m = beta*m + g\nk = t\ntheta = theta - lr*m",
    ] {
        assert_ne!(first, digest(other), "{other}");
    }
    let text = with_update("theta = theta - lr*m");
    let renamed = text.replace("m = 0", "n = 0").replace("lr*m", "lr*n");
    assert_ne!(
        OptimizerFormula::parse("x", &text).unwrap().digest,
        OptimizerFormula::parse("x", &renamed).unwrap().digest
    );
    // Pinned: a change of the canonical form would give every run of a formula another identity.
    assert_eq!(example("trust-sign").digest, "d6159d6870d9bf3458cab02f276621e1da4384f266f7853383175a1fd8f4f239");
}
