//! The README shows real output: each block after `<!-- output: COMMAND -->` is what the command prints. Run with
//! `NUTGRAF_BLESS=1` to write the output of this build into the README.

mod common;

use assert_cmd::Command;

const MARK: &str = "<!-- output: ";

/// What `nutgraf ARGS`, or `nutgraf ARGS && nutgraf ARGS`, prints at the repository's root. `$MODEL` is a file of its own.
fn output(commands: &str, model: &str) -> String {
    let mut last = String::new();
    for command in commands.split(" && ") {
        let args: Vec<String> = command.split(' ').skip(1).map(|arg| arg.replace("$MODEL", model)).collect();
        let output = Command::new(env!("CARGO_BIN_EXE_nutgraf"))
            .current_dir(common::root())
            .args(&args)
            .output()
            .unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        last = String::from_utf8(output.stdout).unwrap();
    }
    last
}

/// A command that ends in `(first N lines)`, without that, and N.
fn first_lines(command: &str) -> (&str, usize) {
    let Some((command, rest)) = command.split_once(" (first ") else { return (command, usize::MAX) };
    (command, rest.split(' ').next().and_then(|n| n.parse().ok()).expect("a number of lines"))
}

/// Records are long: the README shows the first and last of them.
fn shortened(text: &str) -> String {
    let shorten = |line: &str| {
        let chars: Vec<char> = line.chars().collect();
        if chars.len() <= 400 {
            return line.trim_end().to_owned();
        }
        let text = |part: &[char]| part.iter().collect::<String>();
        format!("{} […] {}", text(&chars[..240]).trim_end(), text(&chars[chars.len() - 120..]).trim_start())
    };
    text.lines().map(shorten).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_readme_shows_what_the_commands_print() {
    let path = common::root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("mine.nut").display().to_string();
    let mut made = String::new();
    let mut rest = readme.as_str();
    let mut n = 0;
    while let Some(at) = rest.find(MARK) {
        let command_end = at + rest[at..].find(" -->").expect("a mark ends with -->");
        let (command, n_lines) = first_lines(&rest[at + MARK.len()..command_end]);
        let fence = command_end + rest[command_end..].find("```").expect("a block follows the mark");
        let start = fence + rest[fence..].find('\n').unwrap() + 1;
        // From the end of the fence's line, so that a block may be empty.
        let end = start - 1 + rest[start - 1..].find("\n```").expect("the block ends");
        let _ = std::fs::remove_file(&model);
        made.push_str(&rest[..start]);
        let shown: Vec<String> =
            shortened(&output(command, &model)).lines().take(n_lines).map(str::to_owned).collect();
        made.push_str(&shown.join("\n"));
        rest = &rest[end..];
        n += 1;
    }
    made.push_str(rest);
    assert!(n >= 11, "every command has its output");
    if std::env::var_os("NUTGRAF_BLESS").is_some() {
        std::fs::write(&path, &made).unwrap();
        return;
    }
    for (line, (shown, real)) in readme.lines().zip(made.lines()).enumerate() {
        assert_eq!(
            shown,
            real,
            "README.md:{} is not what the command prints; run with NUTGRAF_BLESS=1",
            line + 1
        );
    }
    assert_eq!(readme.lines().count(), made.lines().count());
}
