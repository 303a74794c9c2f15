//! The folder of site rules, read once at the start and at every reload.

use std::io::Read;
use std::path::Path;

use url::Url;

use crate::extractor::SiteRules;

/// Files that are read.
const MAX_FILES: usize = 10_000;
/// Bytes of one file.
const MAX_FILE_BYTES: u64 = 64 << 10;
/// Bytes of all files.
const MAX_BYTES: usize = 32 << 20;

/// Reads the files `HOST.txt` and `.HOST.txt` of a folder; no folder, no rules. Files and lines that cannot be used are left
/// out and answered, one line each with file and line.
///
/// # Errors
/// When the folder cannot be read.
pub fn load(folder: &Path) -> std::io::Result<(SiteRules, Vec<String>)> {
    let (mut rules, mut warnings) = (SiteRules::default(), Vec::new());
    if folder.as_os_str().is_empty() {
        return Ok((rules, warnings));
    }
    let mut names: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        names.extend(entry?.file_name().into_string().ok().filter(|name| name.ends_with(".txt")));
        if names.len() > MAX_FILES {
            warnings.push(format!("{}: only {MAX_FILES} files are read", folder.display()));
            break;
        }
    }
    // In an order that does not depend on the file system; `.HOST.txt` before `HOST.txt`.
    names.sort();
    let mut bytes = 0;
    for name in names.iter().take(MAX_FILES) {
        let path = folder.join(name);
        let mut tell = |line: usize, what: &str| {
            let place = if line == 0 { path.display().to_string() } else { format!("{}:{line}", path.display()) };
            warnings.push(format!("{place}: {what}"));
        };
        match read(&path) {
            Err(error) => tell(0, &format!("cannot be read: {error}; it is ignored")),
            Ok(None) => tell(0, &format!("is larger than {MAX_FILE_BYTES} bytes; it is ignored")),
            Ok(Some(text)) => {
                bytes += text.len();
                if bytes > MAX_BYTES {
                    tell(
                        0,
                        &format!("all files together are larger than {MAX_BYTES} bytes; this one and those behind it are ignored"),
                    );
                    break;
                }
                for (line, what) in rules.add(name, &text) {
                    tell(line, &what);
                }
            }
        }
    }
    warnings.extend(rules.unheeded().map(|what| format!("{}: {what}", folder.display())));
    Ok((rules, warnings))
}

/// Those of the `warnings` of a folder that are about rules for `url`.
pub fn about<'w>(warnings: &'w [String], folder: &Path, url: &Url) -> impl Iterator<Item = &'w str> {
    let places: Vec<String> = SiteRules::files(url).iter().map(|file| format!("{}:", folder.join(file).display())).collect();
    warnings.iter().map(String::as_str).filter(move |warning| places.iter().any(|place| warning.starts_with(place.as_str())))
}

fn read(path: &Path) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= MAX_FILE_BYTES).then(|| String::from_utf8_lossy(&bytes).into_owned()))
}

/// The rules of a configuration that was checked; what is wrong with them goes to the log.
pub(super) fn load_or_tell(folder: &Path) -> SiteRules {
    match load(folder) {
        Ok((rules, warnings)) => {
            for warning in warnings {
                tracing::warn!("{warning}");
            }
            rules
        }
        Err(error) => {
            tracing::error!("[scrape] site_rules {} cannot be read, pages are scraped without them: {error}", folder.display());
            SiteRules::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_and_what_is_wrong_is_told() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("rules");
        std::fs::create_dir(&folder).unwrap();
        let file = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
        file("a.example.txt", "body: //div\n");
        file(".b.example.txt", "body: //div\ncolour: red\nhttp_header(cookie): a=b\n");
        file("notes.txt", "");
        file("README.md", "no rules");
        file("big.example.txt", &"# x\n".repeat(20_000));
        let (rules, warnings) = load(&folder).unwrap();
        assert_eq!(rules.len(), 2);
        let told: Vec<&str> = warnings.iter().filter_map(|warning| warning.rsplit('/').next()).collect();
        assert_eq!(
            told,
            [
                ".b.example.txt:2: \"colour\" is no directive that is known; it is ignored",
                "big.example.txt: is larger than 65536 bytes; it is ignored",
                "notes.txt: its name is no host; call it HOST.txt, or .HOST.txt for all hosts below",
                "rules: http_header is not obeyed: pages are asked for under feedmux's own name, without cookies and addresses that others chose (in .b.example.txt:3)",
            ]
        );
    }

    #[test]
    fn what_is_wrong_with_the_rules_of_a_site_is_told_of_it() {
        let check = |file: &str, url: &str, expected: bool| {
            let warnings = [format!("/etc/rules/{file}:2: \"colour\" is no directive that is known; it is ignored")];
            let found = about(&warnings, Path::new("/etc/rules"), &Url::parse(url).unwrap()).count();
            assert_eq!(found == 1, expected, "{file} {url}");
        };
        check("b.example.txt", "https://b.example/", true);
        check("b.example.txt", "https://www.b.example/", true);
        check("www.b.example.txt", "https://b.example/", true);
        check(".b.example.txt", "https://a.b.example/", true);
        check("b.example.txt", "https://a.b.example/", false);
        check("bb.example.txt", "https://b.example/", false);
    }

    #[test]
    fn no_folder_no_rules() {
        assert!(load(Path::new("")).unwrap().0.is_empty());
        assert!(load(Path::new("/nowhere/at/all")).is_err());
    }
}
