//! Writes the measures of the training requests as JSON lines; see `training/README.md`.
//!
//! `measures MODEL CORPUS MEMORY SOURCE HALF LIMIT`: `SOURCE` is `bfcl`, `calls` or `selection`; `HALF` is `train` or `test`.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use cordboard_embedded::EmbeddedModel;
use cordboard_embedded::training::{self, Memory};
use cordboard_model::chat::{ModelRequest, Setting, ToolDefinition};
use cordboard_spec::example_requests;
use serde_json::{Value, json};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A request with the operations it is put before.
struct Case {
    source: String,
    text: String,
    tools: Vec<(ToolDefinition, String)>,
    /// The position of the one that is meant, if any is.
    wanted: Option<usize>,
}

/// A request with the tool that is meant.
struct Known {
    source: String,
    text: String,
    tool: ToolDefinition,
    /// Per parameter, the values that are right.
    right: Value,
}

fn main() -> Outcome<()> {
    let arguments = env::args().skip(1).collect::<Vec<_>>();
    if arguments == ["names"] {
        let names = json!({"operation": training::names(), "best": training::names_of_best(), "stretch": training::names_of_texts()});
        writeln!(std::io::stdout(), "{names}")?;
        return Ok(());
    }
    let [model, corpus, memory_file, source, half, limit] = arguments.as_slice() else {
        return Err("measures MODEL CORPUS MEMORY SOURCE HALF LIMIT".into());
    };
    let model = EmbeddedModel::load(Path::new(model))?;
    let corpus = PathBuf::from(corpus);
    let train = half == "train";
    let cases = match source.as_str() {
        "bfcl" => bfcl(&corpus.join("bfcl"), train)?,
        "calls" => calls(&corpus.join("requests"), train)?,
        "arguments" => return filled(&model, &known_calls(&corpus, train)?, limit.parse()?),
        "given-texts" => return texts(&model, &given_calls(&corpus)?, limit.parse()?),
        "texts" => return texts(&model, &known_calls(&corpus, train)?, limit.parse()?),
        "given" => given(&corpus)?,
        "selection" => selection(&corpus.join("requests"), train)?,
        other => return Err(format!("there is no source `{other}`").into()),
    };
    let limit = limit.parse::<usize>()?;
    let step = (cases.len() / limit.max(1)).max(1);
    let mut memory = read_memory(memory_file);
    let mut out = std::io::stdout().lock();
    for (number, case) in cases.iter().step_by(step).enumerate() {
        let tools = case.tools.iter().map(|(tool, about)| (tool, about.as_str())).collect::<Vec<_>>();
        let measures = training::measures(&model, &case.text, &tools, &mut memory)?;
        let names =
            case.tools.iter().map(|(tool, _)| if tool.operation == "query" { &tool.plugin } else { &tool.operation });
        let line = json!({"source": case.source, "text": case.text, "wanted": case.wanted, "tools": names.collect::<Vec<_>>(), "measures": measures});
        writeln!(out, "{line}")?;
        if number % 50 == 49 {
            fs::write(memory_file, serde_json::to_string(&memory)?)?;
        }
    }
    fs::write(memory_file, serde_json::to_string(&memory)?)?;
    Ok(())
}

/// Requests with the one tool that is meant, and per parameter the values that are right.
fn known_calls(corpus: &Path, train: bool) -> Outcome<Vec<Known>> {
    let mut all = Vec::new();
    let folder = corpus.join("bfcl");
    for kind in ["simple_python", "multiple"] {
        let answers = lines(&folder.join(format!("{kind}.ans.json")))?;
        for (index, case) in lines(&folder.join(format!("{kind}.json")))?.into_iter().enumerate() {
            let right = answers[index]["ground_truth"][0].clone();
            let name = right.as_object().and_then(|fields| fields.keys().next().cloned()).unwrap_or_default();
            let functions = case["function"].as_array().cloned().unwrap_or_default();
            let own = functions.into_iter().find(|function| function["name"] == name.as_str());
            if let Some(own) = own.filter(|_| is_of_half(index, train)) {
                let tool =
                    definition(&name, "Functions", &text(&own["description"]), with_types(own["parameters"].clone()));
                let request = text(&case["question"][0][0]["content"]);
                all.push(Known { source: format!("bfcl {kind}"), text: request, tool, right: right[&name].clone() });
            }
        }
    }
    let folder = corpus.join("requests");
    let tools = lines(&folder.join("tools.jsonl"))?;
    for case in lines(&folder.join(if train { "calls-a.jsonl" } else { "calls-b.jsonl" }))? {
        let Some([call]) = case["calls"].as_array().map(Vec::as_slice) else { continue };
        let Some(own) = tools.iter().find(|tool| tool["name"] == call["tool"]) else { continue };
        let parameters =
            json!({"type": "object", "properties": with_types(own["parameters"].clone()), "required": own["required"]});
        let tool = definition(&text(&own["name"]), "Tools", &text(&own["description"]), parameters);
        let right =
            call["arguments"].as_object().into_iter().flatten().map(|(name, value)| (name.clone(), json!([value])));
        all.push(Known {
            source: "calls".to_owned(),
            text: text(&case["text"]),
            tool,
            right: Value::Object(right.collect()),
        });
    }
    Ok(all)
}

/// Writes the arguments that are filled in, beside those that are right.
fn filled(model: &EmbeddedModel, all: &[Known], limit: usize) -> Outcome<()> {
    let mut out = std::io::stdout().lock();
    for Known { source, text, tool, right } in all.iter().step_by((all.len() / limit.max(1)).max(1)) {
        let got = training::arguments(model, text, tool)?;
        let line = json!({"source": source, "text": text, "tool": tool.operation, "parameters": tool.parameters, "right": right, "got": got});
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Writes what each text parameter may take, with its measures.
fn texts(model: &EmbeddedModel, all: &[Known], limit: usize) -> Outcome<()> {
    let mut out = std::io::stdout().lock();
    for Known { source, text, tool, right } in all.iter().step_by((all.len() / limit.max(1)).max(1)) {
        let required = &tool.parameters["required"];
        for (parameter, spans) in training::texts(model, text, tool)? {
            let required = required.as_array().is_some_and(|names| names.iter().any(|name| *name == parameter));
            let line = json!({"source": source, "text": text, "tool": tool.operation, "parameter": parameter, "required": required, "right": right[&parameter], "spans": spans.iter().map(|(value, measures)| json!([value, measures.as_slice()])).collect::<Vec<_>>()});
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn read_memory(file: &str) -> Memory {
    fs::read_to_string(file).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

fn lines(path: &Path) -> Outcome<Vec<Value>> {
    let text = fs::read_to_string(path)?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// Lines are counted from 1; the even ones are for training.
fn is_of_half(index: usize, train: bool) -> bool {
    (index % 2 == 1) == train
}

fn definition(operation: &str, plugin: &str, description: &str, parameters: Value) -> ToolDefinition {
    let operation = operation.replace(|each: char| !each.is_ascii_alphanumeric(), "_");
    let examples = example_requests::of(&operation, description, &parameters, true);
    ToolDefinition {
        name: operation.clone(),
        plugin: plugin.to_owned(),
        description: description.to_owned(),
        parameters,
        examples,
        reads_only: true,
        operation,
    }
}

/// Types as JSON Schema names them.
fn with_types(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            if let Some(Value::String(name)) = fields.get_mut("type") {
                let known = match name.as_str() {
                    "dict" => "object",
                    "float" => "number",
                    "tuple" | "list" => "array",
                    "str" => "string",
                    "int" => "integer",
                    "bool" => "boolean",
                    other => other,
                };
                *name = known.to_owned();
            }
            for inner in fields.values_mut() {
                *inner = with_types(inner.take());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = with_types(item.take())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    value
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn bfcl(folder: &Path, train: bool) -> Outcome<Vec<Case>> {
    let mut cases = Vec::new();
    for kind in ["simple_python", "multiple", "irrelevance"] {
        let answers = lines(&folder.join(format!("{kind}.ans.json"))).unwrap_or_default();
        for (index, case) in lines(&folder.join(format!("{kind}.json")))?.into_iter().enumerate() {
            if !is_of_half(index, train) {
                continue;
            }
            let functions = case["function"].as_array().cloned().unwrap_or_default();
            let right =
                answers.get(index).and_then(|answer| answer["ground_truth"][0].as_object()?.keys().next().cloned());
            let wanted = functions.iter().position(|function| function["name"].as_str() == right.as_deref());
            let tools = functions.iter().map(|function| {
                let parameters = with_types(function["parameters"].clone());
                (
                    definition(&text(&function["name"]), "Functions", &text(&function["description"]), parameters),
                    String::new(),
                )
            });
            cases.push(Case {
                source: format!("bfcl {kind}"),
                text: text(&case["question"][0][0]["content"]),
                tools: tools.collect(),
                wanted: if kind == "irrelevance" { None } else { wanted },
            });
        }
    }
    Ok(cases)
}

fn calls(folder: &Path, train: bool) -> Outcome<Vec<Case>> {
    let tools = lines(&folder.join("tools.jsonl"))?;
    let names = tools.iter().map(|tool| text(&tool["name"])).collect::<Vec<_>>();
    let words = tools
        .iter()
        .map(|tool| words(&format!("{} {}", spaced(&text(&tool["name"])), text(&tool["description"]))))
        .collect::<Vec<_>>();
    let mut cases = Vec::new();
    for (index, case) in
        lines(&folder.join(if train { "calls-a.jsonl" } else { "calls-b.jsonl" }))?.into_iter().enumerate()
    {
        if case["calls"].as_array().map(Vec::len) != Some(1) {
            continue;
        }
        let request = text(&case["text"]);
        let Some(own) = names.iter().position(|name| case["calls"][0]["tool"].as_str() == Some(name)) else { continue };
        let asked = self::words(&request);
        let mut near = (0..tools.len()).filter(|other| *other != own).collect::<Vec<_>>();
        near.sort_by_key(|other| {
            std::cmp::Reverse(
                words[*other].iter().filter(|word| asked.contains(word)).count() * 1000 / (words[*other].len() + 6),
            )
        });
        let mut chosen = near[..5].to_vec();
        let mut random = index * 7919 + 13;
        while chosen.len() < 9 {
            random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
            let other = random % tools.len();
            if other != own && !chosen.contains(&other) {
                chosen.push(other);
            }
        }
        chosen.insert(index % 10, own);
        let defined = chosen.iter().map(|at| {
            let tool = &tools[*at];
            let parameters = json!({"type": "object", "properties": with_types(tool["parameters"].clone()), "required": tool["required"]});
            (definition(&names[*at], "Tools", &text(&tool["description"]), parameters), String::new())
        });
        cases.push(Case {
            source: "calls".to_owned(),
            text: request,
            tools: defined.collect(),
            wanted: Some(index % 10),
        });
    }
    Ok(cases)
}

/// Requests that `cordboard eval requests --inputs` wrote; `CORPUS` is the file.
fn given(file: &Path) -> Outcome<Vec<Case>> {
    let source = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut cases = Vec::new();
    for line in lines(file)? {
        let request: ModelRequest = serde_json::from_value(line["request"].clone())?;
        let setting = request.setting.unwrap_or(Setting { today: String::new(), plugins: Vec::new() });
        let about = |tool: &ToolDefinition| {
            setting
                .plugins
                .iter()
                .find(|plugin| plugin.name == tool.plugin)
                .map(|plugin| plugin.about.clone())
                .unwrap_or_default()
        };
        let wanted = request.tools.iter().position(|tool| line["wanted"].as_str() == Some(&tool.name));
        let tools = request
            .tools
            .into_iter()
            .filter(|tool| !tool.plugin.is_empty())
            .map(|tool| (tool.clone(), about(&tool)))
            .collect();
        cases.push(Case { source: source.clone(), text: text(&line["text"]), tools, wanted });
    }
    Ok(cases)
}

/// The same requests with the one tool that is meant.
fn given_calls(file: &Path) -> Outcome<Vec<Known>> {
    let mut all = Vec::new();
    for line in lines(file)? {
        let request: ModelRequest = serde_json::from_value(line["request"].clone())?;
        let Some(tool) = request.tools.into_iter().find(|tool| line["wanted"].as_str() == Some(&tool.name)) else {
            continue;
        };
        let mut right = serde_json::Map::new();
        for part in ["exact", "contains"] {
            for (name, value) in line["arguments"][part].as_object().into_iter().flatten() {
                let mut values = vec![if part == "contains" { json!({"contains": value}) } else { value.clone() }];
                values.extend(line["arguments"]["accepted"][name].as_array().cloned().unwrap_or_default());
                right.insert(name.clone(), Value::Array(values));
            }
        }
        all.push(Known { source: "given".to_owned(), text: text(&line["text"]), tool, right: Value::Object(right) });
    }
    Ok(all)
}

fn spaced(name: &str) -> String {
    name.chars().flat_map(|each| if each.is_uppercase() { vec![' ', each] } else { vec![each] }).collect()
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut words = lower
        .split(|each: char| !each.is_alphanumeric())
        .filter(|word| word.len() > 3)
        .map(str::to_owned)
        .collect::<Vec<_>>();
    words.sort();
    words.dedup();
    words
}

fn selection(folder: &Path, train: bool) -> Outcome<Vec<Case>> {
    let described: BTreeMap<String, String> =
        serde_json::from_str(&fs::read_to_string(folder.join("plugin-descriptions.json"))?)?;
    let manifests: Vec<Value> = serde_json::from_str(&fs::read_to_string(folder.join("plugin-manifests.json"))?)?;
    let plain = |name: &str| name.to_lowercase().replace(['_', ' '], "");
    let about = |name: &str, description: &str| {
        let known = manifests.iter().find(|each| {
            plain(&text(&each["name_for_model"])) == plain(name) || plain(&text(&each["name_for_human"])) == plain(name)
        });
        known.map_or_else(|| description.to_owned(), |each| text(&each["description_for_model"]))
    };
    let plugins =
        described.iter().map(|(name, description)| (name.clone(), about(name, description))).collect::<Vec<_>>();
    let mut cases = Vec::new();
    for (index, case) in lines(&folder.join("plugin-requests.jsonl"))?.into_iter().enumerate() {
        if !is_of_half(index, train) {
            continue;
        }
        let wanted = text(&case["tool"]);
        let Some(own) = plugins.iter().position(|(name, _)| *name == wanted) else { continue };
        let mut chosen = Vec::new();
        let mut random = index * 7919 + 13;
        while chosen.len() < 9 {
            random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
            let other = random / 8 % plugins.len();
            if other != own && !chosen.contains(&other) {
                chosen.push(other);
            }
        }
        chosen.insert(index % 10, own);
        let query = json!({"type": "object", "required": ["query"], "properties": {"query": {"type": "string", "description": "What the person asks for."}}});
        let defined = chosen.iter().map(|at| {
            let (name, about) = &plugins[*at];
            (definition("query", name, "", query.clone()), about.clone())
        });
        cases.push(Case {
            source: "selection".to_owned(),
            text: text(&case["text"]),
            tools: defined.collect(),
            wanted: Some(index % 10),
        });
    }
    Ok(cases)
}
