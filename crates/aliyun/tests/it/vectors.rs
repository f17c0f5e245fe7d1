//! Every recorded request, recomputed from its wire with the public signing functions.

use crate::recompute::{Wire, v1, v3};
use serde_json::Value;
use std::{fs, path::Path};

fn all_vectors() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path| serde_json::from_slice::<Value>(&fs::read(path).unwrap()).unwrap();
    files
        .into_iter()
        .map(read)
        .flat_map(|file| file["vectors"].as_array().unwrap().clone())
        .collect()
}

fn wire(vector: &Value) -> Wire<'_> {
    let request = &vector["request"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let headers = request["headers"].as_array().unwrap();
    Wire {
        method: request["method"].as_str().unwrap(),
        target: request["target"].as_str().unwrap(),
        headers: headers.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect(),
        body: request["body"].as_str().unwrap().as_bytes(),
    }
}

/// Compares every field the vector expects.
fn compare(vector: &Value, got: &[(&str, &str)]) {
    let id = &vector["id"];
    let Some(expected) = vector["expected"].as_object() else { return };
    for (name, value) in expected {
        let found = got.iter().find(|(key, _)| key == name);
        let (_, found) = found.unwrap_or_else(|| panic!("{id}: nothing computes {name}"));
        assert_eq!(Some(*found), value.as_str(), "{id}: {name}");
    }
}

#[test]
fn every_recorded_signature_is_reproduced_and_no_wrong_one() {
    let (mut right, mut wrong) = (0, 0);
    for vector in all_vectors() {
        let secret = vector["credentials"]["access_key_secret"].as_str().unwrap();
        let wire = wire(&vector);
        let (computed, sent) = if vector["scheme"] == "ACS3-HMAC-SHA256" {
            let got = v3(&wire, secret);
            let hashed = got.string_to_sign.lines().last().unwrap();
            let fields = [
                ("canonical_request", got.canonical_request.as_str()),
                ("hashed_canonical_request", hashed),
                ("string_to_sign", &got.string_to_sign),
                ("payload_sha256", &got.payload_sha256),
                ("signature", &got.signature),
            ];
            compare(&vector, &fields);
            (got.signature, got.sent)
        } else {
            let got = v1(&wire, secret);
            let fields = [
                ("canonicalized_query_string", got.canonicalized_query_string.as_str()),
                ("string_to_sign", &got.string_to_sign),
                ("signature", &got.signature),
            ];
            compare(&vector, &fields);
            (got.signature, got.sent)
        };
        let valid = vector["signature_valid"].as_bool().unwrap_or(true);
        assert_eq!(computed == sent, valid, "{}", vector["id"]);
        *(if valid { &mut right } else { &mut wrong }) += 1;
    }
    assert_eq!(right + wrong, 107, "all files are here");
    assert!(wrong >= 4, "{wrong} wrong signatures among them");
}
