//! The list of programs in a chapter's Cargo.toml.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use toml::{Table, Value};

/// What a chapter's manifest says that other lists say too.
pub(super) struct Manifest {
    /// The package's name.
    pub(super) package: String,
    /// File of each program, by the program's name.
    pub(super) programs: BTreeMap<String, String>,
    /// The dependencies as they stand there.
    pub(super) dependencies: Table,
}

impl Manifest {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text =
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let table: Table =
            text.parse().with_context(|| format!("cannot parse {}", path.display()))?;
        let word = |table: &Table, key: &str| {
            table.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let package = table.get("package").and_then(Value::as_table);
        let bins =
            table.get("bin").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Ok(Self {
            package: package.map(|package| word(package, "name")).unwrap_or_default(),
            programs: bins
                .iter()
                .filter_map(Value::as_table)
                .map(|bin| (word(bin, "name"), word(bin, "path")))
                .collect(),
            dependencies: table
                .get("dependencies")
                .and_then(Value::as_table)
                .cloned()
                .unwrap_or_default(),
        })
    }
}
