//! The operations of all active plugins under names that are unique in one conversation.

use std::collections::HashSet;
use std::sync::Arc;

use cordboard_domain::id::PluginId;
use cordboard_domain::offer::Showing;
use cordboard_domain::plugin::VersionDigest;
use cordboard_model::chat::{ToolDefinition, ToolForm};
use cordboard_spec::render::function::{self, MAX_TOOL_NAME};
use cordboard_spec::render::{MAX_OPERATION_DESCRIPTION, cut};
use cordboard_spec::toolset::Toolset;
use cordboard_spec::toolset::operation::Operation;

use crate::host_tools;
use crate::selection::Selection;

/// Leaves room for an operation's name and a number.
const MAX_NAMESPACE: usize = MAX_TOOL_NAME - 46;

/// A plugin that is active in a conversation.
#[derive(Debug, Clone)]
pub struct ActivePlugin {
    pub plugin: PluginId,
    pub version: VersionDigest,
    pub toolset: Arc<Toolset>,
    /// Unique in the conversation.
    pub namespace: String,
    /// Whether every call asks, because the plugin can do more by now than the person accepted.
    pub is_suspended: bool,
}

/// All tools of a conversation.
#[derive(Debug, Clone, Default)]
pub struct Toolbox {
    pub plugins: Vec<ActivePlugin>,
    /// Installed, but not switched on in the conversation.
    pub idle: Vec<Arc<Toolset>>,
}

/// A tool with the plugin it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Tool<'toolbox> {
    pub plugin: &'toolbox ActivePlugin,
    pub operation: &'toolbox Operation,
}

impl Toolbox {
    /// Gives each plugin a namespace of its own; the second `todo` becomes `todo_2`.
    pub fn new(plugins: impl IntoIterator<Item = (PluginId, VersionDigest, Arc<Toolset>)>) -> Self {
        let mut toolbox = Self::default();
        for (plugin, version, toolset) in plugins {
            let base: String = toolset.namespace().chars().take(MAX_NAMESPACE).collect();
            let mut active = ActivePlugin { plugin, version, toolset, namespace: base.clone(), is_suspended: false };
            let mut number = 2;
            while toolbox.collides(&active) {
                active.namespace = format!("{base}_{number}");
                number += 1;
            }
            toolbox.plugins.push(active);
        }
        toolbox
    }

    /// Lets nothing of a plugin go unasked.
    pub fn suspend(&mut self, plugin: PluginId) {
        self.plugins.iter_mut().filter(|each| each.plugin == plugin).for_each(|each| each.is_suspended = true);
    }

    /// Whether a plugin's namespace or any of its tools' names is taken: `pay` + `bank_balance` reads like `pay_bank` +
    /// `balance`.
    fn collides(&self, candidate: &ActivePlugin) -> bool {
        let names: HashSet<String> =
            candidate.toolset.operations.iter().map(|operation| candidate.tool_name(operation)).collect();
        names.iter().any(|name| host_tools::is_reserved(name))
            || self.plugins.iter().any(|plugin| plugin.namespace == candidate.namespace)
            || self.tools().any(|(name, _)| names.contains(&name))
    }

    /// Every tool with its name for models.
    pub fn tools(&self) -> impl Iterator<Item = (String, Tool<'_>)> {
        self.plugins.iter().flat_map(ActivePlugin::tools)
    }

    /// The tool that a model named. Models trained on the TypeScript form write `todo.getTodos`.
    pub fn lookup(&self, name: &str) -> Option<Tool<'_>> {
        let name = name.replace('.', "_");
        self.tools().find(|(each, _)| *each == name).map(|(_, tool)| tool).or_else(|| self.only(&name))
    }

    /// The one operation of this name, where a model left out the namespace.
    fn only(&self, name: &str) -> Option<Tool<'_>> {
        let mut found = self.tools().filter(|(_, tool)| tool.operation.name == name).map(|(_, tool)| tool);
        found.next().filter(|_| found.next().is_none())
    }

    /// JSON Schema tools for models that take them in this form.
    pub fn definitions(&self, form: ToolForm) -> Vec<ToolDefinition> {
        self.plugins.iter().flat_map(|plugin| plugin.definitions(form)).collect()
    }

    /// The tools of the plugins that are shown whole.
    pub(crate) fn shown(&self, selection: &Selection) -> Vec<ToolDefinition> {
        let whole = self.plugins.iter().zip(&selection.showings).filter(|(_, showing)| **showing == Showing::Whole);
        whole.flat_map(|(plugin, _)| plugin.definitions(selection.form)).collect()
    }
}

impl ActivePlugin {
    fn tools(&self) -> impl Iterator<Item = (String, Tool<'_>)> {
        self.toolset.operations.iter().map(|operation| (self.tool_name(operation), Tool { plugin: self, operation }))
    }

    fn definitions(&self, form: ToolForm) -> Vec<ToolDefinition> {
        self.tools()
            .map(|(name, tool)| ToolDefinition {
                name,
                operation: tool.operation.name.clone(),
                plugin: tool.plugin.toolset.manifest.name_for_human.clone(),
                description: cut(&tool.operation.description, MAX_OPERATION_DESCRIPTION).to_owned(),
                parameters: function::render(tool.operation, &self.namespace).parameters,
                examples: examples(tool.operation, form).to_vec(),
                reads_only: !tool.operation.asks(),
            })
            .collect()
    }

    /// `namespace_operation`; operation names are unique within the plugin and short enough.
    pub fn tool_name(&self, operation: &Operation) -> String {
        function::tool_name(operation, &self.namespace)
    }
}

/// The example requests of an operation. Made ones repeat its description, so they serve only models that compare them with
/// the request; others would pay for them in tokens.
fn examples(operation: &Operation, form: ToolForm) -> &[String] {
    match form {
        ToolForm::Own => operation.any_examples(),
        ToolForm::Functions | ToolForm::Text => &operation.examples,
    }
}

#[cfg(test)]
mod tests {
    use cordboard_spec::document::bundle::Bundle;
    use url::Url;

    use super::*;

    fn plugin(name: &str, operation: &str) -> (PluginId, VersionDigest, Arc<Toolset>) {
        let manifest = format!(
            "{{\"name_for_model\": \"{name}\", \"auth\": {{\"type\": \"none\"}}, \"api\": {{\"url\": \"/o\"}}}}"
        );
        let spec = format!("openapi: 3.1.0\npaths: {{/x: {{get: {{operationId: {operation}}}}}}}");
        let url = Url::parse("https://p.example/m.json").unwrap();
        let toolset = Toolset::compile(&url, &manifest, &Bundle::read(&url, spec).unwrap()).unwrap();
        let id = "0190f1f0a0a070008000000000000001".parse().unwrap();
        (id, VersionDigest::from_stored(name.to_owned()), Arc::new(toolset))
    }

    #[test]
    fn no_plugin_takes_the_name_of_a_tool_of_the_host() {
        let toolbox = Toolbox::new([plugin("read", "result")]);
        assert_eq!(toolbox.tools().next().unwrap().0, "read_2_result");
    }

    #[test]
    fn every_tool_has_a_name_of_its_own() {
        let toolbox =
            Toolbox::new([plugin("pay", "bank_balance"), plugin("pay_bank", "balance"), plugin("pay", "other")]);
        let names: Vec<String> = toolbox.tools().map(|(name, _)| name).collect();
        assert_eq!(names, ["pay_bank_balance", "pay_bank_2_balance", "pay_2_other"]);
        let second = toolbox.lookup("pay_bank_2.balance").unwrap();
        assert_eq!(second.plugin.version.as_str(), "pay_bank");
    }
}
