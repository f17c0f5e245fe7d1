//! Reading fields whose JSON type differs between Aliyun's pages, its SDKs and real answers.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

/// Text, from a string, a number or a boolean; anything else is none.
pub(crate) fn text<'de, D: Deserializer<'de>>(source: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(source)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    })
}

/// Text as [`text`] reads it, with nothing as the empty text.
pub(crate) fn words<'de, D: Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    text(source).map(Option::unwrap_or_default)
}

/// A whole number, from a number or a string of digits; anything else is none.
pub(crate) fn number<'de, D: Deserializer<'de>>(source: D) -> Result<Option<i64>, D::Error> {
    Ok(match Value::deserialize(source)? {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number.as_i64(),
        _ => None,
    })
}

/// A whole number, read as [`number`] and turned into its meaning.
pub(crate) fn meaning<'de, D, T>(source: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<i64>,
{
    number(source).map(|number| number.map(T::from))
}

/// A side remark: `null`, missing or of another shape, it is its default.
pub(crate) fn remark<'de, D, T>(source: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    Ok(serde_json::from_value(Value::deserialize(source)?).unwrap_or_default())
}

/// What was asked for: nothing at all is its default, but another shape is an error. A list of receipts that
/// cannot be read must not look like "no receipts".
pub(crate) fn content<'de, D, T>(source: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    match Value::deserialize(source)? {
        Value::Null => Ok(T::default()),
        Value::Array(items) if items.is_empty() => Ok(T::default()),
        other => serde_json::from_value(other).map_err(serde::de::Error::custom),
    }
}
