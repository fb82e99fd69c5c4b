//! Which Erlang applications RabbitMQ is made of, and their modules.
//!
//! Erlang looks for a module in every folder of its code path and loads it when it is first called,
//! one at a time, each time copying the table of all functions. RabbitMQ loads nine hundred while
//! it starts, past seventy plugins that nobody enabled: two thirds of its start. So it is given a
//! folder with the applications that it needs, and the list of modules to load in one go.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Applications that are used without being named as needed: RabbitMQ compiles its table of feature
/// flags when it starts.
const ALSO: [&str; 2] = ["compiler", "syntax_tools"];

/// The folder of each application below `rabbit`, by name.
pub(super) fn needed(plugins: &Path, erlang: &Path) -> BTreeMap<String, PathBuf> {
    let there: BTreeMap<String, PathBuf> =
        [erlang, plugins].into_iter().flat_map(folders).collect();
    let mut needed = BTreeMap::new();
    let mut next: Vec<String> = vec!["rabbit".into()];
    while let Some(name) = next.pop() {
        let Some(folder) = there.get(&name).filter(|_| !needed.contains_key(&name)) else {
            continue;
        };
        let described = fs::read_to_string(folder.join(format!("ebin/{name}.app")));
        next.extend(applications(&described.unwrap_or_default()));
        needed.insert(name, folder.clone());
    }
    needed
}

/// All modules of these and a few more, as an Erlang term for `file:consult/1`.
pub(super) fn modules(needed: &BTreeMap<String, PathBuf>, erlang: &Path) -> String {
    let also = folders(erlang).into_iter().filter(|(name, _)| ALSO.contains(&name.as_str()));
    let folders = needed.values().cloned().chain(also.map(|(_, folder)| folder));
    let names: Vec<String> = folders
        .flat_map(|folder| fs::read_dir(folder.join("ebin")).into_iter().flatten().flatten())
        .filter_map(|entry| {
            Some(format!("'{}'", entry.file_name().to_str()?.strip_suffix(".beam")?))
        })
        .collect();
    format!("[{}].\n", names.join(","))
}

/// The applications in a folder of such: `ra-2.2.0` holds `ra`.
fn folders(parent: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let name = |path: &Path| Some(path.file_name()?.to_str()?.split_once('-')?.0.to_owned());
    entries.filter_map(|entry| Some((name(&entry.path())?, entry.path()))).collect()
}

/// The names in `{applications, [kernel, stdlib]}` of an application's description.
fn applications(described: &str) -> Vec<String> {
    let Some((_, after)) = described.split_once("{applications") else { return Vec::new() };
    let list = after.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    let names = list.map_or("", |(list, _)| list).split(',');
    let bare = |name: &str| name.trim().trim_matches('\'').to_owned();
    names.map(bare).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{applications, modules, needed};

    #[test]
    fn an_application_names_what_it_needs() {
        let text =
            "{application,rabbit,[{vsn,\"3\"},\n {applications, [kernel,\n 'ra', mnesia]},\n]}.";
        assert_eq!(applications(text), ["kernel", "ra", "mnesia"]);
        assert!(applications("{application,rabbit,[]}.").is_empty());
    }

    #[test]
    fn what_is_not_needed_is_left_out() {
        let parent = tempfile::tempdir().unwrap();
        let make = |name: &str, version: &str, needs: &str| {
            let ebin = parent.path().join(format!("{name}-{version}/ebin"));
            fs::create_dir_all(&ebin).unwrap();
            let text = format!("{{application,{name},[{{applications,[{needs}]}}]}}.");
            fs::write(ebin.join(format!("{name}.app")), text).unwrap();
            fs::write(ebin.join(format!("{name}_main.beam")), "").unwrap();
        };
        make("rabbit", "4.1", "kernel,ra");
        make("ra", "2.2", "rabbit");
        make("rabbitmq_mqtt", "4.1", "rabbit");
        let needed = needed(parent.path(), parent.path());
        assert_eq!(needed.keys().collect::<Vec<_>>(), ["ra", "rabbit"]);
        assert_eq!(modules(&needed, parent.path()), "['ra_main','rabbit_main'].\n");
    }
}
