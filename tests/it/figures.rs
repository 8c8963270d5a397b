//! `burnmark plot`: plots as SVG, PDF and PNG, in the sizes and with the words that a paper or a slide needs.

use crate::support::{SMALL, Sweep};
use burnmark::export::{FigureFormat, FigureScale, picture};
use burnmark::report::plots::ENTRIES;
use std::fs;

fn small() -> Sweep {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-o", "r", "-q"]).ended_with(0);
    sweep
}

/// Width and height of a PNG.
fn pixels(png: &[u8]) -> [u32; 2] {
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    [16, 20].map(|at| u32::from_be_bytes(png[at..at + 4].try_into().unwrap()))
}

/// The size of a PDF's page in points.
fn page(pdf: &[u8]) -> [f64; 2] {
    assert!(pdf.starts_with(b"%PDF-1.7"));
    let text: String = pdf.iter().map(|byte| char::from(*byte)).collect();
    let numbers = text.split("/MediaBox [0 0 ").nth(1).unwrap().split(']').next().unwrap();
    let sides: Vec<f64> = numbers.split(' ').map(|side| side.parse().unwrap()).collect();
    [sides[0], sides[1]]
}

#[test]
fn a_plot_without_wishes_is_that_of_the_folder() {
    let sweep = small();
    sweep.run(&["report", "r"]).ended_with(0);
    let said = sweep.run(&["plot", "learning-curves", "r"]).ended_with(0).stdout;
    assert!(said.starts_with("./learning-curves.svg  ") && said.ends_with(" mm\n"), "{said}");
    let (plotted, reported) = ("learning-curves.svg", "r/figures/learning-curves.svg");
    let shapes = |name: &str| String::from_utf8(sweep.bytes(name)).unwrap().split_once('\n').unwrap().1.to_owned();
    assert_eq!(shapes(plotted), shapes(reported), "but for the size in points");
}

#[test]
fn every_format_has_the_size_that_is_asked_for() {
    let sweep = small();
    for format in ["svg", "pdf", "png"] {
        let file = format!("f.{format}");
        let size = ["--width", "120mm", "--height", "8cm", "--font-size", "7", "--dpi", "100"];
        let arguments = [&["plot", "paired-seeds", "r", "--out", &file][..], &size].concat();
        sweep.run(&arguments).ended_with(0);
    }
    let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1.0, "{found} is not {wanted}");
    let [width, height] = page(&sweep.bytes("f.pdf"));
    near(width, 120.0 * 72.0 / 25.4);
    near(height, 80.0 * 72.0 / 25.4);
    let [wide, high] = pixels(&sweep.bytes("f.png"));
    near(wide.into(), 120.0 * 100.0 / 25.4);
    near(high.into(), 80.0 * 100.0 / 25.4);
    let svg = String::from_utf8(sweep.bytes("f.svg")).unwrap();
    let written: f64 = svg.split("width=\"").nth(1).unwrap().split("pt\"").next().unwrap().parse().unwrap();
    near(written, width);
}

#[test]
fn every_plot_has_every_preset_or_says_what_it_needs() {
    let sweep = small();
    for preset in ["paper", "page", "slide"] {
        let result =
            sweep.run(&["plot", "all", "r", "--preset", preset, "--format", "pdf", "--out", preset]).ended_with(0);
        for plot in ENTRIES {
            let file = format!("{preset}/{}.pdf", plot.name);
            let is_there = sweep.path(&file).exists();
            let named = result.stderr.contains(&format!("{}: ", plot.name));
            assert!(is_there != named, "{file}: {}", result.stderr);
            assert!(is_there == result.stdout.contains(&file));
            if is_there {
                page(&sweep.bytes(&file));
            }
        }
        assert!(result.stdout.contains("\n  caption: "), "{}", result.stdout);
    }
    // A slide is as large as it is, whatever is on it.
    let [width, height] = page(&sweep.bytes("slide/learning-rate.pdf"));
    assert!((width - 960.0).abs() < 1.0 && (height - 540.0).abs() < 1.0, "{width} × {height}");
}

#[test]
fn the_same_plot_has_the_same_bytes() {
    let sweep = small();
    for file in ["a.pdf", "b.pdf", "a.png", "b.png"] {
        sweep.run(&["plot", "seeds", "r", "--preset", "paper", "--out", file]).ended_with(0);
    }
    assert!(sweep.bytes("a.pdf") == sweep.bytes("b.pdf") && sweep.bytes("a.png") == sweep.bytes("b.png"));
}

/// The bytes of one picture, as they are on every machine; another version of what packs them may change them.
#[test]
fn pictures_are_pinned() {
    let svg = "<svg width=\"120\" height=\"60\" viewBox=\"0 0 120 60\">\n\
               <rect x=\"0\" y=\"0\" width=\"120\" height=\"60\" opacity=\"1\" fill=\"#FFFFFF\" stroke=\"none\"/>\n\
               <polyline fill=\"none\" opacity=\"0.7\" stroke=\"#0072B2\" stroke-width=\"2\" stroke-dasharray=\"7 4\" points=\"5,5 60,50 110,9 \"/>\n\
               <circle cx=\"60\" cy=\"30\" r=\"9\" opacity=\"1\" fill=\"#D55E00\" stroke=\"none\"/>\n\
               <text x=\"60\" y=\"30\" dy=\"0.5ex\" text-anchor=\"middle\" font-size=\"12\" fill=\"#000000\">η₀ ≤ 0.5</text>\n</svg>\n";
    let digest = |format: FigureFormat| {
        let picture = picture(svg, format, FigureScale { points: 0.75, dpi: 144.0 }).unwrap();
        assert!(picture.missing.is_empty());
        blake3::hash(&picture.bytes).to_hex()[..16].to_owned()
    };
    assert_eq!(FigureFormat::ALL.map(digest), ["2f8cc25bd6b11cdd", "51aa85c783779774", "6c58b55444f47324"]);
}

#[test]
fn panels_methods_and_words_are_chosen() {
    let sweep = small();
    let chosen =
        ["--panel", "IRIS", "--method", "adam", "--title", "Rates & seeds", "--x-label", "rate <η>", "--no-caption"];
    let said =
        sweep.run(&[&["plot", "learning-rate", "r", "--out", "f.svg"][..], &chosen].concat()).ended_with(0).stdout;
    let svg = String::from_utf8(sweep.bytes("f.svg")).unwrap();
    for words in ["\niris\n", "\nadam\n", "Rates &amp; seeds", "rate &lt;η&gt;", "<desc>"] {
        assert!(svg.contains(words), "{words}: {svg}");
    }
    assert!(!svg.contains("linear") && !svg.contains("\nnesterov\n") && !svg.contains("5 seeds.\n"), "{svg}");
    let caption = said.split("  caption: ").nth(1).unwrap().trim_end();
    assert!(svg.contains(caption), "{caption}");
    // The colours of methods do not depend on which of them are shown.
    sweep.run(&["plot", "learning-rate", "r", "--out", "all.svg"]).ended_with(0);
    let colour = |svg: &str| svg.split("\nadam\n").next().unwrap().rsplit("stroke=\"#").next().unwrap()[..6].to_owned();
    assert_eq!(colour(&svg), colour(&String::from_utf8(sweep.bytes("all.svg")).unwrap()));
}

#[test]
fn what_cannot_be_drawn_is_said_with_what_helps() {
    let sweep = small();
    let refused = |arguments: &[&str], said: &str| {
        let result = sweep.run(&[&["plot"][..], arguments].concat()).ended_with(2);
        assert!(result.stderr.contains(said), "{}", result.stderr);
        assert!(!result.stderr.contains("panicked"));
    };
    refused(&["learning-curve", "r"], "unknown plot `learning-curve`; there are `learning-curves`, ");
    refused(&["seeds", "r", "--method", "sgd"], "these results compare no `sgd`; there are `adam`, ");
    refused(&["seeds", "r", "--panel", "digits"], "no panel has such a title; there are `iris`, ");
    refused(&["seeds", "r", "--y-label", "y"], "its upright axis has the methods' names and none of its own");
    refused(
        &["critical-difference", "r", "--method", "adam"],
        "it shows all methods together and cannot leave some out",
    );
    refused(&["seeds", "r", "--width", "88"], "expected a length from 1cm to 5m with its unit, such as 88mm");
    refused(&["seeds", "r", "--width", "2cm"], "with letters of 8 pt it needs a width of ");
    refused(&["learning-curves", "r", "--height", "3cm"], "or fewer panels by `--panel`");
    refused(&["seeds", "r", "--font-size", "300"], "expected points from 4 to 72");
    refused(&["seeds", "heat-map", "r", "--out", "f.png"], "several plots need a folder, and `f.png` is a file");
    refused(&["seeds", "r", "--format", "pdf", "--out", "f.png"], "`--format pdf` and the file `f.png` differ");
    refused(
        &["seeds", "r", "--width", "5m", "--dpi", "1200", "--out", "f.png"],
        "pixels is too large; give a smaller `--width` or `--dpi`",
    );
    refused(&["seeds", "nowhere"], "nowhere");
    assert!(fs::read_dir(sweep.path("r")).is_ok() && !sweep.path("f.png").exists());
}
