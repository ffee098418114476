//! Descriptions of any kind are compiled or refused; what compiles can be shown, and each operation is counted once.
#![no_main]

use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::render::ledger::Ledger;
use cordboard_spec::toolset::Toolset;
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|text: &str| {
    let address = Url::parse("https://a.example/openapi.yaml").expect("it is an address");
    let Ok(bundle) = Bundle::read(&address, text) else { return };
    let _ = bundle.missing();
    if let Ok(toolset) = Toolset::compile_bare(&bundle) {
        assert_eq!(Ledger::of(&toolset).operations.len(), toolset.operations.len());
    }
});
