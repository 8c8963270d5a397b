//! Images in a folder with a folder for each class.

use super::super::about::About;
use super::super::error::{DataError, DataFault};
use super::super::file;
use super::super::jpeg;
use super::super::png::{self, Picture};
use super::super::set::{DataSet, Target};
use super::super::table::{MOST_CELLS, shortened};
use crate::num::{Image, Matrix, Shape};
use crate::record::counted;
use crate::registry::Choice;
use std::fs;
use std::path::{Path, PathBuf};

/// The most files that are looked at, and the most classes.
const MOST_FILES: usize = 1_000_000;
const MOST_CLASSES: usize = 10_000;
/// The largest file of an image.
const MOST_BYTES: u64 = 1 << 27;

/// Loads all PNG and JPEG images of a folder: the class of each is the folder in it where the image lies, in the order of their names.
pub fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let folder = Path::new(choice.text("path"));
    let (mut values, mut labels, mut classes, mut others) = (Vec::new(), Vec::new(), Vec::new(), 0);
    let mut first: Option<(Picture, PathBuf)> = None;
    let folders: Vec<PathBuf> = entries(folder)?.into_iter().filter(|path| path.is_dir()).collect();
    if folders.len() > MOST_CLASSES {
        return Err(DataFault::TooLarge.error(format!("`{}` has more than {MOST_CLASSES} folders", folder.display())));
    }
    for class in folders {
        let (images, rest): (Vec<PathBuf>, Vec<PathBuf>) =
            entries(&class)?.into_iter().partition(|path| reader(path).is_some());
        others += rest.len();
        if images.is_empty() {
            let of = rest.first().map_or("it is empty".to_owned(), |path| format!("`{}` is none", name(path)));
            let message = format!(
                "`{}` holds no PNG or JPEG image; {of}. Save images as PNG, or remove the folder",
                class.display()
            );
            return Err(DataFault::Format.error(message));
        }
        let label = u32::try_from(classes.len()).unwrap_or(u32::MAX);
        classes.push(name(&class));
        for path in images {
            let Some(decode) = reader(&path) else { continue };
            let picture = decode(&file::read_up_to(&path, MOST_BYTES)?)
                .map_err(|why| why.in_file(&path.display().to_string()))?;
            let (known, at) =
                first.get_or_insert_with(|| (Picture { values: Vec::new(), ..picture.clone() }, path.clone()));
            if size(&picture) != size(known) {
                let message = format!(
                    "`{}` has {}, and `{}` {}; all images need one size and one kind of colours",
                    path.display(),
                    shown(&picture),
                    at.display(),
                    shown(known)
                );
                return Err(DataFault::Values.error(message));
            }
            if values.len() + picture.values.len() > MOST_CELLS {
                return Err(
                    DataFault::TooLarge.error(format!("more than {MOST_CELLS} numbers, which is as much as is read"))
                );
            }
            values.extend(picture.values);
            labels.push(label);
        }
    }
    let Some((Picture { width, height, channels, .. }, _)) = first.filter(|_| classes.len() > 1) else {
        let count = counted(classes.len(), "folder");
        let message =
            format!("`{}` has {count} of images; a folder for each class is needed, two at least", folder.display());
        return Err(DataFault::Values.error(message));
    };
    let mut about = About { classes, ..About::default() };
    about.notes.extend((others > 0).then(|| {
        format!(
            "{} no PNG or JPEG image",
            if others == 1 { "1 file is".to_owned() } else { format!("{others} files are") }
        )
    }));
    let features = Matrix::new(labels.len(), width * height * channels, values);
    let target = Target::Classes { count: about.classes.len(), labels };
    Ok(DataSet { about, ..DataSet::shaped(features, Shape::Image(Image { height, width, channels }), target) })
}

/// What is in a folder, by name, but for hidden files.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let unreadable = |why: std::io::Error| {
        DataFault::Unreadable.error(format!("cannot read the folder `{}`: {why}", folder.display()))
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if !hidden {
            paths.push(path);
        }
        if paths.len() > MOST_FILES {
            return Err(DataFault::TooLarge.error(format!("`{}` has more than {MOST_FILES} files", folder.display())));
        }
    }
    paths.sort();
    Ok(paths)
}

/// What makes an image of a file's bytes.
type Decoder = fn(&[u8]) -> Result<Picture, DataError>;

/// What reads an image, by the end of its name; `None` for other files.
fn reader(path: &Path) -> Option<Decoder> {
    match path.extension()?.to_string_lossy().to_ascii_lowercase().as_str() {
        "png" => Some(png::decode),
        "jpg" | "jpeg" => Some(jpeg::decode),
        _ => None,
    }
}

fn name(path: &Path) -> String {
    shortened(&path.file_name().unwrap_or_default().to_string_lossy()).into_owned()
}

fn size(picture: &Picture) -> [usize; 3] {
    [picture.width, picture.height, picture.channels]
}

fn shown(picture: &Picture) -> String {
    let colours = if picture.channels == 1 { "gray" } else { "coloured" };
    format!("{} × {} {colours} pixels", picture.width, picture.height)
}
