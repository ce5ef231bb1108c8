//! The modules of the library form a total order, declared in `lib.rs` in the order that data flows: each uses only
//! those above it.

use std::path::{Path, PathBuf};

fn modules() -> Vec<String> {
    let source = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    source
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned))
        .collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files of a module, whether it is a file or a folder.
fn files(module: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![root().join("src").join(format!("{module}.rs")), root().join("src").join(module)];
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.is_file() && path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The modules that a file names as `crate::MODULE`, in code and not in its unit tests.
fn uses(path: &Path) -> Vec<String> {
    let source = std::fs::read_to_string(path).unwrap();
    let code = source.split("#[cfg(test)]").next().unwrap();
    assert!(!code.contains("crate::{"), "{}: name modules one by one", path.display());
    code.match_indices("crate::")
        .map(|(at, found)| {
            let rest = &code[at + found.len()..];
            rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())]
                .to_owned()
        })
        .collect()
}

#[test]
fn imports_run_one_way() {
    let modules = modules();
    assert!(modules.len() >= 15, "{modules:?}");
    let mut n_uses = 0;
    for (place, module) in modules.iter().enumerate() {
        let files = files(module);
        assert!(!files.is_empty(), "{module} has no file");
        for file in files {
            for used in uses(&file).iter().filter(|used| modules.contains(used)) {
                n_uses += 1;
                let used_place = modules.iter().position(|m| m == used).unwrap();
                assert!(used_place <= place, "{} uses {used}, which stands below {module}", file.display());
            }
        }
    }
    assert!(n_uses > 50, "the test looks at nothing");
}

#[test]
fn the_library_does_not_print_read_the_clock_or_open_sockets() {
    for module in modules() {
        for file in files(&module) {
            let source = std::fs::read_to_string(&file).unwrap();
            let code: String = source
                .split("#[cfg(test)]")
                .next()
                .unwrap()
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect::<Vec<_>>()
                .join("\n");
            for banned in ["println!", "print!", "SystemTime", "Instant::now", "TcpStream", "UdpSocket"] {
                assert!(!code.contains(banned), "{} has {banned}", file.display());
            }
        }
    }
}
