//! The page, the summary and the plots of made-up folders, small and large.

use crate::fakes::{Fake, manifest};
use crate::support::{SMALL, Sweep};
use burnmark::analysis::{Allowed, OPTIMIZER, View};
use burnmark::report::plots::{self, FigureDesign, PlotSources};
use serde_json::Value;

/// A folder of made-up runs as `out`.
fn folder(fake: &Fake, question: &str) -> Sweep {
    let sweep = Sweep::new("");
    fake.write(&sweep.path("out"), |manifest| question.clone_into(&mut manifest.question));
    sweep
}

/// A page without its tags, so that sentences with links are what they say.
fn words(page: &str) -> String {
    let outside = page.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    outside.collect::<String>()
}

fn page(sweep: &Sweep) -> String {
    sweep.run(&["report", "out"]).ended_with(0);
    String::from_utf8(sweep.bytes("out/report.html")).unwrap()
}

/// A block of the page's JSON.
fn block(page: &str, id: &str) -> Value {
    let begin = format!("<script type=\"application/json\" id=\"{id}\">");
    serde_json::from_str(page.split(&begin).nth(1).unwrap().split("</script>").next().unwrap()).unwrap()
}

/// The table's columns.
fn columns(page: &str) -> Vec<Value> {
    block(page, "data").as_array().unwrap().clone()
}

#[test]
fn the_page_holds_everything_and_asks_nobody() {
    let sweep = folder(&Fake::new(&[("a", 0.0), ("b", 0.1)], 8), "Which one is best?");
    let page = page(&sweep);
    for part in
        ["Which one is best?", "b on iris", "id=\"again\"", "burnmark compare", "burnmark run fake.toml", "<svg"]
    {
        assert!(page.contains(part), "`{part}` is missing");
    }
    // The only addresses are the names of SVG's own namespaces.
    let foreign = page.replace("http://www.w3.org/", "");
    for part in ["http://", "https://", "src=", "<link", "@import", "url("] {
        assert!(!foreign.contains(part), "`{part}`");
    }
    assert!(page.contains("default-src 'none'"));
    let columns = columns(&page);
    let name = |column: &Value| column["name"].as_str().unwrap().to_owned();
    let names: Vec<String> = columns.iter().map(name).collect();
    // Results come before the settings that reached them.
    let wanted = ["data set", "method", "setting", "test metric", "outcome", "optimizer.lr", "seed", "run"];
    let places = wanted.map(|wanted| names.iter().position(|name| name == wanted).unwrap());
    assert!(places.is_sorted(), "{names:?}");
    for column in &columns {
        let rows = column.get("places").or(column.get("numbers")).unwrap().as_array().unwrap().len();
        assert_eq!(rows, 96, "{}", name(column));
    }
}

#[test]
fn what_comes_from_specs_is_text() {
    let wild = "</script><script>alert(1)</script><img src=x onerror=alert(1)>";
    let sweep = folder(&Fake::new(&[(wild, 0.0), ("`|*", 0.1)], 3), wild);
    let page = page(&sweep);
    assert!(!page.contains("<script>alert") && !page.contains("<img"), "it would be run");
    assert!(page.contains("&lt;script&gt;alert(1)"));
    let methods = columns(&page).into_iter().find(|column| column["name"] == "method").unwrap();
    assert_eq!(methods["words"][0], wild, "in the table it is what it was");
    let markdown = sweep.run(&["report", "out", "--markdown"]).ended_with(0).stdout;
    assert!(!markdown.contains("<script>") && markdown.contains("\\`\\|\\*"), "{markdown}");
}

#[test]
fn ten_thousand_runs_fit() {
    let mut fake = Fake::new(&[("a", 0.0), ("b", 0.01), ("c", 0.02), ("d", 0.0), ("e", 0.0)], 10);
    fake.rates = (1..=100).map(|i| 1e-4 * 1.1_f64.powi(i)).collect();
    fake.epochs = 2;
    let sweep = folder(&fake, "Does it fit?");
    let page = page(&sweep);
    assert_eq!(columns(&page)[0]["places"].as_array().unwrap().len(), 10_000);
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    assert_eq!(
        block(&page, "details")["runs"].as_array().unwrap().len(),
        200,
        "the others are left to `burnmark show`"
    );
    assert!(page.contains("for every other run <code>burnmark show . RUN</code>"));
}

/// A row opens to its settings, its curve and a spec that makes the very same run again.
#[test]
fn a_row_opens_its_run() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
    let page = page(&sweep);
    let (columns, details) = (columns(&page), block(&page, "details"));
    let column = |name: &str| columns.iter().find(|column| column["name"] == name).unwrap();
    let setting = column("setting");
    assert_eq!(setting["words"][setting["places"][0].as_u64().unwrap() as usize], "best", "these come first");
    let first = &details["runs"][0];
    assert_eq!(first["curves"].as_array().unwrap().len(), 4);
    assert!(first["epochs"].as_array().unwrap().len() > 1 && first["own"].as_object().unwrap().contains_key("seed"));
    let place = |line: &Value| details["lines"][line.as_u64().unwrap() as usize].as_str().unwrap().to_owned();
    let spec: Vec<String> = first["spec"].as_array().unwrap().iter().map(place).collect();
    let run = column("run")["words"][0].as_str().unwrap();
    assert_eq!(spec.join("\n") + "\n", sweep.run(&["show", "out", run, "--spec"]).ended_with(0).stdout);
    std::fs::write(sweep.path("run.toml"), spec.join("\n")).unwrap();
    sweep.run(&["run", "run.toml", "-q", "-o", "again"]).ended_with(0);
    assert!(sweep.run(&["show", "again", run]).ended_with(0).stdout.contains(run), "the same run");
}

/// Each question has its rankings and figures, and only the first one is open.
#[test]
fn each_question_has_a_part() {
    let sweep = Sweep::new(SMALL.replace("[sweep]", "[sweep]\n\"regularize.dropout\" = [0.0, 0.1]"));
    sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
    let page = page(&sweep);
    let parts: Vec<&str> = page.split("<details class=\"part printed-open\"").skip(1).collect();
    assert_eq!(parts.len(), 2);
    assert!(
        parts[0].starts_with(" open><summary>Which optimizer?") && parts[1].starts_with("><summary>Which dropout?")
    );
    assert!(parts[1].contains("Each dropout") || parts[1].contains("Best setting of each dropout"), "captions say so");
    assert!(
        parts[0].contains("(figures/paired-seeds.svg)") && !parts[1].contains("(figures/"),
        "files are of the first"
    );
    assert!(parts[1].contains("burnmark report . --by regularize.dropout"));
}

/// Words are linked to the glossary, which is that of the guide.
#[test]
fn words_lead_to_the_glossary() {
    let page = page(&folder(&Fake::new(&[("a", 0.0), ("b", 0.1)], 8), "Which one?"));
    let guide = std::fs::read_to_string("docs/guide/glossary.md").unwrap();
    for word in ["seed", "p", "95-interval", "sd", "rank", "verdict"] {
        let entry = page.split(&format!("<dt id=\"word-{word}\">")).nth(1).unwrap_or_else(|| panic!("{word}"));
        let meaning = entry.split("<dd>").nth(1).unwrap().split("</dd>").next().unwrap().replace("&#39;", "'");
        assert!(guide.contains(&format!("| {meaning} |")), "{word}: {meaning}");
        assert!(page.contains(&format!("href=\"#word-{word}\"")), "{word} is linked");
    }
}

#[test]
fn the_summary_is_markdown_and_writes_nothing() {
    let sweep = folder(&Fake::new(&[("a", 0.0), ("b", 0.1)], 8), "Which one?");
    let markdown = sweep.run(&["report", "out", "--markdown"]).ended_with(0).stdout;
    assert!(markdown.starts_with("## fake\n\n**Which one?**\n\n"), "{markdown}");
    assert!(markdown.contains("\n| 1 | b | 0.9"), "{markdown}");
    assert!(markdown.contains("| worse |"), "{markdown}");
    assert!(!sweep.path("out/report.html").exists() && !sweep.path("out/figures").exists());
}

#[test]
fn other_settings_than_the_optimizer_can_be_compared() {
    let sweep = Sweep::new(SMALL);
    let ran = sweep.run(&["run", "x.toml", "-o", "out"]).ended_with(0).stdout;
    assert!(ran.contains("Does everything work together?") && ran.contains("Too few seeds"), "{ran}");
    let by = sweep.run(&["report", "out", "--by", "optimizer.lr"]).ended_with(0).stdout;
    assert!(by.contains("lr 0.01") && by.contains("adam"), "{by}");
    let wrong = sweep.run(&["report", "out", "--by", "optimizer.mood"]).ended_with(2);
    assert!(wrong.stderr.contains("no run has a setting `optimizer.mood`"), "{}", wrong.stderr);
}

/// A folder of which every run diverged has a page too.
#[test]
fn nothing_but_divergence_is_told() {
    let mut fake = Fake::new(&[("a", 0.0), ("b", 0.0)], 3);
    fake.diverges_from = 0.0;
    let page = words(&page(&folder(&fake, "Does anything train?")));
    assert!(page.contains("On iris every setting of a diverged, blew up or failed for some seed."));
}

/// A text of an SVG with the box that it takes at most, in pixels.
struct Label {
    words: String,
    left: f64,
    right: f64,
    middle: f64,
    size: f64,
}

/// The texts of a figure that are not turned.
fn labels(svg: &str) -> Vec<Label> {
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?.to_owned();
        Some(value)
    };
    let mut labels = Vec::new();
    for part in svg.split("<text").skip(1) {
        let (tag, rest) = part.split_once('>').unwrap();
        let words = rest.split("</text>").next().unwrap().trim().replace("&lt;", "<").replace("&gt;", ">");
        if tag.contains("transform=") || words.is_empty() {
            continue;
        }
        let number = |name: &str| attribute(tag, name).unwrap().trim_end_matches("px").parse::<f64>().unwrap();
        // Letters of DejaVu Sans, a wide font, are 0.6 of their size on average.
        let (x, size) = (number("x"), number("font-size"));
        let wide = 0.6 * size * words.chars().count() as f64;
        let left = match attribute(tag, "text-anchor").as_deref() {
            Some("middle") => x - wide / 2.0,
            Some("end") => x - wide,
            _ => x,
        };
        // From the baseline to the line's middle: `ex` is half of an `em`.
        let below = attribute(tag, "dy").map_or(0.0, |dy| match dy.strip_suffix("ex") {
            Some(halves) => halves.parse::<f64>().unwrap() * size / 2.0,
            None => dy.trim_end_matches("em").parse::<f64>().unwrap() * size,
        });
        labels.push(Label { words, left, right: left + wide, middle: number("y") + below - size / 3.0, size });
    }
    labels
}

#[track_caller]
fn assert_readable(name: &str, svg: &str) {
    let size = |attribute: &str| {
        let value = svg.split(&format!(" {attribute}=\"")).nth(1).unwrap().split('"').next().unwrap();
        value.parse::<f64>().unwrap()
    };
    let (wide, labels) = (size("width"), labels(svg));
    assert!(labels.len() > 3, "{name} has labels");
    for (place, a) in labels.iter().enumerate() {
        assert!(a.left >= -1.0 && a.right <= wide + 1.0, "{name}: `{}` leaves the figure", a.words);
        for b in &labels[place + 1..] {
            let beside = a.right < b.left || b.right < a.left;
            let apart = (a.middle - b.middle).abs() > 0.35 * (a.size + b.size);
            assert!(beside || apart, "{name}: `{}` and `{}` overlap", a.words, b.words);
        }
    }
}

/// Every colour has one for a dark screen; but the shades of heat maps, which are numbers.
#[track_caller]
fn assert_dark_colours(name: &str, svg: &str) {
    let rules = plots::dark_rules("svg");
    for attribute in ["fill=\"#", "stroke=\"#"] {
        for colour in svg.split(attribute).skip(1).map(|rest| &rest[..6]) {
            assert!(rules.contains(&format!("[{attribute}{colour}\"]")), "{name}: {attribute}{colour}");
        }
    }
}

/// Every plot at 3, at 300 and at many runs: nothing overlaps, nothing leaves the figure, a method keeps its colour.
#[test]
fn plots_stay_readable() {
    let methods =
        [("gradient-descent", 0.0), ("momentum", 0.01), ("nesterov", 0.02), ("adam", 0.0), ("rmsprop", -0.01)];
    let three = Fake { data: vec!["iris"], rates: vec![0.1], ..Fake::new(&methods[..3], 1) };
    let three_hundred = Fake { data: vec!["iris", "wine"], ..Fake::new(&methods, 10) };
    let mut diverging = Fake::new(&methods, 3);
    diverging.diverges_from = 0.5;
    let many: Vec<(&'static str, f64)> =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
            .map(|m| (m, 0.0))
            .to_vec();
    let many = Fake { data: vec!["iris", "wine", "digits"], ..Fake::new(&many, 60) };
    for (fake, least) in [(three, 5), (three_hundred, 7), (diverging, 7), (many, 7)] {
        let runs = fake.runs();
        let view = View::of(&manifest(runs.len() as u64), &runs, OPTIMIZER, Allowed::default());
        let sources = PlotSources {
            parameters: &|_| None,
            objective: &|_, _, _| None,
            regions: &|_| None,
            features: &|_| Vec::new(),
            design: &FigureDesign::default(),
            units: &|_| None,
        };
        let drawn = plots::figures(plots::ENTRIES, &view, &sources)
            .into_iter()
            .filter_map(|figure| Some((figure.plot.name, figure.svg.ok()?)));
        let drawn: Vec<_> = drawn.collect();
        drawn.iter().for_each(|(name, svg)| assert_readable(name, svg));
        drawn.iter().filter(|(name, _)| *name != "heat-map").for_each(|(name, svg)| assert_dark_colours(name, svg));
        assert!(drawn.len() >= least, "{} plots of {} runs", drawn.len(), runs.len());
    }
}

/// Two axes give a heat map, with a cell for each pair of values that was tried.
#[test]
fn heat_maps_show_two_axes() {
    let sweep = Sweep::new(SMALL.replace("[sweep]", "[sweep]\n\"regularize.l1\" = [0.0, 1e-3, 1e-2]"));
    sweep.run(&["run", "x.toml", "-q"]).ended_with(0);
    let svg = String::from_utf8(sweep.bytes("results/small/figures/heat-map.svg")).unwrap();
    assert_readable("heat-map", &svg);
    assert!(svg.contains("iris: adam, test accuracy") && svg.contains("test R²"), "one panel each");
    assert!(svg.contains('∞'), "an absurd rate diverges");
}

/// What the figures of networks need is kept where it is asked for, and the figures are readable.
#[test]
fn networks_and_paths_are_drawn() {
    let base = "engine = \"reference\"\noutput.parameters = true\n";
    let linear = format!(
        "name = \"x\"\nseeds = 2\n{base}data.set = \"diabetes\"\nmodel.kind = \"linear\"\n[sweep]\noptimizer = [{{ kind = \
         \"ridge\", lambda = [0.1, 10.0, 1000.0] }}, {{ kind = \"lasso\", lambda = [0.1, 10.0, 1000.0] }}]"
    );
    let plane = format!(
        "name = \"x\"\nseeds = 2\n{base}train = {{ epochs = 3, curve = \"step\" }}\ndata.set = \"two-moons\"\nmodel = {{ kind = \
         \"mlp\", hidden = [6, 5] }}\n[sweep]\n\"data.degree\" = [1, 2]\noptimizer = [{{ kind = \"adam\", lr = 0.05 }}, {{ kind = \
         \"momentum\", lr = 0.1 }}]"
    );
    let paths = "name = \"x\"\nseeds = 1\nengine = \"reference\"\nprecision = \"f64\"\ntrain = { epochs = 40, batch = \"full\", curve = \
                 \"step\" }\nmodel = { kind = \"objective\", initial = \"start\" }\n[sweep]\n\"data.set\" = [\"rosenbrock\", \
                 \"beale\"]\noptimizer = [{ kind = \"gradient-descent\", lr = [1e-3, 1e3] }, { kind = \"adam\", lr = 0.1 }, \"lbfgs\"]";
    let wanted: [(&str, &[&str]); 3] = [
        (&linear, &["regularization-path", "weights"]),
        (&plane, &["gradient-norms", "weights", "decision-boundary"]),
        (paths, &["paths"]),
    ];
    for (spec, figures) in wanted {
        let sweep = Sweep::new(spec);
        let ran = sweep.run(&["run", "x.toml", "-q"]).ended_with(0);
        for figure in figures {
            let path = format!("results/x/figures/{figure}.svg");
            assert!(sweep.path(&path).exists(), "{figure}: {}", ran.stderr);
            let svg = String::from_utf8(sweep.bytes(&path)).unwrap();
            assert_readable(figure, &svg);
            assert_dark_colours(figure, &svg);
            let says = match *figure {
                "regularization-path" => "\nbmi\n",
                "paths" => "\nlbfgs\n",
                _ => continue,
            };
            assert!(svg.contains(says), "{figure}: {says:?}");
        }
        let page = String::from_utf8(sweep.bytes("results/x/report.html")).unwrap();
        assert!(figures.iter().all(|figure| page.contains(&format!("figures/{figure}.svg"))));
    }
}
