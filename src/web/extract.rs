//! Bodies and queries of programs: read strictly, and everything wrong with them named at its place.

use crate::problem::{InputError, Kind};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, web};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};
use std::fmt;
use std::future::{Future, Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;

use super::error::Failure;

/// How many bytes a JSON body may have, unless the application registers another [`JsonLimit`].
const DEFAULT_JSON_LIMIT: usize = 256 * 1024;

/// How many bytes a JSON body may have, as application data.
#[derive(Clone, Copy, Debug)]
pub struct JsonLimit(pub usize);

/// A JSON body.
///
/// # Errors
/// 415 when it is not declared as JSON or is compressed, 413 when it is too large, 400 when it is no JSON, 422 with the JSON Pointer
/// when a field is unknown, missing or of another type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonBody<T>(pub T);

/// The bytes of a body declared as JSON, for readers of their own.
///
/// # Errors
/// 415 and 413 as [`JsonBody`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonBytes(pub web::Bytes);

impl FromRequest for JsonBytes {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let declared = declared_as_json(req);
        let limit = req.app_data::<JsonLimit>().map_or(DEFAULT_JSON_LIMIT, |limit| limit.0);
        let body = web::Payload::from_request(req, payload);
        Box::pin(async move {
            if !declared {
                return Err(Failure::new(Kind::UnsupportedMediaType));
            }
            let unreadable = |error: Error| Failure::new(Kind::UnreadableBody).because(anyhow::anyhow!("{error}"));
            match body.await.map_err(unreadable)?.to_bytes_limited(limit).await {
                Ok(Ok(bytes)) => Ok(Self(bytes)),
                Ok(Err(error)) => Err(unreadable(error)),
                Err(_) => Err(Failure::new(Kind::TooLarge)),
            }
        })
    }
}

/// A change that needs no words: no body, or an empty JSON object. Anything else would be dropped unseen.
///
/// # Errors
/// As [`JsonBody`], for a body that is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoBody;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl FromRequest for NoBody {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = web::Bytes::from_request(req, payload);
        Box::pin(async move {
            match body.await {
                Ok(bytes) if bytes.is_empty() => Ok(Self),
                Ok(bytes) => json::<Nothing>(&bytes).map(|_| Self),
                Err(_) => Err(Failure::new(Kind::TooLarge)),
            }
        })
    }
}

/// A JSON body that may be left out: an empty one says what the default says.
///
/// # Errors
/// As [`JsonBody`], for a body that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonOrNothing<T>(pub T);

impl<T: DeserializeOwned + Default + 'static> FromRequest for JsonOrNothing<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let declared = declared_as_json(req);
        let body = web::Bytes::from_request(req, payload);
        Box::pin(async move {
            match body.await {
                Ok(bytes) if bytes.is_empty() => Ok(Self(T::default())),
                Ok(_) if !declared => Err(Failure::new(Kind::UnsupportedMediaType)),
                Ok(bytes) => json(&bytes).map(Self),
                Err(_) => Err(Failure::new(Kind::TooLarge)),
            }
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = JsonBytes::from_request(req, payload);
        Box::pin(async move { json(&bytes.await?.0).map(Self) })
    }
}

fn declared_as_json(req: &HttpRequest) -> bool {
    let json = req.mime_type().ok().flatten().is_some_and(|kind| {
        kind.type_() == "application"
            && (kind.subtype() == "json" || kind.suffix().is_some_and(|suffix| suffix == "json"))
    });
    json && !req.headers().contains_key(header::CONTENT_ENCODING)
}

/// Reads `bytes` as one JSON value of the type wanted.
///
/// # Errors
/// As [`JsonBody`]: 400 or 422.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let Object(value) = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = pointer(error.path());
        let error = error.into_inner();
        match error.classify() {
            Category::Data => input_error(place, &error.to_string()).into(),
            Category::Io | Category::Syntax | Category::Eof => Failure::new(Kind::UnreadableBody).because(error),
        }
    })?;
    reader.end().map_err(|error| Failure::new(Kind::UnreadableBody).because(error))?;
    Ok(value)
}

/// A query string, as strict as a body: an unknown parameter is refused when `T` denies unknown fields.
///
/// # Errors
/// 422 with the parameter as the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryOf<T>(pub T);

impl<T: DeserializeOwned> FromRequest for QueryOf<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(query(req.query_string()).map(Self))
    }
}

fn query<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    let reader = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(text.as_bytes()));
    serde_path_to_error::deserialize(reader)
        .map_err(|error| input_error(pointer(error.path()), &error.inner().to_string()).into())
}

/// A body that is an object.
pub(crate) struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer).map(Self)
    }
}

/// An object, and not a list of its values in their order, which serde would take for one too.
///
/// # Errors
/// For anything else.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Fields<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(access))
        }
    }
    deserializer.deserialize_map(Fields(PhantomData))
}

/// As [`object`]; nothing for null.
///
/// # Errors
/// For anything else.
pub fn object_or_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(Option::<Object<T>>::deserialize(deserializer)?.map(|Object(value)| value))
}

/// An object in which no key comes twice: of two values, none may win unseen.
///
/// # Errors
/// For anything else.
pub fn distinct_keys<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Value>, D::Error> {
    struct Distinct;
    impl<'de> Visitor<'de> for Distinct {
        type Value = Map<String, Value>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
            let mut map = Map::new();
            while let Some((key, value)) = access.next_entry::<String, Value>()? {
                if map.contains_key(&key) {
                    return Err(A::Error::custom("a key that comes twice"));
                }
                map.insert(key, value);
            }
            Ok(map)
        }
    }
    deserializer.deserialize_map(Distinct)
}

/// The JSON Pointer (RFC 6901) of serde's path.
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => push_key(&mut pointer, key),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

fn push_key(pointer: &mut String, key: &str) {
    pointer.push('/');
    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
}

/// serde tells its errors in words alone; the field names in them are in backticks.
fn input_error(mut place: String, words: &str) -> InputError {
    let field = words.split('`').nth(1).unwrap_or_default();
    for (start, code) in [("unknown field", "unknown"), ("missing field", "missing"), ("duplicate field", "duplicate")]
    {
        if words.starts_with(start) {
            let mut named = String::new();
            push_key(&mut named, field);
            if !place.ends_with(&named) {
                place.push_str(&named);
            }
            return InputError::new(place, code);
        }
    }
    InputError::new(place, "wrong_type")
}
